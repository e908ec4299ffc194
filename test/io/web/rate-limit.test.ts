import { describe, expect, it } from 'vitest';
import { createUnconditionalLimit, limitKey } from '../../../src/io/web/rate-limit.ts';

const LONG = 'x'.repeat(12_000);

describe('createUnconditionalLimit', () => {
  it('lets a reader request a feed again only after the limit', () => {
    const limit = createUnconditionalLimit();
    expect(limit.waitMs('a', '/all.rss', 30_000, 1_000)).toBe(0);
    expect(limit.waitMs('a', '/all.rss', 30_000, 11_000)).toBe(20_000);
    expect(limit.waitMs('a', '/all.rss', 30_000, 31_000)).toBe(0);
    expect(limit.waitMs('a', '/all.rss', 30_000, 31_001)).toBe(29_999);
  });

  it.each([
    ['another reader', 'b', '/all.rss'],
    ['another feed', 'a', '/all.atom'],
    ['a reader that differs at the end of a long User-Agent', `a${LONG}`, '/all.rss'],
  ])('does not count a request of %s', (_title, reader, path) => {
    const limit = createUnconditionalLimit();
    limit.waitMs('a', '/all.rss', 30_000, 1_000);
    limit.waitMs(`b${LONG}`, '/all.rss', 30_000, 1_000);
    expect(limit.waitMs(reader === 'b' ? 'c' : reader, path, 30_000, 1_000)).toBe(0);
  });
});

describe('limitKey', () => {
  it('has the same short length for readers and paths of any length, and is different for each', () => {
    const keys = [limitKey('', ''), limitKey(LONG, '/'), limitKey(`${LONG}1`, '/'), limitKey(LONG, `/${LONG}`)];
    expect(new Set(keys.map(({ length }) => length))).toEqual(new Set([22]));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
