/** `feedmill once`: what does each source give now? */
import { setMaxListeners } from 'node:events';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { App } from '../app/app.ts';
import type { SourceState } from '../model/source-state.ts';
import { checkNow } from './check-now.ts';
import { EXIT } from './exit.ts';
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
  const app = await openBeside(config, wanted, true);
  const interrupted = new AbortController();
  // Every check that waits for its host adds a listener.
  setMaxListeners(0, interrupted.signal);
  const stop = () => {
    interrupted.abort(new Error('interrupted; what was fetched is kept, and the next run publishes the rest'));
  };
  // A second signal ends the process at once.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { settings } = app.config();
    await app.reconfigure(settings);
    const startedAt = Date.now();
    const ids = wanted.length > 0 ? wanted : settings.sources.map(({ id }) => id);
    const states = await checkAll(app, ids, interrupted.signal);
    await app.expireOld();
    await publishAll(app, interrupted.signal);
    interrupted.signal.throwIfAborted();
    const checked = ids.map((id, index) => ({ id, state: states[index], startedAt }));
    process.stdout.write(`${report(checked)}\n`);
    return checked.some(gaveFeed) ? EXIT.done : EXIT.failed;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    showProgress(undefined);
    await app.close();
  }
}

/**
 * As many at once as a worker would; a host that wants a pause gets it.
 *
 * @returns the states of the sources afterwards, in the order of the ids
 */
async function checkAll(
  app: App,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly (SourceState | undefined)[]> {
  const states = new Map<string, SourceState | undefined>();
  const left = [...ids];
  const checkNext = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      states.set(id, (await checkNow(app, id, signal)).state);
      showProgress(`${states.size}/${ids.length} sources checked`);
    }
  };
  const workers = Math.min(app.config().settings.fetch.concurrency, ids.length);
  await Promise.all(Array.from({ length: workers }, checkNext));
  return ids.map((id) => states.get(id));
}

async function publishAll(app: App, signal: AbortSignal): Promise<void> {
  await app.publishTouched({
    signal,
    onProgress: (published, left) => {
      showProgress(`${published} changes published, ${left} left`);
    },
  });
}

/** On a terminal, one line that each call writes over; undefined clears it. */
function showProgress(text: string | undefined): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text ?? ''}\u001b[K`);
}

interface Checked {
  readonly id: string;
  readonly state: SourceState | undefined;
  /** When this run began, epoch ms. */
  readonly startedAt: number;
}

/** Whether it was asked in this run: a host that asked for quiet is left alone, and so is a source that another process asks. */
function wasAsked({ state, startedAt }: Checked): boolean {
  return (state?.lastCheckAt ?? 0) >= startedAt;
}

function gaveFeed(checked: Checked): boolean {
  return wasAsked(checked) && ['feed', 'unchanged', 'not-modified'].includes(checked.state?.last?.kind ?? '');
}

function report(sources: readonly Checked[]): string {
  return table(['SOURCE', 'OUTCOME', 'ENTRIES', 'NEW', 'CHANGED', ''], sources.map(rowOf));
}

function rowOf(checked: Checked): readonly string[] {
  const { id, state } = checked;
  if (state?.pausedAt !== undefined) {
    return [id, pc.yellow('paused'), '', '', '', `${pausedBecause(state)}; feedmill source resume ${id}`];
  }
  if (!wasAsked(checked)) return [id, pc.yellow('not asked'), '', '', '', notAskedBecause(state)];
  const last = state?.last;
  return [
    id,
    (gaveFeed(checked) ? pc.green : pc.red)(last?.kind ?? 'not checked'),
    String(last?.entries ?? ''),
    String(last?.added ?? ''),
    String(last?.changed ?? ''),
    last?.message ?? '',
  ];
}

function notAskedBecause(state: SourceState | undefined): string {
  if (state === undefined) return 'it is not in the schedule';
  if (state.reason === 'retry-after') {
    return state.reasonText ?? `its host asked for quiet until ${new Date(state.nextCheckAt).toISOString()}`;
  }
  return 'another process is checking it';
}

function pausedBecause({ pauseReason }: SourceState): string {
  return (pauseReason ?? 'not checked').replace(/\.$/u, '');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
