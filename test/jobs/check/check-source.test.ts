import { describe, expect, it } from 'vitest';
import { budgetOf, checkSource } from '../../../src/jobs/check/check-source.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import { StoreError } from '../../../src/model/errors.ts';
import type { FetchOutcome } from '../../../src/model/fetch-outcome.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { bodyOf, checkDesk, type CheckDesk } from '../../support/check-deps.ts';
import { Killed } from '../../support/memory-store.ts';
import { documentOf, HOUR, itemsOf, settingsWith, T0 } from '../check-slots.ts';

const NEVER = new AbortController().signal;
const FEED = documentOf(itemsOf(3, T0 - HOUR));
const due = { sourceId: 'a', dueAt: T0 };

function desk(more: Partial<CheckDesk> = {}) {
  return checkDesk({ settings: settingsWith(), now: T0, ...more });
}

function refused(status: number, retryAfterMs?: number): FetchOutcome {
  const hints = retryAfterMs === undefined ? {} : { retryAfterMs };
  return {
    kind: 'failed',
    failure: { kind: 'http-status', status, message: `status ${status}` },
    hints,
    redirects: [],
  };
}

describe('checkSource', () => {
  it('saves the posts of a feed, then writes the state and gives the source back', async () => {
    const { deps, store, checks, answers } = desk();
    answers.push(bodyOf(FEED));
    const end = await checkSource(due, 'job', deps, NEVER);
    expect(store.all()).toHaveLength(3);
    expect(end).toEqual({ kind: 'done', state: checks.states.get('a') });
    expect(end.state).toMatchObject({ lastCheckAt: T0, failures: 0, last: { kind: 'feed', added: 3 } });
    expect(checks.holders.size).toBe(0);
  });

  it('ends in the same posts and state after a crash between the posts and the state', async () => {
    const whole = desk();
    whole.answers.push(bodyOf(FEED));
    await checkSource(due, 'job', whole.deps, NEVER);
    const crashed = desk();
    crashed.answers.push(bodyOf(FEED), bodyOf(FEED));
    const dying = {
      ...crashed.deps,
      checks: { ...crashed.checks, close: () => Promise.reject(new Killed('before the state')) },
    };
    await expect(checkSource(due, 'job', dying, NEVER)).rejects.toThrow(Killed);
    expect(crashed.checks.states.get('a')).toBe(FIRST_STATE);
    // The same job is tried again and gets its own source back.
    await checkSource(due, 'job', crashed.deps, NEVER);
    expect(crashed.store.all()).toEqual(whole.store.all());
    expect(crashed.checks.states.get('a')).toMatchObject({
      failures: 0,
      bodyHash: whole.checks.states.get('a')?.bodyHash,
    });
    expect(crashed.asked).toHaveLength(2);
  });

  it.each<[string, Partial<CheckDesk>, string]>([
    ['is not configured any more', {}, 'unknown'],
    ['was checked since', { states: { a: { ...FIRST_STATE, nextCheckAt: T0 + HOUR } } }, 'taken'],
    ['is paused', { states: { a: { ...FIRST_STATE, pausedAt: T0 } } }, 'taken'],
  ])('sends nothing for a source that %s', async (_title, more, kind) => {
    const { deps, asked, checks } = desk(more);
    const before = checks.states.get('a');
    const sourceId = kind === 'unknown' ? 'gone' : 'a';
    expect(await checkSource({ ...due, sourceId }, 'job', deps, NEVER)).toEqual({ kind: 'done', notMade: { kind } });
    expect(asked).toEqual([]);
    expect(checks.states.get('a')).toBe(before);
  });

  it('gives back a source that another process may know, soon and not when the claim ends', async () => {
    const { deps, checks } = desk();
    await checkSource({ ...due, sourceId: 'newer' }, 'job', deps, NEVER);
    expect([...checks.released]).toEqual([['newer', T0 + 2_000]]);
  });

  it('comes back later when the host has no slot, and keeps the state', async () => {
    const { deps, asked, checks } = desk();
    checks.full.add('a.example');
    expect(await checkSource(due, 'job', deps, NEVER)).toMatchObject({ kind: 'later' });
    expect([asked, checks.states.get('a')]).toEqual([[], FIRST_STATE]);
  });

  it('puts the check off when the host asked to wait, and names no source that may have caused it', async () => {
    const { deps, asked, checks } = desk();
    checks.rests.set('a.example', T0 + 2 * HOUR);
    expect(await checkSource(due, 'job', deps, NEVER)).toEqual({
      kind: 'done',
      notMade: { kind: 'host-rests', untilMs: T0 + 2 * HOUR },
    });
    expect(asked).toEqual([]);
    expect(checks.states.get('a')).toEqual({
      ...FIRST_STATE,
      nextCheckAt: T0 + 2 * HOUR,
      reason: 'retry-after',
      reasonText: 'its host asked to wait (Retry-After) until 2026-11-24T10:00:00Z; no request was sent',
    });
    expect(checks.holders.size).toBe(0);
  });

  it.each([
    ['429 with Retry-After', refused(429, HOUR), T0 + HOUR],
    ['503 without', refused(503), undefined],
  ])('lets the whole host rest only if it asks for it: %s', async (_title, answer, until) => {
    const { deps, answers, checks } = desk();
    answers.push(answer);
    await checkSource(due, 'job', deps, NEVER);
    expect(checks.rests.get('a.example')).toBe(until);
    expect(checks.states.get('a')).toMatchObject({ failures: 1, last: { kind: 'http-status' } });
  });

  it('wakes the checks that waited for its slot', async () => {
    const { deps, answers, checks, queue } = desk();
    checks.waiting.push('other');
    answers.push(refused(404));
    await checkSource(due, 'job', deps, NEVER);
    expect(queue.woken).toEqual(['other']);
  });

  it('sends the validators of the last response, and none when the document must be read again', async () => {
    const first = desk();
    first.answers.push(bodyOf(FEED, { etag: '"1"' }));
    await checkSource(due, 'job', first.deps, NEVER);
    const state = first.checks.states.get('a');
    const headersWith = async (settings = settingsWith()) => {
      const second = desk({ settings, ...(state !== undefined && { states: { a: { ...state, nextCheckAt: T0 } } }) });
      second.answers.push(refused(404));
      await checkSource(due, 'job', second.deps, NEVER);
      return second.asked[0]?.headers['If-None-Match'];
    };
    expect(await headersWith()).toBe('"1"');
    expect(await headersWith(settingsWith('rules: [{ type: keyword, any: [x], then: drop }]'))).toBeUndefined();
  });

  it('records a fault of Feedmill as a failed check, so that the source waits longer each time', async () => {
    const { deps, answers, checks } = desk();
    answers.push(bodyOf(FEED), bodyOf(FEED));
    const broken = { ...deps, posts: { ...deps.posts, lookUp: () => Promise.reject(new TypeError('x is undefined')) } };
    await checkSource(due, 'job', broken, NEVER);
    const first = checks.states.get('a');
    expect(first).toMatchObject({ failures: 1, reason: 'backoff', last: { kind: 'internal' } });
    expect(first?.last?.message).toContain('TypeError: x is undefined');
    await checkSource({ ...due, dueAt: Infinity }, 'job', broken, NEVER);
    expect(checks.states.get('a')).toMatchObject({ failures: 2 });
  });

  it('leaves a failure of the store to the queue: no state is written, and the source stays leased', async () => {
    const { deps, answers, checks } = desk();
    answers.push(bodyOf(FEED));
    const broken = { ...deps, posts: { ...deps.posts, lookUp: () => Promise.reject(new StoreError('no Redis')) } };
    await expect(checkSource(due, 'job', broken, NEVER)).rejects.toThrow('no Redis');
    expect(checks.states.get('a')).toBe(FIRST_STATE);
    expect(checks.holders.get('a')).toBe('job');
  });

  it('ends with the reason of the signal when it is aborted', async () => {
    const { deps, checks } = desk();
    await expect(checkSource(due, 'job', deps, AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
    expect(checks.states.get('a')).toBe(FIRST_STATE);
  });

  it('looks at the hub again when a source that has one is paused by its answer', async () => {
    const gone: SourceState = {
      ...FIRST_STATE,
      websub: { status: 'active', hub: 'https://hub.example/' },
      goneSightings: 1,
      last: { at: T0 - 2 * HOUR, kind: 'gone' },
    };
    const subscriptions = [{ sourceId: 'a', discovered: { hubs: ['https://hub.example/'], topic: 't' }, list: [] }];
    const { deps, answers, checks, sourceSubscriptions } = desk({ states: { a: gone }, subscriptions });
    answers.push({ kind: 'gone', url: 'https://a.example/feed', redirects: [] });
    await checkSource(due, 'job', deps, NEVER);
    expect(checks.states.get('a')?.pausedAt).toBe(T0);
    expect(sourceSubscriptions.touched).toEqual(['a']);
  });
});

describe('budgetOf', () => {
  const config = runningConfigOf(settingsWith());
  it.each([
    ['the configured address', due, 'a.example'],
    [
      'the adopted address',
      { ...due, adoptedUrl: 'https://b.example/x', adoptedFrom: 'https://a.example/feed' },
      'b.example',
    ],
    [
      'an adoption for another address',
      { ...due, adoptedUrl: 'https://b.example/x', adoptedFrom: 'https://old.example/' },
      'a.example',
    ],
  ])('is that of the host of %s', (_title, source, key) => {
    expect(budgetOf(source, config)?.key).toBe(key);
  });
  it('is undefined for a source that is not configured', () => {
    expect(budgetOf({ ...due, sourceId: 'gone' }, config)).toBeUndefined();
  });
});
