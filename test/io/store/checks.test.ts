import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChecks } from '../../../src/io/store/checks.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import type { CheckOpening, Checks } from '../../../src/ports/checks.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const LEASE = 60_000;

let redis: TestRedis;
let checks: Checks;

beforeAll(async () => {
  redis = await startTestRedis();
  checks = createChecks(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function opening(sourceId: string, now: number, more: Partial<CheckOpening> = {}): CheckOpening {
  const budget = { concurrency: 100, delayMs: 0, scope: 'host' } as const;
  return { sourceId, holder: `${sourceId}@${T0}`, dueAt: T0, budgetKey: 'h', budget, now, leaseMs: LEASE, ...more };
}

const state = (more: Partial<SourceState> = {}): SourceState => ({
  ...FIRST_STATE,
  nextCheckAt: T0 + 3_600_000,
  ...more,
});

describe('sync', () => {
  it('spreads new sources over the time given and adds them once', async () => {
    expect(await checks.sync(['a', 'b', 'c', 'd'], T0, (added) => 4_000 / added)).toEqual({ added: 4, removed: 0 });
    expect(await checks.sync(['a', 'b', 'c', 'd'], T0 + 99, () => 1_000)).toEqual({ added: 0, removed: 0 });
    const due = await checks.claimDue(T0 + 3_000, 10, LEASE);
    expect(due.map(({ sourceId, dueAt }) => [sourceId, dueAt - T0])).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 2_000],
      ['d', 3_000],
    ]);
  });

  it('forgets what left the config, and knows it again when it comes back', async () => {
    await checks.sync(['a', 'b'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: state({ etag: '"1"' }) });
    expect(await checks.sync(['b'], T0, () => 0)).toEqual({ added: 0, removed: 1 });
    expect(await checks.sync(['a', 'b'], T0 + 5, () => 0)).toEqual({ added: 1, removed: 0 });
    expect((await checks.read(['a']))[0]).toMatchObject({ etag: '"1"', nextCheckAt: T0 + 5 });
  });
});

describe('claimDue', () => {
  it('gives each due source to one claimer only, and again when its lease ends', async () => {
    await checks.sync(['a', 'b'], T0, () => 0);
    expect(await checks.claimDue(T0, 1, LEASE)).toHaveLength(1);
    expect(await checks.claimDue(T0, 10, LEASE)).toHaveLength(1);
    expect(await checks.claimDue(T0, 10, LEASE)).toEqual([]);
    expect(await checks.claimDue(T0 + LEASE, 10, LEASE)).toHaveLength(2);
  });

  it('tells the adopted address, whose host has the budget, for as long as one is adopted', async () => {
    const adopted = { adoptedUrl: 'https://new.example/feed', adoptedFrom: 'https://old.example/feed' };
    const known = state({ nextCheckAt: T0 });
    await checks.sync(['a', 'b'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: { ...known, ...adopted } });
    await checks.write('b', { ...known, adoptedUrl: 'https://b.example/feed' }, T0);
    expect(await checks.claimDue(T0, 10, 0)).toEqual([
      { sourceId: 'a', dueAt: T0, ...adopted },
      { sourceId: 'b', dueAt: T0, adoptedUrl: 'https://b.example/feed' },
    ]);
    await checks.write('a', known, T0);
    await checks.open(opening('b', T0));
    await checks.close({ ...opening('b', T0), state: known });
    expect(await checks.claimDue(T0, 10, 0)).toEqual([
      { sourceId: 'a', dueAt: T0 },
      { sourceId: 'b', dueAt: T0 },
    ]);
  });
});

describe('open', () => {
  it('lets one holder in, and the same holder again', async () => {
    await checks.sync(['a'], T0, () => 0);
    expect((await checks.open(opening('a', T0))).kind).toBe('open');
    expect((await checks.open(opening('a', T0 + 1, { holder: 'other' }))).kind).toBe('taken');
    expect((await checks.open(opening('a', T0 + 2))).kind).toBe('open');
    expect((await checks.open(opening('a', T0 + 2 + LEASE, { holder: 'other' }))).kind).toBe('open');
  });

  it('does not check again what was checked since it was due', async () => {
    await checks.sync(['a'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: state() });
    expect(await checks.open(opening('a', T0 + 10))).toEqual({ kind: 'taken' });
  });

  it('knows no source that was never added', async () => {
    expect(await checks.open(opening('nobody', T0))).toEqual({ kind: 'taken' });
  });

  it('keeps to the number of slots, and a close wakes the one that waits longest', async () => {
    const budget = { concurrency: 2, delayMs: 0, scope: 'host' } as const;
    await checks.sync(['a', 'b', 'c', 'd'], T0, () => 0);
    expect((await checks.open(opening('a', T0, { budget }))).kind).toBe('open');
    expect((await checks.open(opening('b', T0, { budget }))).kind).toBe('open');
    expect(await checks.open(opening('c', T0 + 1, { budget }))).toEqual({ kind: 'wait', untilMs: T0 + LEASE });
    expect((await checks.open(opening('d', T0 + 2, { budget }))).kind).toBe('wait');
    expect(await checks.close({ ...opening('a', T0), state: state() })).toEqual([`c@${T0}`]);
    expect((await checks.open(opening('c', T0 + 3, { budget }))).kind).toBe('open');
  });

  it('wakes nobody who has come by himself before', async () => {
    const budget = { concurrency: 1, delayMs: 0, scope: 'host' } as const;
    await checks.sync(['a', 'b', 'c'], T0, () => 0);
    expect((await checks.open(opening('a', T0, { budget }))).kind).toBe('open');
    expect((await checks.open(opening('b', T0 + 1, { budget }))).kind).toBe('wait');
    expect((await checks.open(opening('c', T0 + 2, { budget }))).kind).toBe('wait');
    // The slot of a runs out, and b looks before anybody tells it.
    expect((await checks.open(opening('b', T0 + LEASE, { budget }))).kind).toBe('open');
    expect(await checks.close({ ...opening('b', T0), state: state() })).toEqual([`c@${T0}`]);
  });

  it('reserves starts that are the delay apart, each source its own', async () => {
    const budget = { concurrency: 9, delayMs: 1_000, scope: 'host' } as const;
    await checks.sync(['a', 'b', 'c'], T0, () => 0);
    expect((await checks.open(opening('a', T0, { budget }))).kind).toBe('open');
    expect(await checks.open(opening('b', T0 + 10, { budget }))).toEqual({ kind: 'wait', untilMs: T0 + 1_000 });
    expect(await checks.open(opening('c', T0 + 20, { budget }))).toEqual({ kind: 'wait', untilMs: T0 + 2_000 });
    expect((await checks.open(opening('b', T0 + 1_300, { budget }))).kind).toBe('open');
    // b came late: c must not start 700 ms after it.
    expect(await checks.open(opening('c', T0 + 2_000, { budget }))).toEqual({ kind: 'wait', untilMs: T0 + 2_300 });
    expect((await checks.open(opening('c', T0 + 2_300, { budget }))).kind).toBe('open');
  });

  it('leaves other hosts alone', async () => {
    const budget = { concurrency: 1, delayMs: 5_000, scope: 'host' } as const;
    await checks.sync(['a', 'b'], T0, () => 0);
    expect((await checks.open(opening('a', T0, { budget }))).kind).toBe('open');
    expect((await checks.open(opening('b', T0, { budget, budgetKey: 'other' }))).kind).toBe('open');
  });

  it('waits for a host that rests for a while, and puts the check off where it rests long', async () => {
    await checks.sync(['a', 'b', 'c'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: state(), hostRestsUntil: T0 + 30_000 });
    expect(await checks.open(opening('b', T0 + 1))).toEqual({ kind: 'wait', untilMs: T0 + 30_000 });
    expect((await checks.open(opening('b', T0 + 30_000))).kind).toBe('open');
    await checks.close({ ...opening('b', T0), state: state(), hostRestsUntil: T0 + 7_200_000 });
    expect(await checks.open(opening('c', T0 + 40_000))).toMatchObject({ kind: 'rest', untilMs: T0 + 7_200_000 });
  });
});

describe('close', () => {
  it('changes nothing the second time, or for one who has lost the source', async () => {
    await checks.sync(['a'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: state({ etag: '"1"' }) });
    await checks.close({ ...opening('a', T0), state: state({ etag: '"2"' }) });
    await checks.close({ ...opening('a', T0, { holder: 'other' }), state: state({ etag: '"3"' }) });
    expect((await checks.read(['a']))[0]?.etag).toBe('"1"');
  });

  it('takes a paused source off the schedule', async () => {
    await checks.sync(['a'], T0, () => 0);
    await checks.open(opening('a', T0));
    await checks.close({ ...opening('a', T0), state: state({ pausedAt: T0, pauseReason: 'gone' }) });
    expect(await checks.claimDue(T0 + 1e12, 10, LEASE)).toEqual([]);
    expect((await checks.read(['a']))[0]?.pauseReason).toBe('gone');
  });
});

describe('write', () => {
  it('replaces the state, but not under a running check', async () => {
    await checks.sync(['a'], T0, () => 0);
    expect(await checks.write('a', state({ nextCheckAt: T0 + 5 }), T0)).toBe(true);
    expect(await checks.claimDue(T0 + 5, 10, LEASE)).toEqual([{ sourceId: 'a', dueAt: T0 + 5 }]);
    await checks.open(opening('a', T0 + 5, { dueAt: T0 + 5 }));
    expect(await checks.write('a', state(), T0 + 6)).toBe(false);
  });
});

describe('release', () => {
  it('makes a claimed source due again before the claim ends, and leaves alone one that is due sooner or paused', async () => {
    await checks.sync(['a', 'b', 'c'], T0, () => 0);
    await checks.write('b', { ...FIRST_STATE, pausedAt: T0 }, T0);
    await checks.claimDue(T0, 10, 60_000);
    await checks.release('a', T0 + 2_000);
    await checks.release('a', T0 + 5_000);
    await checks.release('b', T0);
    await checks.release('unknown', T0);
    expect(await checks.dueTimes(['a', 'b', 'c', 'unknown'])).toEqual([
      T0 + 2_000,
      Number.POSITIVE_INFINITY,
      T0 + 60_000,
      undefined,
    ]);
    expect((await checks.claimDue(T0 + 2_000, 10, 60_000)).map(({ sourceId }) => sourceId)).toEqual(['a']);
  });
});

describe('hasten', () => {
  it('makes a check due sooner, and never later, and leaves the state as it is', async () => {
    await checks.sync(['a'], T0, () => 0);
    await checks.write('a', state({ etag: '"1"' }), T0);
    await checks.hasten('a', T0 + 500);
    await checks.hasten('a', T0 + 900);
    expect((await checks.read(['a']))[0]).toMatchObject({ etag: '"1"', nextCheckAt: T0 + 500 });
    expect(await checks.claimDue(T0 + 500, 10, LEASE)).toEqual([{ sourceId: 'a', dueAt: T0 + 500 }]);
  });

  it('wakes no source that is paused, and none that is not known', async () => {
    await checks.sync(['a'], T0, () => 0);
    await checks.write('a', state({ pausedAt: T0 }), T0);
    await checks.hasten('a', T0);
    await checks.hasten('b', T0);
    expect(await checks.claimDue(T0 + LEASE, 10, LEASE)).toEqual([]);
    expect(await checks.read(['b'])).toEqual([undefined]);
  });
});
