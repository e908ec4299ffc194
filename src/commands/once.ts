/** `feedmill once`: what does every source give right now? */
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
  try {
    const { settings } = app.config();
    await app.reconfigure(settings);
    const ids = wanted.length > 0 ? wanted : settings.sources.map(({ id }) => id);
    await checkAll(app, ids);
    await app.publishTouched();
    const states = await app.checks.read(ids);
    process.stdout.write(`${report(ids, states)}\n`);
    return states.some(gaveFeed) ? EXIT.done : EXIT.failed;
  } finally {
    await app.close();
  }
}

/** As many at once as a worker checks, and of each host as many as its budget allows. */
async function checkAll(app: App, ids: readonly string[]): Promise<void> {
  const interrupted = new AbortController();
  // Every check that waits for its host listens.
  setMaxListeners(0, interrupted.signal);
  const stop = () => {
    interrupted.abort(new Error('interrupted'));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let done = 0;
  const check = async (id: string): Promise<void> => {
    await checkNow(app, id, interrupted.signal);
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${done}/${ids.length} sources checked\u001b[K`);
  };
  try {
    const checks = ids.map((id) =>
      check(id).catch((error: unknown) => {
        interrupted.abort(error);
        throw error;
      }),
    );
    // The store is closed afterwards: no check may be left under way.
    await Promise.allSettled(checks);
    await Promise.all(checks);
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function gaveFeed(state: SourceState | undefined): boolean {
  if (state === undefined || state.pausedAt !== undefined) return false;
  return ['feed', 'unchanged', 'not-modified'].includes(state.last?.kind ?? '');
}

function report(ids: readonly string[], states: readonly (SourceState | undefined)[]): string {
  const rows = ids.map((id, index) => {
    const state = states[index];
    if (state?.pausedAt !== undefined) {
      return [id, pc.yellow('paused'), '', '', '', `${pausedBecause(state)}; feedmill source resume ${id}`];
    }
    const last = state?.last;
    const outcome = last?.kind ?? 'not checked';
    return [
      id,
      gaveFeed(state) ? pc.green(outcome) : pc.red(outcome),
      String(last?.entries ?? ''),
      String(last?.added ?? ''),
      String(last?.changed ?? ''),
      last?.message ?? '',
    ];
  });
  return table(['SOURCE', 'OUTCOME', 'ENTRIES', 'NEW', 'CHANGED', ''], rows);
}

function pausedBecause({ pauseReason }: SourceState): string {
  return (pauseReason ?? 'not checked').replace(/\.$/u, '');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
