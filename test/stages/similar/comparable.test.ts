import { describe, expect, it } from 'vitest';
import { areComparable, type ComparedOrigin, isWithin } from '../../../src/stages/similar/comparable.ts';

const HOUR = 3_600_000;
const WINDOW = 72 * HOUR;
const T0 = Date.UTC(2026, 10, 24, 8);

describe('areComparable', () => {
  it.each<[string, boolean, Partial<ComparedOrigin>, Partial<ComparedOrigin>]>([
    ['two sources of one category', true, {}, {}],
    ['one source', false, {}, { sourceKey: 'a' }],
    ['sources without a category in common', false, {}, { categories: ['sport'] }],
    ['one category of several', true, { categories: ['sport', 'news'] }, { categories: ['news', 'world'] }],
    ['one without a category', false, {}, { categories: [] }],
    ['two without a category', true, { categories: [] }, { categories: [] }],
  ])('%s: %s', (_title, expected, one, other) => {
    const a = { sourceKey: 'a', categories: ['news'], ...one };
    const b = { sourceKey: 'b', categories: ['news'], ...other };
    expect([areComparable(a, b), areComparable(b, a)]).toEqual([expected, expected]);
  });
});

describe('areComparable within a source', () => {
  it.each([
    ['one source, where it tells stories again', true, {}],
    ['not where it has another category', false, { categories: ['sport'] }],
  ])('%s: %s', (_title, expected, more) => {
    const a = { sourceKey: 'a', categories: ['news'] };
    expect(areComparable(a, { ...a, ...more }, true)).toBe(expected);
  });
});

describe('isWithin', () => {
  it.each<[string, boolean, number, number]>([
    ['the same time', true, T0, T0],
    ['a window exactly', true, T0, T0 + WINDOW],
    ['a window, as far as seconds tell', true, T0 + 999, T0 - WINDOW],
    ['more than a window later', false, T0, T0 + WINDOW + 1000],
    ['more than a window earlier', false, T0, T0 - WINDOW - 1000],
  ])('%s: %s', (_title, expected, one, other) => {
    const [a, b] = [{ publishedAt: one }, { publishedAt: other }];
    expect([isWithin(a, b, WINDOW), isWithin(b, a, WINDOW)]).toEqual([expected, expected]);
  });
});
