/** `feedmill check`: is the config right, and what would each source give? */
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { readConfigFiles } from '../config/load.ts';
import { readConfig } from '../config/read.ts';
import type { FeedLink, ParseIssue } from '../model/feed.ts';
import type { Settings, Source } from '../model/settings.ts';
import type { FilterDecision } from '../stages/filter/filter.ts';
import { EXIT } from './exit.ts';

/** What a source gave when it was tried; nothing of it is stored. */
export type SourceTrial =
  | {
      readonly kind: 'feed';
      /** `rss 2.0`, `atom 1.0`. */
      readonly format: string;
      readonly title?: string;
      /** Of every entry, in the order of the document. */
      readonly decisions: readonly FilterDecision[];
      readonly issues: readonly ParseIssue[];
    }
  | { readonly kind: 'failed'; readonly message: string; readonly feedLinks: readonly FeedLink[] };

/** Fetches and reads one source as a worker would, without state. Throws only the signal's reason. */
export type TrySource = (source: Source, settings: Settings, signal: AbortSignal) => Promise<SourceTrial>;

/** Makes a `TrySource` and ends what it opened. */
export type WithTrial = <Result>(settings: Settings, use: (trySource: TrySource) => Promise<Result>) => Promise<Result>;

/** Posts named for each source. */
const TITLES_SHOWN = 3;
const AT_ONCE = 16;

/** @param withTrial  how sources are tried; without it there is no `--fetch` */
export function registerCheck(program: Command, withTrial?: WithTrial): void {
  const check = program.command('check').description('read and judge the config: every problem with file:line:column');
  if (withTrial !== undefined) {
    check.option('--fetch', 'try each source too, and say what it would give; nothing is stored');
  }
  check
    .addHelpText('after', '\nExit code: 0 all is well, 1 a source gave no feed (--fetch), 2 the config is wrong.')
    .action(async (options: { fetch?: true }, command: Command) => {
      // The program defines this option, with a default.
      const { config: directory } = command.optsWithGlobals<{ config: string }>();
      const files = await readConfigFiles(directory);
      const settings = readConfig(files, process.env, directory);
      const { sources, categories } = settings;
      say(
        `${directory}: ${count(files.length, 'file')}, ${count(categories.length, 'category', 'categories')}, ${count(sources.length, 'source')}; no problems`,
      );
      if (options.fetch !== true || withTrial === undefined) return;
      const failed = await withTrial(settings, (trySource) => tryAll(settings, trySource));
      say(`${count(sources.length - failed, 'source')} of ${sources.length} gave a feed`);
      if (failed > 0) process.exitCode = EXIT.failed;
    });
}

/** Sources of one host one after the other, hosts side by side. @returns how many gave no feed */
async function tryAll(settings: Settings, trySource: TrySource): Promise<number> {
  const { signal } = new AbortController();
  const hosts = [...groups(settings.sources, ({ url }) => new URL(url).host).values()];
  let failed = 0;
  const takeHosts = async (): Promise<void> => {
    for (let sources = hosts.shift(); sources !== undefined; sources = hosts.shift()) {
      for (const source of sources) {
        const trial = await trySource(source, settings, signal);
        if (trial.kind === 'failed') failed += 1;
        say(describeTrial(source, trial));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, settings.fetch.concurrency) }, takeHosts));
  return failed;
}

/** One source in a few lines. */
export function describeTrial(source: Source, trial: SourceTrial): string {
  if (trial.kind === 'failed') {
    const links = trial.feedLinks.map((link) => `    the page names ${link.url}`);
    return [`${picocolors.red('✗')} ${source.id}: ${trial.message}`, ...links].join('\n');
  }
  const kept = trial.decisions.flatMap((decision) => (decision.kind === 'keep' ? [decision.draft] : []));
  const dropped = trial.decisions.filter((decision) => decision.kind === 'drop');
  const categories = [...new Set(kept.flatMap((draft) => draft.categories))];
  const where = categories.length === 0 ? 'no category' : categories.join(', ');
  const byRule = [...groups(dropped, ({ rule }) => rule)].map(([rule, some]) => `${some.length} by ${rule}`);
  const title = trial.title === undefined ? '' : ` "${trial.title}"`;
  return [
    `${picocolors.green('✓')} ${source.id}: ${trial.format}${title}, ${count(kept.length, 'post')} for ${where}` +
      (dropped.length > 0 ? `; dropped ${byRule.join(', ')}` : ''),
    ...kept.slice(0, TITLES_SHOWN).map((draft) => `    ${draft.title}`),
    ...trial.issues.map((issue) => `    ${picocolors.yellow('!')} ${issue.message}`),
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

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
