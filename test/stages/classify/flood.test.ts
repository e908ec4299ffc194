import { describe, expect, it } from 'vitest';
import { floodReason, hasHistory, nextUsual, type History, type Offer } from '../../../src/stages/classify/flood.ts';

const NOW = Date.UTC(2026, 0, 24, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SETTINGS = { least: 10, times: 10 };
const URL = 'https://a.example/feed';

/** One post a day, the last one a day ago; read two hours ago. */
const DAILY: History = {
  publishedTimes: Array.from({ length: 20 }, (_, i) => NOW - (i + 1) * DAY),
  lastSuccessAt: NOW - 2 * HOUR,
  usual: { url: URL, batches: [1, 1, 2] },
};

const datesBefore = (count: number, from: number, stepMs = HOUR) =>
  Array.from({ length: count }, (_, i) => from - i * stepMs);
const offer = (newDates: Offer['newDates'], entries = newDates.length): Offer => ({ newDates, entries });
const reason = (offered: Offer, history = DAILY) => floodReason(offered, history, SETTINGS, NOW);

describe('floodReason', () => {
  it.each<[string, Offer, string]>([
    [
      'a week of posts again under new guids and links',
      offer(datesBefore(14, NOW - DAY - HOUR, 12 * HOUR), 20),
      '14 of 14 new entries are older than the newest known one, of 2026-01-23',
    ],
    [
      'all of a short document',
      offer(datesBefore(5, NOW - 2 * DAY), 6),
      '5 of 5 new entries are older than the newest known one, of 2026-01-23',
    ],
    [
      'old entries behind a few that are really new',
      offer([NOW - HOUR, NOW - 2 * HOUR, ...datesBefore(12, NOW - 3 * DAY)], 40),
      '12 of 14 new entries are older than the newest known one, of 2026-01-23',
    ],
    [
      'many more than usual, whatever their dates',
      offer(datesBefore(25, NOW, 60_000)),
      '25 new entries in one document are more than 10 times the usual 2',
    ],
    [
      'an archive without dates',
      offer(Array.from({ length: 300 }, () => undefined)),
      '300 new entries in one document are more than 10 times the usual 2',
    ],
  ])('holds %s', (_title, offered, words) => {
    expect(reason(offered)).toBe(words);
  });

  it.each<[string, Offer, Partial<History>]>([
    ['what is newer than all that is known', offer(datesBefore(10, NOW, 60_000)), {}],
    ['a few late entries', offer(datesBefore(3, NOW - 2 * DAY), 20), {}],
    ['late entries in a long document', offer(datesBefore(9, NOW - 2 * DAY), 100), {}],
    [
      'old entries that are fewer than the new ones',
      offer([...datesBefore(10, NOW, 60_000), ...datesBefore(10, NOW - 2 * DAY)], 40),
      {},
    ],
    [
      'what a busy source wrote while it could not be reached',
      offer(datesBefore(60, NOW, HOUR)),
      {
        publishedTimes: datesBefore(32, NOW - 3 * DAY),
        lastSuccessAt: NOW - 3 * DAY,
      },
    ],
    [
      'the batch of a source that writes in batches',
      offer(datesBefore(150, NOW, 1)),
      { usual: { url: URL, batches: [40, 35] } },
    ],
  ])('lets through %s', (_title, offered, history) => {
    expect(reason(offered, { ...DAILY, ...history })).toBeUndefined();
  });
});

describe('hasHistory', () => {
  it('finds none before the first document, and none of another address', () => {
    expect(hasHistory({ ...DAILY, lastSuccessAt: undefined }, URL)).toBe(false);
    expect(hasHistory(DAILY, 'https://b.example/feed')).toBe(false);
    expect(hasHistory(DAILY, URL)).toBe(true);
  });
});

describe('nextUsual', () => {
  it('does not count the first document', () => {
    const first = nextUsual(undefined, URL, 50);
    expect(first).toEqual({ url: URL, batches: [] });
    expect(nextUsual(nextUsual(first, URL, 3), URL, 0)).toEqual({ url: URL, batches: [3] });
  });

  it('starts again with another address', () => {
    expect(nextUsual({ url: URL, batches: [3] }, 'https://b.example/feed', 9)).toEqual({
      url: 'https://b.example/feed',
      batches: [],
    });
  });
});
