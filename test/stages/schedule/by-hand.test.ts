import { describe, expect, it } from 'vitest';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import {
  type ByHand,
  holdOf,
  paused,
  requested,
  reset,
  resumed,
  type Surroundings,
} from '../../../src/stages/schedule/by-hand.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;
const asked: ByHand = { by: 'by command', now: NOW, timezone: 'Asia/Shanghai' };
const resting: ByHand = { ...asked, restsUntil: NOW + HOUR };
const pausedState: SourceState = { ...FIRST_STATE, pausedAt: 1, pauseReason: 'Gone.', failures: 2, goneSightings: 2 };
const failing: SourceState = { ...FIRST_STATE, failures: 3, etag: '"1"', nextCheckAt: NOW + 5 * HOUR };

describe('a change by hand', () => {
  it.each([
    ['a request makes a check due', requested(failing, asked), { nextCheckAt: NOW, failures: 3, reason: 'requested' }],
    ['a request leaves a paused source alone', requested(pausedState, asked), pausedState],
    ['a pause keeps everything else', paused(failing, asked), { pausedAt: NOW, failures: 3, etag: '"1"' }],
    ['a resume keeps failures', resumed(pausedState, asked), { nextCheckAt: NOW, failures: 2, goneSightings: 0 }],
    ['a reset forgets failures', reset(failing, asked), { nextCheckAt: NOW, failures: 0, reason: 'requested' }],
    [
      'a request waits for the end of the quiet, and names it on the clock of the site',
      requested(failing, resting),
      {
        nextCheckAt: NOW + HOUR,
        reason: 'retry-after',
        reasonText: 'Asked for by command; its host asked to wait (Retry-After) until 2026-01-01T21:00:00+08:00',
      },
    ],
    ['so does a resume', resumed(pausedState, resting), { nextCheckAt: NOW + HOUR, reason: 'retry-after' }],
    ['and a reset', reset(failing, resting), { nextCheckAt: NOW + HOUR, reason: 'retry-after' }],
    [
      'a quiet that has ended does not count',
      requested(failing, { ...asked, restsUntil: NOW }),
      { nextCheckAt: NOW, reason: 'requested' },
    ],
  ])('%s', (_title, after, expected) => {
    expect(after).toMatchObject(expected);
  });

  it('forgets the pause when it resumes, and the validators when it resets', () => {
    expect(resumed(pausedState, asked)).not.toHaveProperty('pausedAt');
    expect(resumed(pausedState, asked)).not.toHaveProperty('pauseReason');
    expect(reset(failing, asked)).not.toHaveProperty('etag');
  });
});

describe('holdOf', () => {
  const free: Surroundings = { inUse: 1, budget: { concurrency: 2 }, sweptAt: NOW - 1000 };
  it.each<[string, SourceState, Surroundings, ReturnType<typeof holdOf>]>([
    ['nothing holds a source whose host has a slot', FIRST_STATE, free, undefined],
    ['a pause', pausedState, { ...free, restsUntil: NOW + HOUR }, { kind: 'paused' }],
    ['no worker has ever run', FIRST_STATE, { inUse: 0, budget: { concurrency: 2 } }, { kind: 'no-worker' }],
    [
      'the workers have stopped',
      FIRST_STATE,
      { ...free, sweptAt: NOW - 60_000 },
      { kind: 'no-worker', since: NOW - 60_000 },
    ],
    [
      'the host asked to wait',
      FIRST_STATE,
      { ...free, restsUntil: NOW + HOUR, freeFrom: NOW + 2 * HOUR },
      { kind: 'host-rests', untilMs: NOW + HOUR },
    ],
    ['a quiet that has ended', FIRST_STATE, { ...free, restsUntil: NOW }, undefined],
    [
      'other requests come first',
      FIRST_STATE,
      { ...free, freeFrom: NOW + HOUR },
      { kind: 'host-turn', untilMs: NOW + HOUR },
    ],
    ['a start within seconds', FIRST_STATE, { ...free, freeFrom: NOW + 1000 }, undefined],
    ['all slots of the host are taken', FIRST_STATE, { ...free, inUse: 2 }, { kind: 'host-full' }],
  ])('%s', (_title, state, surroundings, hold) => {
    expect(holdOf(state, surroundings, NOW)).toEqual(hold);
  });
});
