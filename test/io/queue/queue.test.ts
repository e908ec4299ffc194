import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createQueues, type Queues, SWEEP_SCHEDULER } from '../../../src/io/queue/queue.ts';
import { type Processors, startWorkers, type Workers } from '../../../src/io/queue/workers.ts';
import { checkId } from '../../../src/model/check-id.ts';
import { InvariantError } from '../../../src/model/errors.ts';
import type { DueSource } from '../../../src/ports/checks.ts';
import type { JobResult } from '../../../src/ports/queue.ts';
import { SILENT_LOG } from '../../support/memory.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let queues: Queues;
const started: Workers[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  await redis.clear();
  queues = createQueues(redis.client, redis.prefix);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((workers) => workers.close(0)));
  await queues.close();
});
afterAll(() => redis.close());

const done: JobResult = { kind: 'done' };

const heartbeat = { alive: () => Promise.resolve(), probe: () => Promise.resolve() };
const dead = (queue: string) => {
  throw new Error(`the worker of ${queue} is dead`);
};

function work(processors: Partial<Processors>): Workers {
  const idle: Processors = {
    sweep: () => Promise.resolve(),
    retain: () => Promise.resolve(),
    refresh: () => Promise.resolve(done),
    refreshBatch: () => Promise.resolve(done),
    publish: () => Promise.resolve(),
    hub: () => Promise.resolve(done),
    tend: () => Promise.resolve(done),
    read: () => Promise.resolve(done),
  };
  const common = { connection: redis.client, prefix: redis.prefix };
  const options = { ...common, queues, concurrency: 10, now: Date.now, log: SILENT_LOG, heartbeat, onDead: dead };
  const workers = startWorkers({ ...idle, ...processors }, options);
  started.push(workers);
  return workers;
}

const due = (sourceId: string, dueAt = 1) => ({ sourceId, dueAt });

describe('a job that this version cannot read', () => {
  it.each([
    ['refresh', 'refresh', { sourceId: 'a', dueAt: 1 }, 'data.sources: '],
    ['refresh', 'refresh-batch', { sources: [] }, 'data.sources'],
    ['refresh', 'refresh', { sources: [{ sourceId: 'a', dueAt: 'soon' }] }, 'data.sources.0.dueAt: '],
    ['publish', 'publish', {}, 'data.key: '],
    ['hub', 'deliver', { kind: 'send', subscriptionId: 'a' }, 'data.kind: '],
    ['hub', 'verify', { kind: 'verify', request: { mode: 'subscribe' } }, 'data.subscriptionId: '],
    ['websub', 'tend', null, 'data: '],
    ['websub', 'another', { sourceId: 'a' }, 'name: '],
    ['sweep', 'another', {}, 'name: '],
  ])('%s %s %j fails once and says why', async (name, jobName, data, problem) => {
    const called: string[] = [];
    const call = () => (called.push(jobName), Promise.resolve(done));
    const noResult = () => (called.push(jobName), Promise.resolve());
    work({
      sweep: noResult,
      retain: noResult,
      refresh: call,
      refreshBatch: call,
      publish: noResult,
      hub: call,
      tend: call,
      read: call,
    });
    const queue = new Queue(name, { connection: redis.client, prefix: redis.prefix, skipVersionCheck: true });
    await queue.add(jobName, data, { jobId: 'odd', attempts: 5, deduplication: { id: 'odd' } });
    await expect.poll(() => queues.failed(10)).toHaveLength(1);
    const [failure] = await queues.failed(10);
    expect(failure).toMatchObject({ queue: name, id: 'odd' });
    expect(failure?.reason).toContain(
      `job odd of the queue ${name} was written by another version of Feedmill or is damaged, and is not run: `,
    );
    expect(failure?.reason).toContain(problem);
    expect(await queue.getJob('odd')).toMatchObject({ attemptsMade: 1 });
    expect(await queue.getDeduplicationJobId('odd')).toBeNull();
    expect(called).toEqual([]);
    await queue.close();
  });
});

describe('refresh jobs', () => {
  it('are added once for each check, however often it is asked for', async () => {
    const seen: string[] = [];
    const refresh = (source: DueSource) => (seen.push(checkId(source)), Promise.resolve(done));
    await queues.addRefreshes([due('a')]);
    await queues.addRefreshes([due('a')]);
    work({ refresh });
    await expect.poll(() => seen).toEqual(['a@1']);
    await queues.addRefreshes([due('a', 3)]);
    await expect.poll(() => seen).toEqual(['a@1', 'a@3']);
  });

  it('carry up to 50 checks, and are named by the first and how many more', async () => {
    const batches: string[][] = [];
    const singles: string[] = [];
    await queues.addRefreshes(Array.from({ length: 101 }, (_, index) => due(`s${index}`)));
    expect(await queues.refreshBacklog()).toBe(150);
    expect(await redis.client.lrange(`${redis.prefix}:refresh:wait`, '0', '-1')).toEqual([
      's100@1',
      's50@1+49',
      's0@1+49',
    ]);
    work({
      refreshBatch: (sources) => (batches.push(sources.map(({ sourceId }) => sourceId)), Promise.resolve(done)),
      refresh: ({ sourceId }) => (singles.push(sourceId), Promise.resolve(done)),
    });
    await expect.poll(() => [...batches.flat(), ...singles]).toHaveLength(101);
    expect(batches.map(({ length }) => length)).toEqual([50, 50]);
    expect(singles).toEqual(['s100']);
  });

  it('meet each source alone once the batch failed', async () => {
    const singles: string[] = [];
    let batches = 0;
    await queues.addRefreshes([due('a'), due('b')]);
    work({
      refreshBatch: () => ((batches += 1), Promise.reject(new Error('Redis is loading'))),
      refresh: (source) => (singles.push(checkId(source)), Promise.resolve(done)),
    });
    await expect.poll(() => [...singles].sort(), { timeout: 10_000 }).toEqual(['a@1', 'b@1']);
    expect(batches).toBe(1);
    expect(await queues.failed(10)).toEqual([]);
  });

  it('meet each source alone once their worker died in the middle', async () => {
    const singles: string[] = [];
    await queues.addRefreshes([due('a'), due('b')]);
    // What is left of a worker that was killed: the job is active, and nobody holds its lock.
    const { Worker } = await import('bullmq');
    const dead = new Worker('refresh', undefined, { connection: redis.client, prefix: redis.prefix });
    expect(await dead.getNextJob('token')).toMatchObject({ id: 'a@1+1' });
    await redis.client.del(`${redis.prefix}:refresh:a@1+1:lock`);
    await dead.close();
    // Two looks find it: the first marks it, the second takes it back. They are 5 s apart, unless somebody forgets the first.
    work({ refresh: (source) => (singles.push(checkId(source)), Promise.resolve(done)) });
    const looked = `${redis.prefix}:refresh:stalled-check`;
    await expect
      .poll(async () => (await redis.client.del(looked), [...singles].sort()), { timeout: 20_000, interval: 200 })
      .toEqual(['a@1', 'b@1']);
  });

  it('comes back at the time asked for, under the same name, without holding a worker', async () => {
    const calls: string[] = [];
    work({
      refresh: (source) => {
        calls.push(checkId(source));
        return Promise.resolve(calls.length === 1 ? { kind: 'later', atMs: Date.now() + 50 } : done);
      },
    });
    await queues.addRefreshes([due('a')]);
    await expect.poll(() => calls, { timeout: 10_000 }).toEqual(['a@1', 'a@1']);
    await expect
      .poll(async () => (await queues.counts())['refresh'])
      .toMatchObject({ delayed: 0, active: 0, failed: 0 });
  });

  it('is waited for to the millisecond, not to the next whole second', async () => {
    const waits: number[] = [];
    const beside = redis.client instanceof Redis ? redis.client.duplicate() : new Redis(redis.url);
    const monitor = await beside.monitor();
    monitor.on('monitor', (_time: string, [command, key, seconds]: readonly string[]) => {
      if (command === 'bzpopmin' && key?.endsWith(':refresh:marker') === true) waits.push(Number(seconds));
    });
    let calls = 0;
    work({
      refresh: () => {
        calls += 1;
        return Promise.resolve(calls === 1 ? { kind: 'later', atMs: Date.now() + 400 } : done);
      },
    });
    await queues.addRefreshes([due('a')]);
    await expect.poll(() => calls).toBe(2);
    monitor.disconnect();
    beside.disconnect();
    expect(waits.filter((seconds) => seconds > 0 && seconds < 1)).not.toEqual([]);
  });

  it('is woken before its time when a slot is free', async () => {
    const calls: string[] = [];
    work({
      refresh: (source) => {
        calls.push(checkId(source));
        return Promise.resolve(calls.length === 1 ? { kind: 'later', atMs: Date.now() + 3_600_000 } : done);
      },
    });
    await queues.addRefreshes([due('a')]);
    await expect.poll(async () => (await queues.counts())['refresh']).toMatchObject({ delayed: 1 });
    await queues.wake(['a@1']);
    await expect.poll(() => calls).toHaveLength(2);
    await queues.wake(['a@1', 'nobody@9']);
  });

  it.each(['tend', 'read'] as const)('%s is woken before its time when a slot is free', async (kind) => {
    const calls: string[] = [];
    work({
      [kind]: (_sourceId: string, holder: string) => {
        calls.push(holder);
        return Promise.resolve(calls.length === 1 ? { kind: 'later', atMs: Date.now() + 3_600_000 } : done);
      },
    });
    await (kind === 'tend' ? queues.addTending(['a']) : queues.addReading(['a']));
    await expect.poll(async () => (await queues.counts())['websub']).toMatchObject({ delayed: 1 });
    await queues.wake(calls);
    await expect.poll(() => calls.length).toBe(2);
    expect(calls[1]).toBe(calls[0]);
  });

  it('leaves nothing behind for a holder that is no job', async () => {
    await queues.wake(['now 1234']);
    expect(await redis.client.exists(`${redis.prefix}:woken:now 1234`)).toBe(0);
  });

  it('is woken also when the slot became free before it was parked', async () => {
    const calls: string[] = [];
    await queues.wake(['a@1', 'b@1']);
    await queues.park([{ due: due('a'), atMs: Date.now() + 3_600_000 }]);
    const later: JobResult = { kind: 'later', atMs: Date.now() + 3_600_000 };
    work({
      refresh: (source) => {
        calls.push(checkId(source));
        return Promise.resolve(calls.filter((call) => call === 'b@1').length === 1 ? later : done);
      },
    });
    await queues.addRefreshes([due('b')]);
    await expect.poll(() => [...calls].sort()).toEqual(['a@1', 'b@1', 'b@1']);
  });

  it('is tried again after a fault of ours outside, and not at all after a mistake of ours', async () => {
    let tries = 0;
    work({
      refresh: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('Redis is loading')) : Promise.resolve(done);
      },
    });
    await queues.addRefreshes([due('a')]);
    await expect.poll(() => tries, { timeout: 10_000 }).toBe(2);
    expect(await queues.failed(10)).toEqual([]);
  });

  it('goes back to the queue, unlocked, when the worker stops in the middle of it', async () => {
    let asked = false;
    const workers = work({
      refresh: (_source, signal) =>
        new Promise((_resolve, reject) => {
          asked = true;
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        }),
    });
    await queues.addRefreshes([due('a')]);
    await expect.poll(() => asked).toBe(true);
    await workers.close(0);
    started.splice(0);
    const counts = (await queues.counts())['refresh'];
    expect(counts).toMatchObject({ active: 0, failed: 0 });
    expect((counts?.['delayed'] ?? 0) + (counts?.['waiting'] ?? 0)).toBe(1);
    const seen: string[] = [];
    work({ refresh: (source) => (seen.push(checkId(source)), Promise.resolve(done)) });
    await expect.poll(() => seen).toEqual(['a@1']);
  });
});

describe('jobs on our standing with hubs', () => {
  it('have at most one waiting for each source and kind of work', async () => {
    const seen: string[] = [];
    await queues.addTending(['a', 'a', 'b']);
    await queues.addReading(['a']);
    await queues.addReading(['a']);
    work({
      tend: (sourceId) => (seen.push(`tend ${sourceId}`), Promise.resolve(done)),
      read: (sourceId) => (seen.push(`read ${sourceId}`), Promise.resolve(done)),
    });
    await expect.poll(() => [...seen].sort()).toEqual(['read a', 'tend a', 'tend b']);
  });

  it('fail at once for a mistake of ours, where the operator sees it', async () => {
    await queues.addTending(['a']);
    work({ tend: () => Promise.reject(new InvariantError('this cannot be')) });
    await expect.poll(() => queues.failed(10)).toMatchObject([{ queue: 'websub', reason: 'this cannot be' }]);
  });
});

describe('publish jobs', () => {
  it('has at most one waiting for each feed', async () => {
    await queues.addPublishes(['all', 'category:a']);
    await queues.addPublishes(['all', 'category:a', 'category:b']);
    expect((await queues.counts())['publish']).toMatchObject({ delayed: 3 });
  });
});

describe('the sweep', () => {
  async function schedulers(): Promise<number> {
    return redis.client.zcard(`${redis.prefix}:sweep:repeat`);
  }

  it('is one, however often and by whomever it is asked for (duplicate schedulers after restarts)', async () => {
    const other = createQueues(redis.client, redis.prefix);
    await Promise.all([queues.scheduleSweep(), other.scheduleSweep(), queues.scheduleSweep()]);
    await queues.scheduleSweep();
    expect(await schedulers()).toBe(1);
    const { delayed = 0, waiting = 0, failed = 0 } = (await queues.counts())['sweep'] ?? {};
    expect({ next: delayed + waiting, failed }).toEqual({ next: 1, failed: 0 });
    await other.close();
  });

  it('goes on with two workers, and when one of them stops (two workers stop a scheduler)', async () => {
    let sweeps = 0;
    const sweep = () => ((sweeps += 1), Promise.resolve());
    await queues.scheduleSweep();
    const first = work({ sweep });
    work({ sweep });
    await expect.poll(() => sweeps, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    await first.close(0);
    const before = sweeps;
    await expect.poll(() => sweeps, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 3);
  });

  it('starts again when its next job was lost', async () => {
    let sweeps = 0;
    await queues.scheduleSweep();
    // What a crash between two steps of somebody else's script could leave behind.
    await redis.client.del(`${redis.prefix}:sweep:delayed`);
    work({ sweep: () => ((sweeps += 1), Promise.resolve()) });
    await queues.scheduleSweep();
    await expect.poll(() => sweeps, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  });

  it('takes over a changed interval (changed interval not applied)', async () => {
    const { Queue } = await import('bullmq');
    const old = new Queue('sweep', { connection: redis.client, prefix: redis.prefix });
    await old.upsertJobScheduler(SWEEP_SCHEDULER, { every: 3_600_000 }, { name: 'sweep' });
    let sweeps = 0;
    await queues.scheduleSweep();
    expect(await schedulers()).toBe(1);
    work({ sweep: () => ((sweeps += 1), Promise.resolve()) });
    await expect.poll(() => sweeps, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    await old.close();
  });
});
