/** Is a check that waits in this process woken as soon as its host has a slot for it? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHostBudgets } from '../../../src/io/store/host-budgets.ts';
import { createWakeups } from '../../../src/io/store/wakeups.ts';
import type { RedisHandle } from '../../../src/io/redis/connect.ts';
import type { HostBudgets, HostEntry, Wakeups } from '../../../src/ports/checks.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const LATER = Date.now() + 3_600_000;
const never = new AbortController().signal;

let redis: TestRedis;
let handle: RedisHandle;
let budgets: HostBudgets;
let wakeups: Wakeups;
let connections = 0;

beforeAll(async () => {
  redis = await startTestRedis();
  handle = await redis.connect();
  budgets = createHostBudgets(redis.client, `${redis.prefix}:`);
  const connect = () => {
    connections += 1;
    return handle.duplicate();
  };
  wakeups = createWakeups(connect, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(async () => {
  await handle.close();
  await redis.close();
});

function entry(holder: string): HostEntry {
  const budget = { concurrency: 1, delayMs: 0, scope: 'host' } as const;
  return { holder, budgetKey: 'h', budget, now: Date.now(), leaseMs: 60_000 };
}

describe('wait', () => {
  it('ends when the slot is left, for one holder at a time, in order', async () => {
    const woken: string[] = [];
    const waits = await Promise.all(
      ['now b', 'now c'].map(async (holder) => {
        const wakeup = await wakeups.listen(holder);
        return async () => {
          await wakeup.wait(LATER, never);
          woken.push(holder);
          wakeup.stop();
        };
      }),
    );
    for (const holder of ['now a', 'now b', 'now c']) await budgets.enter(entry(holder));
    const done = waits.map((wait) => wait());
    await budgets.leave('now a', 'h', undefined, Date.now());
    await done[0];
    expect(woken).toEqual(['now b']);
    await budgets.leave('now b', 'h', undefined, Date.now());
    await done[1];
    expect(woken).toEqual(['now b', 'now c']);
    expect(connections).toBe(1);
  });

  it('ends at once where the wake-up came before it, and only once for it', async () => {
    const wakeup = await wakeups.listen('now b');
    await budgets.enter(entry('now a'));
    await budgets.enter(entry('now b'));
    await budgets.leave('now a', 'h', undefined, Date.now());
    // What was published before is read before this.
    const marker = await wakeups.listen('marker');
    await redis.client.publish(`${redis.prefix}:woken`, 'marker');
    await marker.wait(LATER, never);
    await wakeup.wait(LATER, never);
    const end = new AbortController();
    const again = wakeup.wait(LATER, end.signal);
    end.abort(new Error('still waiting'));
    await expect(again).rejects.toThrow('still waiting');
  });

  it('ends at its time', async () => {
    const wakeup = await wakeups.listen('now b');
    await wakeup.wait(Date.now() + 1, never);
    await wakeup.wait(Date.now() - 1, never);
  });

  it('ends with the reason of the signal, also where that was aborted before', async () => {
    const wakeup = await wakeups.listen('now b');
    const end = new AbortController();
    const waiting = wakeup.wait(LATER, end.signal);
    end.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    await expect(wakeup.wait(LATER, end.signal)).rejects.toThrow('interrupted');
  });
});
