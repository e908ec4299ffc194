import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChecks } from '../../../src/io/store/checks.ts';
import { createHostBudgets } from '../../../src/io/store/host-budgets.ts';
import type { Checks, HostBudgets, HostEntry } from '../../../src/ports/checks.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const LEASE = 60_000;

let redis: TestRedis;
let budgets: HostBudgets;
let checks: Checks;

beforeAll(async () => {
  redis = await startTestRedis();
  budgets = createHostBudgets(redis.client, `${redis.prefix}:`);
  checks = createChecks(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function entry(holder: string, now: number, delayMs = 1000, concurrency = 2): HostEntry {
  return { holder, budgetKey: 'h', budget: { concurrency, delayMs, scope: 'host' }, now, leaseMs: LEASE };
}

const open = { kind: 'open' };
const wait = (untilMs: number) => ({ kind: 'wait', untilMs });

describe('waits', () => {
  it('says how long a host rests, from when a start is free, and how many requests are under way', async () => {
    await budgets.enter(entry('a', T0));
    await budgets.enter(entry('b', T0));
    expect(await budgets.waits(['h', 'other'], T0)).toEqual([{ freeFrom: T0 + 2000, inUse: 1 }, { inUse: 0 }]);
    await budgets.leave('a', 'h', T0 + 90_000, T0);
    expect(await budgets.waits(['h'], T0 + 1)).toEqual([{ restsUntil: T0 + 90_000, freeFrom: T0 + 2000, inUse: 0 }]);
    expect(await budgets.waits(['h'], T0 + 90_000)).toEqual([{ inUse: 0 }]);
  });

  it('does not count a request whose lease has ended', async () => {
    await budgets.enter(entry('dead', T0));
    expect(await budgets.waits(['h'], T0 + LEASE)).toEqual([{ inUse: 0 }]);
  });
});

describe('enter', () => {
  it('spaces requests, each with a start of its own that it keeps', async () => {
    expect(await budgets.enter(entry('a', T0))).toEqual(open);
    expect(await budgets.enter(entry('b', T0))).toEqual(wait(T0 + 1000));
    expect(await budgets.enter(entry('c', T0))).toEqual(wait(T0 + 2000));
    expect(await budgets.enter(entry('b', T0 + 500))).toEqual(wait(T0 + 1000));
    await budgets.leave('a', 'h', undefined, T0 + 600);
    expect(await budgets.enter(entry('b', T0 + 1000))).toEqual(open);
    expect(await budgets.enter(entry('c', T0 + 2000))).toEqual(open);
  });

  it('lets no more in than the budget has slots, and names who waits longest when one becomes free', async () => {
    expect(await budgets.enter(entry('a', T0, 0, 1))).toEqual(open);
    expect(await budgets.enter(entry('b', T0, 0, 1))).toEqual(wait(T0 + LEASE));
    expect(await budgets.enter(entry('c', T0 + 1, 0, 1))).toEqual(wait(T0 + LEASE));
    expect(await budgets.leave('a', 'h', undefined, T0 + 2)).toEqual(['b']);
    expect(await budgets.enter(entry('b', T0 + 2, 0, 1))).toEqual(open);
    expect(await budgets.leave('b', 'h', undefined, T0 + 3)).toEqual(['c']);
    expect(await budgets.leave('c', 'h', undefined, T0 + 4)).toEqual([]);
  });

  it('keeps the starts of all who wait while one of them comes and goes', async () => {
    expect(await budgets.enter(entry('a', T0, 100_000))).toEqual(open);
    expect(await budgets.enter(entry('b', T0, 100_000))).toEqual(wait(T0 + 100_000));
    expect(await budgets.enter(entry('c', T0, 100_000))).toEqual(wait(T0 + 200_000));
    expect(await budgets.enter(entry('b', T0 + 1, 100_000))).toEqual(wait(T0 + 100_000));
    expect(await redis.client.pttl(`${redis.prefix}:br:h`)).toBeGreaterThan(200_000);
    expect(await budgets.enter(entry('b', T0 + 100_000, 100_000))).toEqual(open);
    expect(await budgets.enter(entry('c', T0 + 100_001, 100_000))).toEqual(wait(T0 + 200_000));
  });

  it('forgets a start that was never used', async () => {
    const hour = 3_600_000;
    expect(await budgets.enter(entry('a', T0))).toEqual(open);
    expect(await budgets.enter(entry('gone', T0))).toEqual(wait(T0 + 1000));
    await redis.client.persist(`${redis.prefix}:br:h`);
    expect(await budgets.enter(entry('b', T0 + 2 * hour))).toEqual(open);
    expect(await budgets.enter(entry('c', T0 + 2 * hour))).toEqual(wait(T0 + 2 * hour + 1000));
    expect(await redis.client.zrange(`${redis.prefix}:br:h`, '0', '-1')).toEqual(['c']);
  });

  it('lets a holder in again, and takes back the slot of one that never left', async () => {
    expect(await budgets.enter(entry('a', T0, 0, 1))).toEqual(open);
    expect(await budgets.enter(entry('a', T0 + 1, 0, 1))).toEqual(open);
    expect(await budgets.enter(entry('b', T0 + 2 + LEASE, 0, 1))).toEqual(open);
  });

  it('waits while the host rests', async () => {
    expect(await budgets.enter(entry('a', T0))).toEqual(open);
    await budgets.leave('a', 'h', T0 + 90_000, T0);
    expect(await budgets.enter(entry('b', T0 + 1))).toEqual(wait(T0 + 90_000));
  });

  it('shares the budget with the checks of sources', async () => {
    await checks.sync(['news'], T0, () => 0);
    const check = {
      sourceId: 'news',
      holder: 'check',
      dueAt: T0,
      budgetKey: 'h',
      budget: { concurrency: 1, delayMs: 1000, scope: 'host' as const },
      leaseMs: LEASE,
    };
    expect(await budgets.enter(entry('a', T0, 1000, 1))).toEqual(open);
    expect(await checks.open({ ...check, now: T0 })).toEqual(wait(T0 + 1000));
    // The slot is still taken: the check waits for it, and is named when it becomes free.
    expect(await checks.open({ ...check, now: T0 + 1000 })).toEqual(wait(T0 + LEASE));
    expect(await budgets.leave('a', 'h', undefined, T0 + 1500)).toEqual(['check']);
    expect((await checks.open({ ...check, now: T0 + 1500 })).kind).toBe('open');
    expect(await budgets.enter(entry('b', T0 + 1600, 1000, 1))).toMatchObject({ kind: 'wait' });
    await checks.close({ ...check, state: { ...FIRST_STATE, nextCheckAt: T0 + 9999 }, now: T0 + 1700 });
    expect(await budgets.enter(entry('b', T0 + 3000, 1000, 1))).toEqual(open);
  });
});
