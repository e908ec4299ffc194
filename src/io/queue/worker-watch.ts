/** Does each worker still take jobs, and does Redis accept its writes? */
import type { Log } from '../../ports/log.ts';
import { redisRefusal } from '../../syntax/redis-refusal.ts';
import type { SweepHeartbeat } from '../store/sweep-heartbeat.ts';

const LOOK_EVERY_MS = 3_000;
/** A worker that takes no job for this long although jobs wait and it has capacity is silent. */
const SILENT_MS = 10_000;
/** Longest wait for a worker that is closed by force. */
const CLOSE_WITHIN_MS = 2_000;
/** After this many new workers in a row that took no job, the process must be restarted. */
const MOST_REMADE = 2;
const PROBE_EVERY_MS = 1_000;

/** The functions of a worker, independent of its jobs. */
export interface WatchedWorker {
  close(force?: boolean): Promise<void>;
  pause(doNotWaitActive?: boolean): Promise<void>;
  resume(): Promise<void>;
}

export interface WatchedQueue {
  readonly name: string;
  readonly concurrency: number;
  /** Creates a worker that passes each job to `fetched`. */
  readonly make: () => WatchedWorker;
}

export interface WorkerWatchOptions {
  readonly heartbeat: Pick<SweepHeartbeat, 'alive' | 'probe'>;
  /** Number of jobs that a worker could take now, by queue. */
  readonly backlog: (now: number) => Promise<ReadonlyMap<string, number>>;
  readonly now: () => number;
  readonly log: Log;
  /** Called if the workers of a queue stay silent, however often they are replaced. */
  readonly onDead: (queue: string) => void;
}

export interface WorkerWatch {
  /** Wraps the work on a job, and records that the worker of this queue has just taken it. */
  fetched<Result>(queue: string, work: () => Promise<Result>): Promise<Result>;
  /** Pauses all workers if the error says that Redis refuses writes, until it accepts a write. */
  met(error: Error): void;
  workers(): readonly WatchedWorker[];
  /** Time since the workers were checked last, or found to pause because Redis refuses writes; ms. */
  loopAgeMs(): number;
  stop(): void;
}

interface Place extends WatchedQueue {
  worker: WatchedWorker;
  inHand: number;
  /** On a monotonic clock, ms. */
  fetchedAt: number;
  /** Since when jobs wait that this worker could take. */
  waitingSince: number | undefined;
  /** Number of new workers since the last job was taken. */
  remade: number;
}

/** Starts the workers and watches them until stopped. */
export function watchWorkers(queues: readonly WatchedQueue[], options: WorkerWatchOptions): WorkerWatch {
  const { heartbeat, log, now } = options;
  const places = new Map<string, Place>(
    queues.map((queue) => [
      queue.name,
      { ...queue, worker: queue.make(), inHand: 0, fetchedAt: performance.now(), waitingSince: undefined, remade: 0 },
    ]),
  );
  let lookedAt = performance.now();
  let loopedAt = performance.now();
  let isLooking = false;
  let stopped = false;
  let probing: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (probing !== undefined) loopedAt = performance.now();
    if (isLooking || stopped || probing !== undefined) return;
    isLooking = true;
    try {
      const backlog = await options.backlog(now());
      const at = performance.now();
      // The process itself was stopped, or Redis was: no worker could take jobs meanwhile.
      const wasAway = at - lookedAt > 2 * LOOK_EVERY_MS;
      lookedAt = at;
      const alive: string[] = [];
      for (const place of places.values()) {
        const couldFetch = (backlog.get(place.name) ?? 0) > 0 && place.inHand < place.concurrency;
        if (!couldFetch) place.waitingSince = undefined;
        else if (wasAway) place.waitingSince = at;
        else place.waitingSince ??= at;
        const silentMs = place.waitingSince === undefined ? 0 : at - Math.max(place.waitingSince, place.fetchedAt);
        if (silentMs < SILENT_MS) alive.push(place.name);
        else await replace(place, silentMs);
      }
      await heartbeat.alive(alive, now());
      loopedAt = performance.now();
    } catch (error) {
      // Workers without a job write nothing, so a Redis that refuses writes is noticed here first.
      if (error instanceof Error && met(error)) return;
      log.warn({ error: String(error) }, 'could not check the workers; trying again');
    } finally {
      isLooking = false;
    }
  }

  async function replace(place: Place, silentMs: number): Promise<void> {
    if (stopped) return;
    const facts = { queue: place.name, silentMs: Math.round(silentMs) };
    if (place.remade >= MOST_REMADE) {
      options.onDead(place.name);
      return;
    }
    log.warn(facts, 'jobs wait but the worker takes none; restarting it');
    const old = place.worker;
    const closed = old.close(true).catch((error: unknown) => {
      log.warn({ ...facts, error: String(error) }, 'the silent worker could not be closed');
    });
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref())]);
    place.worker = place.make();
    place.remade += 1;
    place.waitingSince = undefined;
  }

  /** @returns whether Redis refuses writes */
  function met(error: Error): boolean {
    if (stopped || redisRefusal(error.message) === undefined) return false;
    if (probing !== undefined) return true;
    log.error({ error: error.message }, 'Redis refuses writes; the workers pause until it accepts them');
    for (const { name, worker } of places.values()) {
      worker.pause(true).catch((cause: unknown) => {
        log.warn({ queue: name, error: String(cause) }, 'a worker could not be paused');
      });
    }
    probing = setInterval(() => {
      heartbeat
        .probe()
        .then(goOn)
        .catch((cause: unknown) => {
          // The log counts it as the same error, and reports it once a minute.
          log.error({ error: String(cause) }, 'Redis refuses writes; the workers pause until it accepts them');
        });
    }, PROBE_EVERY_MS);
    return true;
  }

  async function goOn(): Promise<void> {
    if (probing === undefined) return;
    clearInterval(probing);
    probing = undefined;
    for (const place of places.values()) {
      place.waitingSince = undefined;
      await place.worker.resume();
    }
    log.info({}, 'Redis accepts writes again; the workers continue');
    await look();
  }

  const looking = setInterval(() => void look(), LOOK_EVERY_MS);
  void look();

  return {
    fetched: async (queue, work) => {
      const place = places.get(queue);
      if (place === undefined) return work();
      place.inHand += 1;
      place.fetchedAt = performance.now();
      place.remade = 0;
      try {
        return await work();
      } finally {
        place.inHand -= 1;
      }
    },
    met,
    workers: () => [...places.values()].map(({ worker }) => worker),
    loopAgeMs: () => performance.now() - loopedAt,
    stop: () => {
      stopped = true;
      clearInterval(looking);
      clearInterval(probing);
    },
  };
}
