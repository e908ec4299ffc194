import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/model/feed.ts';
import { postDates } from '../../../src/stages/normalise/dates.ts';

const NOW = Date.UTC(2026, 0, 24, 12);
const HOUR = 3_600_000;

function entry(dates: Pick<Entry, 'published' | 'updated'>): Entry {
  return { authors: [], categories: [], enclosures: [], ...dates };
}

describe('postDates', () => {
  it.each<[string, Pick<Entry, 'published' | 'updated'>, object]>([
    ['takes a date as it is', { published: NOW - HOUR }, { publishedAt: NOW - HOUR }],
    [
      'takes the date of the update where there is no other',
      { updated: NOW - HOUR },
      { publishedAt: NOW - HOUR, updatedAt: NOW - HOUR },
    ],
    [
      'keeps future-dated items from staying on top (miniflux#2971)',
      { published: NOW + HOUR },
      { statedAt: NOW + HOUR },
    ],
    [
      'leaves out an update that is still to come',
      { published: NOW - HOUR, updated: NOW + 1 },
      { publishedAt: NOW - HOUR },
    ],
    ['believes a date whose time has just come', { published: NOW }, { publishedAt: NOW }],
    ['gives nothing for an entry without a date', {}, {}],
  ])('%s', (_title, dates, expected) => {
    expect(postDates([entry(dates)], NOW)).toEqual([expected]);
  });

  it('believes no date of a document that stamps every entry when it is fetched (python/planet#97, #570)', () => {
    const stamped = [0, 0, 1, 1, 2, 2].map((seconds) => entry({ published: NOW - 5_000 - seconds * 1_000 }));
    const dates = postDates([...stamped, entry({ published: NOW - 9 * HOUR })], NOW);
    expect(
      dates.slice(0, 6).every(({ publishedAt, statedAt }) => publishedAt === undefined && statedAt !== undefined),
    ).toBe(true);
    expect(dates[6]).toEqual({ publishedAt: NOW - 9 * HOUR });
  });

  it('believes a few entries that were written just now', () => {
    const fresh = [1, 2, 3].map((seconds) => entry({ published: NOW - seconds * 1_000 }));
    expect(postDates(fresh, NOW).map(({ publishedAt }) => publishedAt)).toEqual([
      NOW - 1_000,
      NOW - 2_000,
      NOW - 3_000,
    ]);
  });

  it('believes many entries of one earlier moment', () => {
    const batch = Array.from({ length: 20 }, () => entry({ published: NOW - HOUR }));
    expect(postDates(batch, NOW).every(({ publishedAt }) => publishedAt === NOW - HOUR)).toBe(true);
  });
});
