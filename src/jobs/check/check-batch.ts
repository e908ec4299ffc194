/** How is a batch of due sources checked? */
import { checkId } from '../../model/check-id.ts';
import type { HostBudget } from '../../model/settings.ts';
import type { DueSource } from '../../ports/checks.ts';
import type { Log } from '../../ports/log.ts';
import type { JobQueue, JobResult, ParkedCheck } from '../../ports/queue.ts';
import type { CheckEnd } from './check-source.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';

export interface BatchDeps {
  /** One check of one source. */
  readonly check: (due: DueSource, holder: string, signal: AbortSignal) => Promise<CheckEnd>;
  /** The budget that the check uses; undefined for an unknown source. */
  readonly budgetOf: (due: DueSource) => { readonly key: string; readonly budget: HostBudget } | undefined;
  readonly limit: ConcurrencyLimit;
  readonly queue: Pick<JobQueue, 'park'>;
  readonly now: () => number;
  readonly log: Log;
}

/** A worker without free capacity for this long returns the whole batch to the queue, for another worker. */
const ROOM_WITHIN_MS = 2_000;

/** Delay after which a check that failed because of an error of ours is repeated, as a separate job. */
const RETRY_MS = 1_000;

/**
 * One check, as soon as there is capacity.
 *
 * @param holder  the holder of the lease: a job of the queue by default
 */
export async function checkOne(
  due: DueSource,
  { check, limit }: Pick<BatchDeps, 'check' | 'limit'>,
  signal: AbortSignal,
  holder: string = checkId(due),
): Promise<CheckEnd> {
  await limit.acquire();
  try {
    return await check(due, holder, signal);
  } finally {
    limit.release();
  }
}

/**
 * Each source separately: a check that must wait for its host, or that failed, becomes a separate job, and the others
 * go on. No more concurrent checks of a host are started than its budget allows; the next one starts when one ends.
 *
 * @throws StoreError when a check could be neither made nor returned to the queue; the whole batch may then be repeated
 */
export async function checkBatch(due: readonly DueSource[], deps: BatchDeps, signal: AbortSignal): Promise<JobResult> {
  if (!(await deps.limit.waitForCapacity(ROOM_WITHIN_MS))) return { kind: 'later', atMs: deps.now() };
  const parking = createParking(deps.queue);
  await Promise.all(lanesOf(due, deps).map((lane) => walk(lane, deps, parking, signal)));
  await parking.done();
  return { kind: 'done' };
}

async function walk(lane: Lane, deps: BatchDeps, parking: Parking, signal: AbortSignal): Promise<void> {
  for (let next = lane.shift(); next !== undefined; next = lane.shift()) {
    const result = signal.aborted ? ({ kind: 'later', atMs: deps.now() } as const) : await tried(next, deps, signal);
    if (result.kind === 'later') parking.add({ due: next, atMs: result.atMs });
  }
}

async function tried(due: DueSource, deps: BatchDeps, signal: AbortSignal): Promise<JobResult> {
  try {
    return await checkOne(due, deps, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'later', atMs: deps.now() };
    const facts = { source: due.sourceId, error: error instanceof Error ? error.message : String(error) };
    deps.log.warn(facts, 'a check failed; it will be repeated');
    return { kind: 'later', atMs: deps.now() + RETRY_MS };
  }
}

/** Sources that are checked one after another; lanes of one host draw from the same list. */
type Lane = DueSource[];

function lanesOf(due: readonly DueSource[], { budgetOf }: BatchDeps): readonly Lane[] {
  const hosts = new Map<string, { readonly list: Lane; readonly most: number }>();
  for (const source of due) {
    const spent = budgetOf(source);
    if (spent === undefined) continue;
    const host = hosts.get(spent.key);
    if (host === undefined) hosts.set(spent.key, { list: [source], most: spent.budget.concurrency });
    else host.list.push(source);
  }
  return [...hosts.values()].flatMap(({ list, most }) => Array<Lane>(Math.min(most, list.length)).fill(list));
}

interface Parking {
  add(check: ParkedCheck): void;
  done(): Promise<void>;
}

/** Jobs of the same moment are added to the queue together. */
function createParking(queue: Pick<JobQueue, 'park'>): Parking {
  let waiting: ParkedCheck[] = [];
  let sent: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const checks = waiting;
    waiting = [];
    if (checks.length > 0) await queue.park(checks);
  }

  return {
    add: (check) => {
      waiting.push(check);
      if (waiting.length > 1) return;
      const turn = new Promise<void>((resolve) => setImmediate(resolve));
      sent = Promise.all([sent, turn.then(send)]).then(() => undefined);
      // The error is reported by `done`, which is always called at the end.
      sent.catch(() => undefined);
    },
    done: async () => {
      await sent;
      await send();
    },
  };
}
