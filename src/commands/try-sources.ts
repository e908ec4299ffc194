/** How does `feedmill check --fetch` report the fetch of each source? */
import picocolors from 'picocolors';
import { createFetcher } from '../io/fetch/fetcher.ts';
import { type SourceTrial, trySource, type TrialDeps } from '../jobs/operator/try-source.ts';
import type { Settings, Source } from '../model/settings.ts';
import { listenForInterruption } from './interruption.ts';
import { budgetKey } from '../stages/request/request.ts';
import { ruleCompiler } from '../stages/filter/filter.ts';
import { restText } from '../stages/schedule/resting-host.ts';
import { knownQuiet } from './known-quiet.ts';
import { count, plain, say } from './say.ts';

/** Number of posts listed for each source. */
const TITLES_SHOWN = 3;
const AT_ONCE = 16;

export interface TrialCounts {
  readonly gaveFeed: number;
  readonly failed: number;
  /** Sources whose host asked to wait. */
  readonly notAsked: number;
}

/** Fetches every source once and stores nothing; skips hosts that asked to wait. @throws Error on a signal */
export async function trySources(settings: Settings, version: string): Promise<TrialCounts> {
  const interruption = listenForInterruption('interrupted; not every source was tried');
  const { untilMs, problem } = await knownQuiet(settings, Date.now());
  if (problem !== undefined) say(`warning: it is not known which hosts asked to wait: ${plain(problem)}`);
  const fetcher = createFetcher();
  const deps = { settings, rulesFor: ruleCompiler(settings), fetcher, version, now: Date.now };
  return tryAll(deps, untilMs, interruption.signal).finally(() => {
    interruption.stop();
    return fetcher.close();
  });
}

/** Sources of one host one after another, different hosts at the same time. */
async function tryAll(
  deps: TrialDeps,
  quietUntil: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<TrialCounts> {
  const { settings } = deps;
  const hosts = [...groups(settings.sources, ({ url, fetch }) => budgetKey(url, fetch.host.scope)).values()];
  const counts = { gaveFeed: 0, failed: 0, notAsked: 0 };
  const takeHosts = async (): Promise<void> => {
    for (let sources = hosts.shift(); sources !== undefined; sources = hosts.shift()) {
      // Includes hosts that ask to wait during this run.
      let restsUntil = 0;
      for (const source of sources) {
        const until = Math.max(restsUntil, quietUntil.get(source.id) ?? 0);
        if (until > deps.now()) {
          counts.notAsked += 1;
          say(`${picocolors.yellow('–')} ${source.id}: skipped, ${restText(until, settings.site.timezone)}`);
          continue;
        }
        const trial = await trySource(source, deps, signal);
        if (trial.kind === 'feed') counts.gaveFeed += 1;
        else {
          counts.failed += 1;
          restsUntil = deps.now() + (trial.retryAfterMs ?? 0);
        }
        say(describeTrial(source, trial));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, settings.fetch.concurrency) }, takeHosts));
  return counts;
}

/** The report on one source, a few lines. */
function describeTrial(source: Source, trial: SourceTrial): string {
  if (trial.kind === 'failed') {
    const links = trial.feedLinks.map((link) => `    the page names ${plain(link.url)}`);
    return [`${picocolors.red('✗')} ${source.id}: ${plain(trial.message)}`, ...links].join('\n');
  }
  const kept = trial.decisions.flatMap((decision) => (decision.kind === 'keep' ? [decision.draft] : []));
  const dropped = trial.decisions.filter((decision) => decision.kind === 'drop');
  const categories = [...new Set(kept.flatMap((draft) => draft.categories))];
  const where = categories.length === 0 ? 'no category' : categories.join(', ');
  const byRule = [...groups(dropped, ({ rule }) => rule)].map(([rule, some]) => `${some.length} by ${rule}`);
  const { feed } = trial;
  const format = feed.version === undefined ? feed.format : `${feed.format} ${feed.version}`;
  const title = feed.title === undefined ? '' : ` "${plain(feed.title)}"`;
  return [
    `${picocolors.green('✓')} ${source.id}: ${format}${title}, ${count(kept.length, 'post')} for ${where}` +
      (dropped.length > 0 ? `; dropped ${byRule.join(', ')}` : ''),
    ...(trial.foundAt === undefined ? [] : [`    found at ${plain(trial.foundAt)}, which the page names`]),
    ...kept.slice(0, TITLES_SHOWN).map((draft) => `    ${plain(draft.title)}`),
    ...feed.issues.map((issue) => `    ${picocolors.yellow('!')} ${plain(issue.message)}`),
  ].join('\n');
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = found.get(key);
    if (group === undefined) found.set(key, [item]);
    else group.push(item);
  }
  return found;
}
