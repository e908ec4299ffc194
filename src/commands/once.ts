/** `feedmill once`: how are all sources fetched once and published? */
import type { Command } from 'commander';
import pc from 'picocolors';
import type { App } from '../app/app.ts';
import { StoreError } from '../model/errors.ts';
import type { SourceState } from '../model/source-state.ts';
import { type CheckedNow, checkNow } from './check-now.ts';
import { EXIT } from './exit.ts';
import { listenForInterruption } from './interruption.ts';
import { showProgress } from './progress.ts';
import { plain, say, when } from './say.ts';
import { table } from './table.ts';

interface OnceOptions {
  readonly config: string;
  readonly source: readonly string[];
}

export function registerOnce(program: Command): void {
  program
    .command('once')
    .description('fetch every source once, publish, print a table; exit 0 if at least one source gave a feed')
    .option('-s, --source <ID>', 'only this source; may be repeated', collect, [])
    .action(async (_own, command: Command) => {
      process.exitCode = await once(command.optsWithGlobals());
    });
}

async function once({ config, source: wanted }: OnceOptions): Promise<number> {
  const { openBeside } = await import('./open-beside.ts');
  const interruption = listenForInterruption(
    'interrupted; fetched posts are kept, and the next run publishes the rest',
  );
  const { signal } = interruption;
  let app: App | undefined;
  try {
    app = await openBeside(config, { named: wanted, mayCreate: true, asWritten: true, signal });
    const { settings } = app.config();
    await takeUp(app, config);
    const ids = wanted.length > 0 ? wanted : settings.sources.map(({ id }) => id);
    const results = await checkAll(app, ids, signal);
    await app.expireOld();
    const [tended] = await Promise.allSettled([app.tendCopies()]);
    await publishAll(app, signal);
    // A copy that cannot be read does not stop the rest, but fails the run.
    if (tended.status === 'rejected') throw tended.reason;
    signal.throwIfAborted();
    const checked = ids.flatMap((id) => {
      const result = results.get(id);
      return result === undefined ? [] : [{ id, result }];
    });
    say(report(checked));
    return checked.some(gaveFeed) ? EXIT.done : EXIT.failed;
  } finally {
    interruption.stop();
    showProgress(undefined);
    await app?.close();
  }
}

/**
 * Brings the schedule in line with the config, if nothing else runs on this store: otherwise the running process does
 * this.
 *
 * @throws StoreError if that process has another config
 */
async function takeUp(app: App, place: string): Promise<void> {
  const { elsewhere } = app;
  const { settings } = app.config();
  if (elsewhere === undefined) {
    await app.reconfigure(settings);
    return;
  }
  const { configHash } = await import('../config/identity.ts');
  if (elsewhere.hash === configHash(settings)) return;
  throw new StoreError(
    `${place} is not the config that runs since ${when(elsewhere.at)}; save it where that Feedmill reads it, or stop it first`,
  );
}

/** As many at the same time as in a worker, within the budgets of hosts. @returns by source id */
async function checkAll(
  app: App,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CheckedNow>> {
  const results = new Map<string, CheckedNow>();
  const states = await app.checks.read(ids);
  const left = [...ids.entries()];
  const checkNext = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, id] = next;
      results.set(id, await checkNow(app, id, states[index], signal));
      showProgress(`${results.size}/${ids.length} sources checked`);
    }
  };
  const workers = Math.min(app.config().settings.fetch.concurrency, ids.length);
  await Promise.all(Array.from({ length: workers }, checkNext));
  return results;
}

async function publishAll(app: App, signal: AbortSignal): Promise<void> {
  await app.publishTouched({
    signal,
    onProgress: (published, left) => {
      showProgress(`${published} changes published, ${left} left`);
    },
  });
}

interface Checked {
  readonly id: string;
  readonly result: CheckedNow;
}

function gaveFeed({ result }: Checked): boolean {
  return result.kind === 'checked' && ['feed', 'unchanged', 'not-modified'].includes(result.state.last?.kind ?? '');
}

function report(sources: readonly Checked[]): string {
  const rows = sources.map(rowOf);
  return table(['SOURCE', 'OUTCOME', 'ENTRIES', 'NEW', 'CHANGED', ''], rows);
}

function rowOf(checked: Checked): readonly string[] {
  const { id, result } = checked;
  switch (result.kind) {
    case 'paused':
      return [id, pc.yellow('paused'), '', '', '', `${pausedBecause(result.state)}; feedmill source resume ${id}`];
    case 'not-made':
      return [id, pc.yellow('not asked'), '', '', '', result.because];
    case 'checked': {
      const { last } = result.state;
      return [
        id,
        (gaveFeed(checked) ? pc.green : pc.red)(last?.kind ?? 'not checked'),
        String(last?.entries ?? ''),
        String(last?.added ?? ''),
        String(last?.changed ?? ''),
        plain(last?.message ?? ''),
      ];
    }
  }
}

function pausedBecause({ pauseReason }: SourceState): string {
  return (pauseReason ?? 'not checked').replace(/\.$/u, '');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
