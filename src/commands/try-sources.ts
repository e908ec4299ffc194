/** How does `feedmill check --fetch` report what each source gives? */
import picocolors from 'picocolors';
import { createFetcher } from '../io/fetch/fetcher.ts';
import { type SourceTrial, trySource, type TrialDeps } from '../jobs/operator/try-source.ts';
import type { Settings, Source } from '../model/settings.ts';
import { count, plain, say } from './say.ts';

/** Number of posts listed for each source. */
const TITLES_SHOWN = 3;
const AT_ONCE = 16;

/** Fetches every source once and stores nothing. @returns how many gave no feed */
export async function trySources(settings: Settings, version: string): Promise<number> {
  const fetcher = createFetcher();
  return tryAll({ settings, fetcher, version, now: Date.now }).finally(() => fetcher.close());
}

/** Sources of one host one after another, different hosts at the same time. @returns how many gave no feed */
async function tryAll(deps: TrialDeps): Promise<number> {
  const { settings } = deps;
  const { signal } = new AbortController();
  const hosts = [...groups(settings.sources, ({ url }) => new URL(url).host).values()];
  let failed = 0;
  const takeHosts = async (): Promise<void> => {
    for (let sources = hosts.shift(); sources !== undefined; sources = hosts.shift()) {
      for (const source of sources) {
        const trial = await trySource(source, deps, signal);
        if (trial.kind === 'failed') failed += 1;
        say(describeTrial(source, trial));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, settings.fetch.concurrency) }, takeHosts));
  return failed;
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
