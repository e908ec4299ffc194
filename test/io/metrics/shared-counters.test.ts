import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dueCounts } from '../../../src/io/metrics/due.ts';
import {
  instrumentedChecks,
  instrumentedFetcher,
  instrumentedPublisher,
  instrumentedTrace,
} from '../../../src/io/metrics/instrument.ts';
import { createSharedCounters } from '../../../src/io/metrics/shared-counters.ts';
import { createChecks } from '../../../src/io/store/checks.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import type { FetchOutcome } from '../../../src/model/fetch-outcome.ts';
import type { Publisher } from '../../../src/ports/publisher.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let prefix: string;

beforeAll(async () => {
  redis = await startTestRedis();
  prefix = `${redis.prefix}:`;
});
afterAll(() => redis.close());
beforeEach(() => redis.clear());

describe('createTally', () => {
  it('adds up what several workers counted', async () => {
    const [one, two] = [createSharedCounters(redis.client, prefix), createSharedCounters(redis.client, prefix)];
    one.add('fetches', 'body');
    one.add('fetches', 'body', 2);
    two.add('fetches', 'timeout');
    two.add('fetched-bytes', undefined, 1_000_000);
    await one.flush();
    await two.flush();
    two.add('fetches', 'body');
    await two.flush();
    expect(Object.fromEntries(await one.read())).toEqual({
      'fetches|body': 4,
      'fetches|timeout': 1,
      'fetched-bytes': 1_000_000,
    });
  });

  it('puts times into buckets', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    for (const seconds of [0.01, 0.05, 0.3, 99]) counters.observeFetch(seconds);
    await counters.flush();
    const counts = await counters.read();
    expect(counts.get('fetch-seconds|0.05')).toBe(2);
    expect(counts.get('fetch-seconds|0.5')).toBe(1);
    expect(counts.get('fetch-seconds|+Inf')).toBe(1);
    expect(counts.get('fetch-seconds')).toBeCloseTo(99.36);
  });

  it('makes no series of what an origin wrote', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    counters.add('checks', 'https://evil.example/?a=1|b');
    counters.add('checks', 'x'.repeat(100));
    await counters.flush();
    expect([...(await counters.read()).entries()]).toEqual([['checks|other', 2]]);
  });

  it('keeps what it could not write for the next time', async () => {
    const away = await redis.connect();
    const counters = createSharedCounters(away.client, prefix);
    counters.add('checks', 'feed');
    counters.noteHealth('a', true);
    await away.close();
    await expect(counters.flush()).rejects.toThrow(/Redis: counting failed/u);
    counters.add('checks', 'feed');
    await expect(counters.flush()).rejects.toThrow(/Redis: counting failed/u);
  });

  it('knows which sources fail, and forgets those that left', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    counters.noteHealth('a', true);
    counters.noteHealth('b', true);
    counters.noteHealth('c', false);
    await counters.flush();
    expect(await counters.failing(new Set(['a', 'b', 'c']))).toBe(2);
    counters.noteHealth('a', false);
    await counters.flush();
    expect(await counters.failing(new Set(['a', 'c']))).toBe(0);
    expect(await counters.failing(new Set(['a', 'b', 'c']))).toBe(0);
  });
});

const FIVE_BYTES = Buffer.from('12345');

describe('what passes through a port', () => {
  const answered = { url: 'http://a/', redirects: [], hints: {}, status: 200 };
  const signal = new AbortController().signal;

  it.each<[string, FetchOutcome, Record<string, number>]>([
    [
      'a body, with its bytes',
      { kind: 'body', body: FIVE_BYTES, again: () => FIVE_BYTES, links: { hubs: [] }, delta: false, ...answered },
      { 'fetches|body': 1, 'fetched-bytes': 5 },
    ],
    ['a 304', { kind: 'not-modified', ...answered, status: 304 }, { 'fetches|not-modified': 1 }],
    [
      'a failure by its kind',
      { kind: 'failed', failure: { kind: 'timeout', message: 'too slow' }, hints: {}, redirects: [] },
      { 'fetches|timeout': 1 },
    ],
  ])('is counted: %s', async (_title, outcome, expected) => {
    const counters = createSharedCounters(redis.client, prefix);
    const fetcher = instrumentedFetcher(
      { fetch: () => Promise.resolve(outcome), close: () => Promise.resolve() },
      counters,
    );
    // The request is not looked at.
    expect(await fetcher.fetch({} as Parameters<typeof fetcher.fetch>[0], signal)).toBe(outcome);
    await counters.flush();
    const counts = Object.fromEntries(await counters.read());
    expect(counts).toMatchObject(expected);
    expect(Object.keys(counts).filter((key) => key.startsWith('fetch-seconds|'))).toHaveLength(1);
  });

  it('is counted when a check is closed, but not when it is put off', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    const checks = instrumentedChecks(createChecks(redis.client, prefix), counters);
    await checks.sync(['a'], 0, () => 0);
    const last = { at: 5, kind: 'timeout' };
    const state = { ...FIRST_STATE, failures: 2, lastCheckAt: 5, last };
    const closing = { sourceId: 'a', holder: 'h', budgetKey: 'host', state };
    await checks.close({ ...closing, now: 5 });
    await checks.close({ ...closing, now: 9 });
    await counters.flush();
    expect(Object.fromEntries(await counters.read())).toEqual({ 'checks|timeout': 1 });
    expect(await counters.failing(new Set(['a']))).toBe(1);
  });

  it('is counted when documents are published, and not when they could not be', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    const document = { path: '/', mediaType: 'a/b', body: Buffer.from(''), modifiedAt: 0, etag: '"1"' };
    let isFull = false;
    const publisher = instrumentedPublisher<Publisher>(
      {
        missing: () => Promise.resolve(new Set<string>()),
        publish: () => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve()),
        remove: () => Promise.resolve(),
      },
      'directory',
      counters,
    );
    await publisher.publish([document, document]);
    isFull = true;
    await expect(publisher.publish([document])).rejects.toThrow('disk full');
    await counters.flush();
    expect(Object.fromEntries(await counters.read())).toEqual({ 'documents|directory': 2 });
  });
});

describe('measuredTrace', () => {
  it('counts decisions by their kind', async () => {
    const counters = createSharedCounters(redis.client, prefix);
    const trace = instrumentedTrace(
      { note: () => Promise.resolve(), find: () => Promise.resolve({ events: [], lost: 0 }) },
      counters,
    );
    const event = { at: 0, postId: '0000000000000000', sourceId: 'a', lookups: [] };
    await trace.note(
      [
        { ...event, decision: { kind: 'added' } },
        { ...event, decision: { kind: 'added' } },
        { ...event, decision: { kind: 'dropped', rule: 'rules[0] keyword', reason: 'has 广告' }, once: true },
      ],
      0,
    );
    await counters.flush();
    expect(Object.fromEntries(await counters.read())).toEqual({ 'posts|added': 2, 'posts|dropped': 1 });
  });
});

describe('dueCounts', () => {
  const MINUTE = 60_000;

  it('is all noughts where there are no sources', async () => {
    expect(await dueCounts(redis.client, prefix, 1)).toEqual({ total: 0, due: 0, late: 0, paused: 0, latenessMs: 0 });
  });

  it('tells due, late and paused ones apart', async () => {
    const now = 10 * MINUTE;
    const checks = createChecks(redis.client, prefix);
    await checks.sync(['late', 'due', 'ahead', 'paused'], 0, () => 0);
    const at = (nextCheckAt: number) => ({ ...FIRST_STATE, nextCheckAt });
    await checks.write('late', at(now - 3 * MINUTE), now);
    await checks.write('due', at(now - 1), now);
    await checks.write('ahead', at(now + 1), now);
    await checks.write('paused', { ...at(0), pausedAt: now }, now);
    expect(await dueCounts(redis.client, prefix, now)).toEqual({
      total: 4,
      due: 2,
      late: 1,
      paused: 1,
      latenessMs: 3 * MINUTE,
    });
  });

  it('waits for nobody where all are paused', async () => {
    const checks = createChecks(redis.client, prefix);
    await checks.sync(['a'], 0, () => 0);
    await checks.write('a', { ...FIRST_STATE, pausedAt: 1 }, 1);
    expect(await dueCounts(redis.client, prefix, MINUTE)).toMatchObject({ due: 0, paused: 1, latenessMs: 0 });
  });
});
