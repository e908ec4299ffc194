import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTrace } from '../../../src/io/store/trace.ts';
import type { TraceDecision, TraceNote } from '../../../src/model/trace.ts';
import type { Trace } from '../../../src/ports/trace.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

let redis: TestRedis;
let trace: Trace;

beforeAll(async () => {
  redis = await startTestRedis();
  trace = createTrace(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const hex = (seed: number): string =>
  ((BigInt(seed) * 0x9e3779b97f4a7c15n) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0');

function noteOf(seed: number, more: Partial<TraceNote> = {}): TraceNote {
  return {
    at: T0,
    postId: hex(seed),
    sourceId: 'a',
    documentUrl: 'https://a.example/feed',
    decision: { kind: 'added' },
    key: 'guid',
    lookups: [hex(seed + 1_000_000)],
    ...more,
  };
}

const DROPPED: TraceDecision = { kind: 'dropped', rule: 'rules[0] keyword', reason: 'title has "广告"' };

describe('the trace', () => {
  it('gives an event back under the post and under each further key', async () => {
    const { lookups, ...event } = noteOf(1, { rules: ['rules[1] tags: tags are 股市'] });
    await trace.note([{ ...event, lookups }, noteOf(2)], T0);
    expect(await trace.find([hex(1)], T0)).toEqual({ events: [event], lost: 0 });
    expect((await trace.find(lookups, T0)).events).toEqual([event]);
    expect((await trace.find([hex(3)], T0)).events).toEqual([]);
  });

  it('gives each event once, oldest first, over slices', async () => {
    const changed: TraceDecision = { kind: 'changed', announced: true, what: ['title'], revision: 2 };
    const later = T0 + 12 * DAY_MS;
    await trace.note([noteOf(1, { at: later, decision: changed, lookups: [] })], later);
    await trace.note([noteOf(1)], T0);
    const { events } = await trace.find([hex(1), hex(1_000_001)], later);
    expect(events.map(({ at, decision }) => [at, decision.kind])).toEqual([
      [T0, 'added'],
      [later, 'changed'],
    ]);
  });

  it('takes what is dropped at each fetch once, for as long as it is remembered', async () => {
    const dropped = noteOf(1, { decision: DROPPED, once: true, entry: { title: '广告', url: 'https://a.example/1' } });
    for (const day of [0, 1, 6, 11, 29]) {
      const at = T0 + day * DAY_MS;
      await trace.note([{ ...dropped, at }], at);
    }
    expect((await trace.find([hex(1)], T0 + 29 * DAY_MS)).events).toHaveLength(1);
    const size = await redis.client.dbsize();
    await trace.note([dropped, { ...dropped, decision: { ...DROPPED, rule: 'rules[3] keyword' } }], T0);
    expect((await trace.find([hex(1)], T0)).events).toHaveLength(2);
    expect(await redis.client.dbsize()).toBeLessThanOrEqual(size + 1);
  });

  it('keeps an event for 30 days and no key of it for longer than 35', async () => {
    await trace.note([noteOf(1), noteOf(2, { decision: DROPPED, once: true })], T0);
    const keys = await redis.client.keys(`${redis.prefix}:t:*`);
    expect(keys.length).toBeGreaterThan(4);
    for (const key of keys) {
      const leftMs = await redis.client.pttl(key);
      expect(leftMs, key).toBeGreaterThan(29.9 * DAY_MS);
      expect(leftMs, key).toBeLessThanOrEqual(35 * DAY_MS);
    }
  });

  it('holds the first two dozen events of a post that never rests, and counts the others', async () => {
    const restless = Array.from({ length: 40 }, (_, revision) =>
      noteOf(1, { decision: { kind: 'changed', announced: false, what: ['content'], revision }, lookups: [] }),
    );
    await trace.note(restless, T0);
    const { events, lost } = await trace.find([hex(1)], T0);
    expect(events).toHaveLength(24);
    expect(lost).toBe(16);
  });

  it('cuts what an origin was wordy about', async () => {
    const entry = { title: '长'.repeat(5_000), url: `https://a.example/${'x'.repeat(5_000)}` };
    await trace.note([noteOf(1, { entry, rules: Array<string>(100).fill('r'.repeat(1_000)) })], T0);
    const [event] = (await trace.find([hex(1)], T0)).events;
    expect(event?.entry?.title).toBe(`${'长'.repeat(300)}…`);
    expect(JSON.stringify(event).length).toBeLessThan(8_000);
  });

  it('finds each of ten thousand events, over many chunks', async () => {
    const notes = Array.from({ length: 10_000 }, (_, index) =>
      noteOf(index, { key: `k${index}`, lookups: [hex(index + 1_000_000), hex(index + 2_000_000)] }),
    );
    for (let start = 0; start < notes.length; start += 50) await trace.note(notes.slice(start, start + 50), T0);
    for (const index of [0, 1, 777, 5_000, 9_998, 9_999]) {
      const { events } = await trace.find([hex(index + 2_000_000)], T0);
      expect(events.map(({ key, postId }) => [key, postId])).toEqual([[`k${index}`, hex(index)]]);
    }
  });

  it('takes some hundred bytes for an entry with three keys', async () => {
    const entries = 20_000;
    for (let start = 0; start < entries; start += 50) {
      const notes = Array.from({ length: 50 }, (_, place) =>
        noteOf(start + place, { lookups: [hex(start + place + 1_000_000), hex(start + place + 2_000_000)] }),
      );
      await trace.note(notes, T0);
    }
    const keys = await redis.client.keys(`${redis.prefix}:t:*`);
    const sizes = await Promise.all(keys.map((key) => redis.client.memory('USAGE', key, 'SAMPLES', 0)));
    const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    expect(bytes / entries).toBeLessThan(150);
    expect(bytes / entries).toBeGreaterThan(50);
  });
});
