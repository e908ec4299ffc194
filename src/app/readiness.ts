/** Is the system ready, and if not, why? */
import { unfinishedImport } from '../io/backup/import-mark.ts';
import type { ConfigState } from '../model/recorded-config.ts';
import { SILENT_MS } from '../model/system-state.ts';
import type { HealthCheck } from '../io/web/server.ts';
import { QUEUE_NAMES } from '../io/queue/names.ts';
import type { Stores } from './stores.ts';

export interface ReadinessDeps {
  /** With a command timeout, so that the answer does not depend on Redis. */
  readonly stores: Pick<Stores, 'status' | 'checks' | 'importMark'>;
  /** In the running config. */
  readonly sources: () => number;
  readonly configState: () => ConfigState;
  readonly now: () => number;
}

/** Redis, the sweep, the workers of each queue, the schedule and the config. Does not throw. */
export async function readiness({ stores, sources, configState, now }: ReadinessDeps): Promise<readonly HealthCheck[]> {
  const config = configCheck(configState());
  const { status, checks, importMark } = stores;
  try {
    await status.probe();
    const at = now();
    const [sweptAt, aliveAt, scheduled, imported, outSince] = await Promise.all([
      status.sweptAt(),
      status.aliveAt(),
      checks.count(),
      importMark.underWay(),
      status.networkOutSince(at),
    ]);
    return [
      { name: 'redis', ok: true },
      ...(imported === undefined ? [] : [{ name: 'import', ok: false, message: unfinishedImport(imported) }]),
      isAlive(sweptAt, at)
        ? { name: 'sweep', ok: true }
        : { name: 'sweep', ok: false, message: 'no worker has looked for due sources lately; is one running?' },
      ...Object.values(QUEUE_NAMES).map((queue) => workerCheck(queue, aliveAt.get(queue), at)),
      scheduled >= sources()
        ? { name: 'sources', ok: true }
        : {
            name: 'sources',
            ok: false,
            message: `${scheduled} of ${sources()} sources are scheduled; the worker adds the others within seconds`,
          },
      networkCheck(outSince),
      config,
    ];
  } catch (error) {
    return [{ name: 'redis', ok: false, message: error instanceof Error ? error.message : String(error) }, config];
  }
}

/** A time in the future was written by another clock and proves nothing. */
function isAlive(at: number | undefined, now: number): boolean {
  return at !== undefined && Math.abs(now - at) <= SILENT_MS;
}

function workerCheck(queue: string, at: number | undefined, now: number): HealthCheck {
  const name = `worker ${queue}`;
  if (isAlive(at, now)) return { name, ok: true };
  const since = at === undefined || at > now ? '' : ` since ${new Date(at).toISOString()}`;
  return { name, ok: false, message: `no worker has shown that it takes jobs of the queue ${queue}${since}` };
}

/** Reported, but no reason to stop serving readers: the published documents are still there. */
function networkCheck(outSince: number | undefined): HealthCheck {
  if (outSince === undefined) return { name: 'network', ok: true };
  const since = new Date(outSince).toISOString();
  return { name: 'network', ok: true, message: `no host can be reached from a worker since ${since}; sources wait` };
}

function configCheck({ problems }: ConfigState): HealthCheck {
  const [first] = problems;
  if (first === undefined) return { name: 'config', ok: true };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return {
    name: 'config',
    ok: false,
    message: `the files are wrong, the running config stays in use: ${first}${more}`,
  };
}
