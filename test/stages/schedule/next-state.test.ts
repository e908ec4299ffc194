import { describe, expect, it } from 'vitest';
import type { CheckResult, FeedFacts, Response } from '../../../src/model/check.ts';
import type { ParseFailure } from '../../../src/model/feed.ts';
import type { FetchFailure, HttpHints, NotModified, RedirectHop } from '../../../src/model/fetch-outcome.ts';
import type { ScheduleSettings, Source } from '../../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { type Checked, nextState } from '../../../src/stages/schedule/next-state.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const T0 = Date.UTC(2026, 10, 23, 9, 0, 0);

const DEFAULT: ScheduleSettings = { defaultMs: HOUR, minMs: 10 * MINUTE, maxMs: DAY };
const MINUTELY: ScheduleSettings = { defaultMs: MINUTE, minMs: MINUTE, maxMs: MINUTE };

const URL_A = 'https://a.example.org/feed';
const URL_B = 'https://b.example.org/feed';
const URL_C = 'https://c.example.org/feed';

function source(schedule: ScheduleSettings = DEFAULT, url = URL_A): Source {
  return {
    id: 'a',
    url,
    categories: ['c'],
    tags: [],
    timezone: 'UTC',
    schedule,
    fetch: {
      concurrency: 1,
      host: { concurrency: 1, delayMs: 0, scope: 'host' },
      timeoutMs: 1,
      connectTimeoutMs: 1,
      headersTimeoutMs: 1,
      bodyTimeoutMs: 1,
      maxBodyBytes: 1,
      allow: [],
    },
    content: 'full',
    headers: {},
    rules: [],
  };
}

function response(more: Partial<Response> = {}): Response {
  return {
    kind: 'body',
    status: 200,
    url: URL_A,
    redirects: [],
    hints: {},
    links: { hubs: [] },
    delta: false,
    ...more,
  };
}

function facts(more: Partial<FeedFacts> = {}): FeedFacts {
  return {
    bodyHash: 'b'.repeat(16),
    hubs: [],
    hints: { skipHours: [], skipDays: [] },
    publishedTimes: [],
    entries: 0,
    added: 0,
    changed: 0,
    issues: [],
    ...more,
  };
}

const feed = (more: Partial<FeedFacts> = {}, answer: Partial<Response> = {}): CheckResult => ({
  kind: 'feed',
  response: response(answer),
  facts: facts(more),
});
const unchanged = (answer: Partial<Response> = {}): CheckResult => ({ kind: 'unchanged', response: response(answer) });
const notModified = (more: Partial<NotModified> = {}): CheckResult => ({
  kind: 'no-body',
  outcome: { kind: 'not-modified', status: 304, url: URL_A, redirects: [], hints: {}, ...more },
});
const gone = (redirects: readonly RedirectHop[] = []): CheckResult => ({
  kind: 'no-body',
  outcome: { kind: 'gone', url: URL_A, redirects },
});
const failed = (
  failure: Partial<FetchFailure> = {},
  hints: HttpHints = {},
  redirects: readonly RedirectHop[] = [],
): CheckResult => ({
  kind: 'no-body',
  outcome: { kind: 'failed', failure: { kind: 'timeout', message: 'm', ...failure }, hints, redirects },
});
const status = (code: number, hints: HttpHints = {}): CheckResult =>
  failed({ kind: 'http-status', status: code }, hints);
const unreadable = (failure: Partial<ParseFailure> = {}, answer: Partial<Response> = {}): CheckResult => ({
  kind: 'unreadable',
  response: response(answer),
  failure: { kind: 'malformed', message: 'm', feedLinks: [], ...failure },
});
const hop = (code: number, from: string, to: string): RedirectHop => ({ status: code, from, to });

function after(result: CheckResult, state: Partial<SourceState> = {}, more: Partial<Checked> = {}): SourceState {
  return nextState({
    source: source(),
    state: { ...FIRST_STATE, ...state },
    checkedAt: T0,
    now: T0,
    jitter: 0,
    result,
    ...more,
  });
}

/** This many posts, evenly spread over the days up to T0. */
function evenly(posts: number, days: number): readonly number[] {
  return Array.from({ length: posts }, (_, index) => T0 - Math.round((index * days * DAY) / posts));
}

describe('the next check of a healthy source', () => {
  it.each<[string, CheckResult, Partial<SourceState>, number, string]>([
    ['is after the default interval while nothing is known', feed(), {}, HOUR, 'interval'],
    ['follows its publishing rate', feed({ publishedTimes: evenly(32, 8) }), {}, 44 * MINUTE - SECOND, 'adaptive'],
    ['is not sooner than min', feed({ publishedTimes: evenly(32, 0.1) }), {}, 10 * MINUTE, 'adaptive'],
    ['is not later than max', feed({ publishedTimes: [T0 - 3000 * DAY] }), {}, DAY, 'adaptive'],
    ['waits for max-age', feed({}, { hints: { freshForMs: 2 * HOUR } }), {}, 2 * HOUR, 'max-age'],
    ['waits for max-age beyond max', feed({}, { hints: { freshForMs: 2 * DAY } }), {}, 2 * DAY, 'max-age'],
    ['waits for max-age of a 304', notModified({ hints: { freshForMs: 2 * HOUR } }), {}, 2 * HOUR, 'max-age'],
    ['waits for max-age of an unchanged body', unchanged({ hints: { freshForMs: 2 * HOUR } }), {}, 2 * HOUR, 'max-age'],
    ['takes no max-age of a year', feed({}, { hints: { freshForMs: 365 * DAY } }), {}, 31 * DAY, 'max-age'],
    ['does not hurry for a short max-age', feed({}, { hints: { freshForMs: MINUTE } }), {}, HOUR, 'interval'],
    ['does not hurry for max-age=0', feed({}, { hints: { freshForMs: 0 } }), {}, HOUR, 'interval'],
    ['waits for ttl', feed({ hints: { ttlMs: 3 * HOUR, skipHours: [], skipDays: [] } }), {}, 3 * HOUR, 'ttl'],
    ['waits for the ttl of before after a 304', notModified(), { ttlMs: 3 * HOUR }, 3 * HOUR, 'ttl'],
    ['waits for no ttl beyond max', notModified(), { ttlMs: 7 * DAY }, DAY, 'ttl'],
    ['waits for no sy:updatePeriod beyond max', notModified(), { updatePeriodMs: 30 * DAY }, DAY, 'update-period'],
    [
      'waits for sy:updatePeriod',
      feed({ hints: { updatePeriodMs: 4 * HOUR, skipHours: [], skipDays: [] } }),
      {},
      4 * HOUR,
      'update-period',
    ],
    ['waits for sy:updatePeriod after a 304', notModified(), { updatePeriodMs: 4 * HOUR }, 4 * HOUR, 'update-period'],
    [
      'waits for Retry-After, also with a feed',
      feed({}, { hints: { retryAfterMs: 5 * HOUR } }),
      {},
      5 * HOUR,
      'retry-after',
    ],
    ['takes Retry-After up to 31 days', feed({}, { hints: { retryAfterMs: 31 * DAY } }), {}, 31 * DAY, 'retry-after'],
    [
      'takes the latest of all',
      feed(
        { hints: { ttlMs: 3 * HOUR, updatePeriodMs: 7 * HOUR, skipHours: [], skipDays: [] } },
        { hints: { freshForMs: 5 * HOUR } },
      ),
      {},
      7 * HOUR,
      'update-period',
    ],
    [
      'leaves the hours that the feed skips',
      feed({ hints: { skipHours: [10, 11, 13], skipDays: [] } }),
      {},
      3 * HOUR,
      'skip-hours',
    ],
    ['leaves the days that the feed skips', notModified(), { skipDays: [1] }, 15 * HOUR, 'skip-days'],
    ['leaves days and hours together', notModified(), { skipDays: [1], skipHours: [0, 1] }, 17 * HOUR, 'skip-days'],
    [
      'does not obey a feed that skips everything',
      notModified(),
      { skipDays: [0, 1, 2, 3, 4, 5, 6] },
      HOUR,
      'interval',
    ],
    [
      'is once a day while a hub pushes',
      notModified(),
      { websub: { hub: 'https://hub.example.org/', status: 'active', leaseEndsAt: T0 + DAY } },
      DAY,
      'websub',
    ],
    [
      'is the ordinary one once the lease of a hub has ended',
      notModified(),
      { websub: { hub: 'https://hub.example.org/', status: 'active', leaseEndsAt: T0 } },
      HOUR,
      'interval',
    ],
    [
      'is the ordinary one while a hub is not trusted',
      notModified(),
      { websub: { hub: 'https://hub.example.org/', status: 'demoted' } },
      HOUR,
      'interval',
    ],
  ])('%s', (_title, result, state, waitMs, reason) => {
    const next = after(result, state);
    expect([next.reason, Math.round((next.nextCheckAt - T0) / SECOND) * SECOND]).toEqual([reason, waitMs]);
  });

  it.each<[CheckResult, Partial<SourceState>, string]>([
    [feed(), {}, 'every 1 h, as long as no publishing time is known'],
    [feed({ publishedTimes: evenly(32, 8) }), {}, '32 posts in 7 d 18 h, about 4 a day: again after 43 min 59 s'],
    [
      feed({ publishedTimes: evenly(32, 0.1) }),
      {},
      '32 posts in 2 h 20 min, about 53 a day: again after 10 min (schedule.min)',
    ],
    [feed({ publishedTimes: [T0 - 3000 * DAY] }), {}, '1 post in 3000 d, next to none: again after 1 d (schedule.max)'],
    [
      feed({ publishedTimes: [...evenly(5, 5), T0 - 400 * DAY] }),
      {},
      '6 posts in 400 d, lately about 5 a week: again after 1 h 6 min',
    ],
    [notModified({ hints: { freshForMs: 2 * HOUR } }), {}, 'the answer is fresh for 2 h (Cache-Control or Expires)'],
    [notModified(), { ttlMs: 90 * MINUTE }, 'the feed may be kept for 1 h 30 min (ttl)'],
    [notModified(), { ttlMs: 7 * DAY }, 'the feed may be kept for 7 d (ttl; schedule.max is 1 d)'],
    [failed(), {}, 'the first failure (timeout): again after 10 min'],
    [failed(), { failures: 2 }, '3 failures in a row (timeout): again after 40 min'],
    [status(429, { retryAfterMs: DAY }), {}, 'the origin asks to wait 1 d (Retry-After)'],
    [
      notModified(),
      { skipHours: [10] },
      '2026-11-23 10:00 UTC is in the hours in which the feed asks not to be read (skipHours); before that: every 1 h, as long as no publishing time is known',
    ],
  ])('says why: %#', (result, state, text) => {
    expect(after(result, state).reasonText).toBe(text);
  });

  it('is counted from when the check was due, so that a fixed interval does not drift', () => {
    let state: SourceState = FIRST_STATE;
    let due = T0;
    for (let round = 1; round <= 500; round += 1) {
      state = after(notModified(), state, {
        source: source(MINUTELY),
        checkedAt: due,
        now: due + (round % 7) * 900,
        jitter: (round % 10) / 10,
      });
      due = state.nextCheckAt;
      expect(due).toBe(T0 + round * MINUTE);
    }
  });

  it('of a fixed interval does not drift for a longer ttl either', () => {
    const more = { source: source(MINUTELY), now: T0 + 900, jitter: 0.5 };
    const next = after(notModified(), { ttlMs: HOUR, updatePeriodMs: DAY }, more);
    expect([next.nextCheckAt, next.reason]).toEqual([T0 + MINUTE, 'interval']);
  });

  it.each([
    ['a little late keeps the rhythm', 20 * SECOND, 40 * SECOND],
    ['half an interval late still keeps it', 30 * SECOND, 30 * SECOND],
    ['later than that starts a new one', 31 * SECOND, 60 * SECOND],
    ['hours late, after a standstill, starts a new one', 5 * HOUR, 60 * SECOND],
  ])('%s', (_title, lateMs, waitMs) => {
    const now = T0 + lateMs;
    const next = after(notModified(), {}, { source: source(MINUTELY), checkedAt: T0, now });
    expect(next.nextCheckAt - now).toBe(waitMs);
  });

  it('is not counted from a due time in the future', () => {
    const next = after(notModified(), {}, { source: source(MINUTELY), checkedAt: T0 + HOUR, now: T0 });
    expect(next.nextCheckAt).toBe(T0 + MINUTE);
  });

  it('is never sooner for jitter, and not much later', () => {
    const base = after(feed({ publishedTimes: evenly(10, 10) })).nextCheckAt;
    const late = after(feed({ publishedTimes: evenly(10, 10) }), {}, { jitter: 1 }).nextCheckAt;
    expect(late - base).toBeGreaterThan(0);
    expect(late - base).toBeLessThanOrEqual(10 * MINUTE);
    const fresh = after(notModified({ hints: { freshForMs: 2 * HOUR } }), {}, { jitter: 1 }).nextCheckAt;
    expect(fresh).toBe(T0 + 2 * HOUR + 10 * MINUTE);
  });
});

describe('what a feed leaves behind', () => {
  it('is its facts, and a clean record', () => {
    const before = { failures: 4, goneSightings: 1, title: 'old', link: 'old', ttlMs: 5, entryHashes: 'old' };
    const result = feed(
      {
        title: 'T',
        entryHashes: 'e'.repeat(32),
        publishedTimes: [T0 - 2 * HOUR, T0 - HOUR, T0 + HOUR],
        entries: 3,
        added: 2,
        changed: 1,
        issues: ['bad-date'],
        hints: { skipHours: [], skipDays: [0] },
      },
      { etag: '"1"', lastModified: 'x' },
    );
    expect(after(result, before)).toEqual({
      nextCheckAt: expect.any(Number) as number,
      reason: 'adaptive',
      reasonText: expect.any(String) as string,
      lastCheckAt: T0,
      lastSuccessAt: T0,
      last: { at: T0, kind: 'feed', status: 200, entries: 3, added: 2, changed: 1, issues: ['bad-date'] },
      failures: 0,
      goneSightings: 0,
      etag: '"1"',
      lastModified: 'x',
      validatorsFor: URL_A,
      bodyHash: 'b'.repeat(16),
      entryHashes: 'e'.repeat(32),
      readWholeAt: T0,
      title: 'T',
      publishedTimes: [T0 - HOUR, T0 - 2 * HOUR],
      skipDays: [0],
    });
  });

  it.each<[string, CheckResult, Partial<SourceState>]>([
    ['a 200 stores both', feed({}, { etag: '"2"', lastModified: 'l2' }), { etag: '"2"', lastModified: 'l2' }],
    [
      'an unchanged body stores both',
      unchanged({ etag: '"2"', lastModified: 'l2' }),
      { etag: '"2"', lastModified: 'l2' },
    ],
    ['a 304 stores both', notModified({ etag: '"2"', lastModified: 'l2' }), { etag: '"2"', lastModified: 'l2' }],
    ['a 304 without them keeps them', notModified(), { etag: '"1"', lastModified: 'l1' }],
    ['a 304 with one keeps the other', notModified({ etag: '"2"' }), { etag: '"2"', lastModified: 'l1' }],
    ['a 200 without them drops them', feed(), {}],
    ['an unchanged body without them drops them', unchanged(), {}],
    ['a 200 with one drops the other', feed({}, { etag: '"2"' }), { etag: '"2"' }],
    ['an unreadable body stores them', unreadable({}, { etag: '"2"' }), { etag: '"2"' }],
    ['a failure keeps them', failed(), { etag: '"1"', lastModified: 'l1' }],
    ['a 410 keeps them', gone(), { etag: '"1"', lastModified: 'l1' }],
  ])('validators: %s', (_title, result, expected) => {
    const { etag, lastModified, validatorsFor } = after(result, {
      etag: '"1"',
      lastModified: 'l1',
      validatorsFor: URL_A,
    });
    const address = Object.keys(expected).length > 0 ? { validatorsFor: URL_A } : {};
    expect(JSON.parse(JSON.stringify({ etag, lastModified, validatorsFor }))).toEqual({ ...expected, ...address });
  });

  it('validators belong to the address that answered', () => {
    const next = after(feed({}, { url: URL_B, etag: '"b"', redirects: [hop(302, URL_A, URL_B)] }));
    expect(next.validatorsFor).toBe(URL_B);
  });

  it('of a delta (226) is added to what was there', () => {
    const hashes = (...digits: readonly string[]) => ['r', ...digits].map((digit) => digit.repeat(16)).join('');
    const next = after(feed({ entryHashes: hashes('n', 'p') }, { delta: true, status: 226 }), {
      entryHashes: hashes('p', 'o'),
    });
    expect(next.entryHashes).toBe(hashes('n', 'p', 'o'));
  });

  it.each<[string, CheckResult, number | undefined, number]>([
    ['the first document', feed(), undefined, T0],
    ['a document that was read whole', feed({ isWhole: true }), 5, T0],
    ['a document of which entries were known', feed({ isWhole: false }), 5, 5],
    ['an unchanged body', unchanged(), 5, 5],
  ])('when all entries were read last: %s', (_title, result, before, expected) => {
    const known = before === undefined ? {} : { readWholeAt: before };
    expect(after(result, known).readWholeAt).toBe(expected);
  });

  it('is kept by a failure', () => {
    const known = { title: 'T', bodyHash: 'h', entryHashes: 'e', publishedTimes: [1], ttlMs: 5, lastSuccessAt: 7 };
    expect(after(failed(), known)).toMatchObject({ ...known, failures: 1 });
  });

  it.each<[string, Partial<SourceState>, Partial<FeedFacts>, readonly number[]]>([
    ['all of the first document', {}, { publishedTimes: [1, 3, 2] }, [3, 2, 1]],
    [
      'newer ones, as many as there are new posts',
      { publishedTimes: [5] },
      { publishedTimes: [7, 6, 8], added: 2 },
      [8, 7, 5],
    ],
    ['none of old entries with new dates', { publishedTimes: [5] }, { publishedTimes: [7, 6, 8], added: 0 }, [5]],
    ['none that are older than what is known', { publishedTimes: [5] }, { publishedTimes: [3, 4], added: 2 }, [5]],
    ['now, for new posts without a date', { publishedTimes: [5] }, { publishedTimes: [], added: 2 }, [T0, 5]],
    ['several at one moment as one', { publishedTimes: [5] }, { publishedTimes: [7, 7, 7], added: 3 }, [7, 5]],
    [
      'the newest 32',
      { publishedTimes: Array.from({ length: 32 }, (_, index) => 100 - index) },
      { publishedTimes: [200], added: 1 },
      [200, ...Array.from({ length: 31 }, (_, index) => 100 - index)],
    ],
  ])('remembers publishing times: %s', (_title, state, more, expected) => {
    const before = 'publishedTimes' in state ? { lastSuccessAt: 1, ...state } : state;
    expect(after(feed(more), before).publishedTimes).toEqual(expected);
  });
});

describe('a failure', () => {
  it.each([
    ['timeout', 10 * MINUTE],
    ['dns', 10 * MINUTE],
    ['connect', 10 * MINUTE],
    ['cut-off', 10 * MINUTE],
    ['bad-encoding', 10 * MINUTE],
    ['tls', HOUR],
    ['challenge', HOUR],
    ['forbidden-address', HOUR],
    ['redirect-loop', HOUR],
    ['too-large', HOUR],
  ] as const)('of kind %s is tried again after a while that fits it', (kind, waitMs) => {
    const next = after(failed({ kind }));
    expect([next.nextCheckAt - T0, next.reason, next.failures]).toEqual([waitMs, 'backoff', 1]);
    expect(next.last).toEqual({ at: T0, kind, message: 'm' });
  });

  it.each([
    [500, 10 * MINUTE],
    [503, 10 * MINUTE],
    [403, HOUR],
    [404, HOUR],
    [401, HOUR],
    [429, HOUR],
  ])('with status %i too', (code, waitMs) => {
    const next = after(status(code));
    expect([next.nextCheckAt - T0, next.last?.status]).toEqual([waitMs, code]);
  });

  it('waits longer each time, up to a day, and never gives up', () => {
    const waits: number[] = [];
    let state: SourceState = FIRST_STATE;
    for (let round = 0; round < 2000; round += 1) {
      state = after(failed(), state, { jitter: (round % 11) / 10 });
      waits.push(state.nextCheckAt - T0);
    }
    expect(waits.slice(0, 4).every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0))).toBe(true);
    expect(Math.max(...waits)).toBe(DAY);
    expect(state.failures).toBe(2000);
    expect(state.pausedAt).toBeUndefined();
  });

  it.each<[string, CheckResult, Partial<SourceState>, number, string]>([
    ['Retry-After beats a shorter backoff', status(503, { retryAfterMs: 6 * HOUR }), {}, 6 * HOUR, 'retry-after'],
    [
      'a longer backoff beats Retry-After',
      status(503, { retryAfterMs: MINUTE }),
      { failures: 3 },
      80 * MINUTE,
      'backoff',
    ],
    ['Retry-After of 31 days is not cut', status(429, { retryAfterMs: 31 * DAY }), {}, 31 * DAY, 'retry-after'],
    ['max-age of a 429 counts', status(429, { freshForMs: 2 * DAY }), {}, 2 * DAY, 'max-age'],
    ['max-age of a 404 counts for a day at most', status(404, { freshForMs: 365 * DAY }), {}, DAY, 'max-age'],
    [
      'Retry-After of a redirect that fails counts',
      failed({ kind: 'redirect-loop' }, { retryAfterMs: 3 * HOUR }),
      {},
      3 * HOUR,
      'retry-after',
    ],
    ['skipped hours count as well', failed(), { skipHours: [9] }, HOUR, 'skip-hours'],
  ])('%s', (_title, result, state, waitMs, reason) => {
    const next = after(result, state);
    expect([next.reason, next.nextCheckAt - T0]).toEqual([reason, waitMs]);
  });

  it('is forgotten after the next success', () => {
    expect(after(notModified(), { failures: 7 })).toMatchObject({ failures: 0, reason: 'interval', lastSuccessAt: T0 });
  });

  it('is never sooner for a schedule whose min is longer than a day', () => {
    const weekly = { defaultMs: 7 * DAY, minMs: 7 * DAY, maxMs: 30 * DAY };
    expect(after(failed(), {}, { source: source(weekly) }).nextCheckAt - T0).toBe(7 * DAY);
  });
});

describe('a document that is no feed', () => {
  it('is a failure with its own words', () => {
    expect(after(unreadable({ kind: 'not-a-feed', message: 'a picture' }))).toMatchObject({
      failures: 1,
      reason: 'backoff',
      last: { kind: 'not-a-feed', message: 'a picture', status: 200 },
    });
  });

  it('stays one when the origin says that it has not changed', () => {
    const bad = after(unreadable({ message: 'broken at line 3' }, { etag: '"1"' }), { lastSuccessAt: 5 });
    const still = after(notModified({ etag: '"2"' }), bad, { now: T0 + HOUR });
    expect(still).toMatchObject({
      failures: 2,
      reason: 'backoff',
      etag: '"2"',
      lastSuccessAt: 5,
      last: { at: T0 + HOUR, kind: 'malformed', message: 'broken at line 3' },
    });
  });

  it('is over when the document of before comes back', () => {
    const bad = after(unreadable(), { bodyHash: 'h' });
    expect(bad.bodyHash).toBe('h');
    expect(after(unchanged(), bad)).toMatchObject({ failures: 0, last: { kind: 'unchanged' } });
  });
});

describe('410 Gone', () => {
  const anHourAgo = (state: SourceState): SourceState => ({
    ...state,
    ...(state.last !== undefined && { last: { ...state.last, at: T0 - HOUR } }),
  });

  it('is asked once more, and then pauses the source', () => {
    const once = after(gone(), { lastSuccessAt: 5 });
    expect(once).toMatchObject({
      goneSightings: 1,
      reason: 'gone',
      nextCheckAt: T0 + HOUR,
      last: { kind: 'gone', status: 410 },
    });
    expect(once.pausedAt).toBeUndefined();
    const twice = after(gone(), anHourAgo(once));
    expect(twice).toMatchObject({
      goneSightings: 2,
      pausedAt: T0,
      pauseReason: expect.stringContaining('2 times') as string,
    });
  });

  it('is not believed sooner because somebody fetches by hand', () => {
    const again = after(gone(), after(gone()));
    expect(again).toMatchObject({ goneSightings: 1, nextCheckAt: T0 + HOUR });
    expect(again.pausedAt).toBeUndefined();
  });

  it('leaves at least an hour between the two', () => {
    expect(after(gone(), {}, { source: source(MINUTELY) }).nextCheckAt).toBe(T0 + HOUR);
  });

  it('is forgotten after a success, and the pause with it', () => {
    const paused = after(gone(), anHourAgo(after(gone())));
    expect(paused.pausedAt).toBe(T0);
    const back = after(notModified(), paused);
    expect(back).toMatchObject({ goneSightings: 0, failures: 0 });
    expect([back.pausedAt, back.pauseReason]).toEqual([undefined, undefined]);
  });

  it('does not lift a pause of the operator', () => {
    const paused = { pausedAt: 5, pauseReason: 'by command', reason: 'paused' } as const;
    expect(after(notModified(), paused)).toMatchObject({ pausedAt: 5, pauseReason: 'by command' });
  });
});

describe('a permanent redirect', () => {
  const moved = { redirects: [hop(301, URL_A, URL_B)], url: URL_B };

  it('is adopted after 7 days of the same answer, and shown as a change of config', () => {
    let state = after(feed({}, moved));
    expect(state.redirect).toEqual({ from: URL_A, to: URL_B, firstSeenAt: T0, sightings: 1 });
    state = after(notModified(moved), state, { now: T0 + 7 * DAY - 1 });
    expect(state.redirect).toEqual({ from: URL_A, to: URL_B, firstSeenAt: T0, sightings: 2 });
    expect(state.adoptedUrl).toBeUndefined();
    state = after(unchanged(moved), state, { now: T0 + 7 * DAY });
    expect(state.redirect).toBeUndefined();
    expect(state).toMatchObject({ adoptedUrl: URL_B, adoptedFrom: URL_A });
    expect(state.adoptedBecause).toBe(
      `${URL_A} has redirected there permanently since 2026-11-23 09:00 UTC, 3 times in a row; write url: ${URL_B} into the config of a to make it final`,
    );
    expect(after(notModified({ url: URL_B }), state)).toMatchObject({ adoptedUrl: URL_B, adoptedFrom: URL_A });
  });

  it.each<[string, readonly RedirectHop[]]>([
    ['leads elsewhere', [hop(301, URL_A, URL_C)]],
    ['is gone', []],
    ['becomes temporary', [hop(302, URL_A, URL_B)]],
  ])('that %s once starts again', (_title, redirects) => {
    const proof = { from: URL_A, to: URL_B, firstSeenAt: T0 - 6 * DAY, sightings: 9 };
    const interrupted = after(notModified({ redirects }), { redirect: proof });
    expect(interrupted.redirect?.to).not.toBe(URL_B);
    const again = after(notModified(moved), interrupted, { now: T0 + DAY });
    expect(again.redirect).toEqual({ from: URL_A, to: URL_B, firstSeenAt: T0 + DAY, sightings: 1 });
  });

  it('outlasts a failure that says nothing of it', () => {
    const proof = { from: URL_A, to: URL_B, firstSeenAt: T0 - 6 * DAY, sightings: 9 };
    expect(after(failed(), { redirect: proof }).redirect).toEqual(proof);
  });

  it('proves nothing when what it leads to is no feed', () => {
    expect(after(unreadable({ kind: 'html' }, moved)).redirect).toBeUndefined();
    expect(after(failed({ kind: 'http-status', status: 404 }, {}, moved.redirects)).redirect).toBeUndefined();
  });

  it.each<[string, readonly RedirectHop[], string | undefined]>([
    ['301, 308', [hop(301, URL_A, URL_B), hop(308, URL_B, URL_C)], URL_C],
    ['301, 302', [hop(301, URL_A, URL_B), hop(302, URL_B, URL_C)], URL_B],
    ['302, 301', [hop(302, URL_A, URL_B), hop(301, URL_B, URL_C)], undefined],
    ['307', [hop(307, URL_A, URL_B)], undefined],
    ['303', [hop(303, URL_A, URL_B)], undefined],
  ])('counts as far as the run from the start is unbroken: %s', (_title, redirects, to) => {
    expect(after(notModified({ redirects })).redirect?.to).toBe(to);
  });

  it.each([
    ['to https, nothing else changed', 'http://a.example.org/f?x=1', 'https://a.example.org/f?x=1', true],
    ['to https and another path', 'http://a.example.org/f', 'https://a.example.org/g', false],
    ['to https and another host', 'http://a.example.org/f', 'https://www.a.example.org/f', false],
    ['to https on a port', 'http://a.example.org:8080/f', 'https://a.example.org/f', false],
  ])('%s', (_title, from, to, atOnce) => {
    const next = after(
      notModified({ redirects: [hop(301, from, to)], url: to }),
      {},
      { source: source(DEFAULT, from) },
    );
    expect(next.adoptedUrl).toBe(atOnce ? to : undefined);
  });

  it.each<[string, CheckResult]>([
    ['404', status(404)],
    ['410', gone()],
  ])('is adopted early when the address that redirected is gone (%s)', (_title, result) => {
    const proof = { from: URL_A, to: URL_B, firstSeenAt: T0 - DAY, sightings: 3 };
    const next = after(result, { redirect: proof });
    expect(next).toMatchObject({ adoptedUrl: URL_B, nextCheckAt: T0, reason: 'new', failures: 1 });
    expect(next.pausedAt).toBeUndefined();
  });

  it.each<[string, CheckResult, number]>([
    ['404', status(404), 0],
    ['410', gone(), 0],
    ['a fifth failure', failed(), 4],
  ])('is undone when the adopted address fails (%s)', (_title, result, failures) => {
    const next = after(result, { adoptedUrl: URL_B, adoptedFrom: URL_A, adoptedBecause: 'b', failures });
    expect(next.adoptedUrl).toBeUndefined();
    expect(next.reasonText).toContain(`${URL_A} is requested`);
  });

  it('is not undone by a failure that may pass', () => {
    const adopted = { adoptedUrl: URL_B, adoptedFrom: URL_A, adoptedBecause: 'b' };
    expect(after(failed(), adopted)).toMatchObject(adopted);
  });

  it('is forgotten when the config names another address', () => {
    const next = after(notModified(), { adoptedUrl: URL_B, adoptedFrom: URL_C, adoptedBecause: 'b' });
    expect([next.adoptedUrl, next.adoptedFrom, next.adoptedBecause]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a page that names feeds', () => {
  const page = (...urls: readonly string[]): CheckResult =>
    unreadable({ kind: 'html', message: 'a web page', feedLinks: urls.map((url) => ({ url })) });

  it('is followed to the only one, at once, and shown', () => {
    const next = after(page(URL_B));
    expect(next).toMatchObject({ adoptedUrl: URL_B, adoptedFrom: URL_A, nextCheckAt: T0, reason: 'new' });
    expect(next.adoptedBecause).toContain('is a web page that names this one feed');
    expect(next.last).toMatchObject({ kind: 'html', message: 'a web page' });
  });

  it.each<[string, CheckResult, Partial<SourceState>]>([
    ['several', page(URL_B, URL_C), {}],
    ['none', page(), {}],
    ['only itself', page(URL_A), {}],
    ['one by another scheme', page('ftp://example.org/feed'), {}],
    ['one, but stands at an address that was adopted', page(URL_C), { adoptedUrl: URL_B, adoptedFrom: URL_A }],
  ])('is a failure where it names %s', (_title, result, state) => {
    const next = after(result, state);
    expect([next.reason, next.failures, next.adoptedUrl]).toEqual(['backoff', 1, state.adoptedUrl]);
  });

  it.each<[string, readonly { url: string; title?: string; type?: string }[], string | undefined]>([
    [
      'of WordPress, the feed of its posts',
      [
        { url: 'https://b.example/feed/', title: 'Blog » Feed' },
        { url: 'https://b.example/comments/feed/', title: 'Blog » Comments Feed' },
      ],
      'https://b.example/feed/',
    ],
    [
      'of a post, the feed of all posts',
      [
        { url: 'https://b.example/feed/', title: '博客 » Feed' },
        { url: 'https://b.example/comments/feed/', title: '博客 » 评论 Feed' },
        { url: 'https://b.example/2026/post/feed/', title: '博客 » 文章评论 Feed' },
      ],
      'https://b.example/feed/',
    ],
    [
      'with one feed in two formats, the first',
      [
        { url: 'https://b.example/feed.xml', type: 'application/rss+xml' },
        { url: 'https://b.example/feed.json', type: 'application/feed+json' },
      ],
      'https://b.example/feed.xml',
    ],
    [
      'with nothing but comments, these',
      [{ url: 'https://b.example/post/comments.xml', title: 'Comments' }],
      'https://b.example/post/comments.xml',
    ],
    [
      'with feeds of two subjects, none',
      [
        { url: 'https://b.example/sport.xml', type: 'application/rss+xml' },
        { url: 'https://b.example/news.xml', type: 'application/atom+xml' },
      ],
      undefined,
    ],
  ])('%s is taken', (_title, feedLinks, url) => {
    const next = after(unreadable({ kind: 'html', message: 'a web page', feedLinks }));
    expect(next.adoptedUrl).toBe(url);
  });

  it('whose feed is missing is asked again, each time later', () => {
    let state: SourceState = FIRST_STATE;
    const waits: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      state = after(state.adoptedUrl === undefined ? page(URL_B) : status(404), state);
      waits.push(state.nextCheckAt - T0);
    }
    expect(waits[0]).toBe(0);
    expect(waits.slice(1).every((wait, index) => wait > 0 && wait >= (waits[index] ?? 0))).toBe(true);
  });
});
