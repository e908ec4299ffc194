/** Is a worker that takes no jobs noticed and replaced, and does a Redis that refuses writes pause all workers? */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WatchedWorker, watchWorkers, type WorkerWatch } from '../../../src/io/queue/worker-watch.ts';
import { StoreError } from '../../../src/model/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
let watch: WorkerWatch | undefined;
afterEach(() => {
  watch?.stop();
  vi.useRealTimers();
});

/** One queue whose workers fetch nothing of themselves. */
function shift() {
  const calls: string[] = [];
  const said: string[] = [];
  const redis = { waiting: 0, error: undefined as Error | undefined };
  const alive: (readonly string[])[] = [];
  const dead: string[] = [];
  let made = 0;
  const make = (): WatchedWorker => {
    const name = `worker ${(made += 1)}`;
    const called = (what: string) => {
      calls.push(`${name} ${what}`);
      return Promise.resolve();
    };
    return { close: () => called('closed'), pause: () => called('paused'), resume: () => called('resumed') };
  };
  const note = (_facts: object, message: string) => void said.push(message);
  const answer = () => (redis.error === undefined ? Promise.resolve() : Promise.reject(redis.error));
  watch = watchWorkers([{ name: 'refresh', concurrency: 1, make }], {
    heartbeat: {
      alive: (queues) => {
        alive.push(queues);
        return answer();
      },
      probe: answer,
    },
    backlog: () => Promise.resolve(new Map([['refresh', redis.waiting]])),
    now: () => Date.now(),
    log: { debug: note, info: note, warn: note, error: note },
    onDead: (queue) => dead.push(queue),
  });
  return { watch, calls, said, redis, alive, dead, made: () => made };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe('a worker', () => {
  it('is left alone while no job waits', async () => {
    const { calls, alive } = shift();
    await seconds(120);
    expect(calls).toEqual([]);
    expect(alive.every((queues) => queues.length === 1)).toBe(true);
  });

  it('that takes none of the waiting jobs is closed and replaced, and does not count as alive meanwhile', async () => {
    const { calls, redis, alive, made, said } = shift();
    redis.waiting = 5;
    await seconds(16);
    expect(calls).toEqual(['worker 1 closed']);
    expect(made()).toBe(2);
    expect(alive).toContainEqual([]);
    expect(said).toContain('jobs wait but the worker takes none; restarting it');
  });

  it('that goes on fetching is left alone, however long the queue is', async () => {
    const { watch: shown, calls, redis } = shift();
    redis.waiting = 5;
    for (let job = 0; job < 20; job += 1) {
      await shown.fetched('refresh', () => Promise.resolve());
      await seconds(6);
    }
    expect(calls).toEqual([]);
  });

  it('that works on as many jobs as it may is not silent', async () => {
    const { watch: shown, calls, redis } = shift();
    redis.waiting = 5;
    const long = shown.fetched('refresh', () => new Promise<void>((resolve) => setTimeout(resolve, 60_000)));
    await seconds(59);
    expect(calls).toEqual([]);
    await seconds(1);
    await long;
  });

  it('that stays silent after it was replaced twice is given up', async () => {
    const { dead, redis, made } = shift();
    redis.waiting = 5;
    await seconds(60);
    expect(made()).toBe(3);
    expect(new Set(dead)).toEqual(new Set(['refresh']));
  });
});

describe('a Redis that refuses work', () => {
  it.each(['READONLY You can not write against a read only replica.', 'OOM command not allowed'])(
    'pauses the workers, also where none of them has a job, until it accepts writes: %s',
    async (text) => {
      const { calls, redis, said } = shift();
      await seconds(1);
      redis.error = new StoreError(`Redis: noting the workers failed: ${text}`);
      await seconds(30);
      expect(calls).toEqual(['worker 1 paused']);
      expect(said).toContain('Redis refuses writes; the workers pause until it accepts them');
      redis.error = undefined;
      await seconds(2);
      expect(calls).toEqual(['worker 1 paused', 'worker 1 resumed']);
      expect(said.at(-1)).toBe('Redis accepts writes again; the workers continue');
    },
  );

  it('is distinguished from one that cannot be reached, for which the workers need not pause', async () => {
    const { calls, redis, said } = shift();
    redis.error = new StoreError('Redis: noting the workers failed: Connection is closed.');
    await seconds(10);
    expect(calls).toEqual([]);
    expect(said).toContain('could not check the workers; trying again');
  });
});
