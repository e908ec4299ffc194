import { describe, expect, it } from 'vitest';
import { type ComparedText, isComparable } from '../../../src/stages/similar/comparable.ts';

const HOUR = 3_600_000;
const WINDOW = 72 * HOUR;
const T0 = Date.UTC(2026, 10, 24, 8);

const text = (more: Partial<ComparedText> = {}): ComparedText => ({
  sourceKey: 'a',
  categories: ['news'],
  publishedAt: T0,
  ...more,
});

describe('isComparable', () => {
  it.each<[string, boolean, Partial<ComparedText>, Partial<ComparedText>]>([
    ['two sources of one category', true, {}, {}],
    ['one source', false, {}, { sourceKey: 'a' }],
    ['sources without a category in common', false, {}, { categories: ['sport'] }],
    ['one category of several', true, { categories: ['sport', 'news'] }, { categories: ['news', 'world'] }],
    ['one without a category', false, {}, { categories: [] }],
    ['two without a category', true, { categories: [] }, { categories: [] }],
    ['a window exactly', true, {}, { publishedAt: T0 + WINDOW }],
    ['a window, as far as seconds tell', true, { publishedAt: T0 + 999 }, { publishedAt: T0 - WINDOW }],
    ['more than a window later', false, {}, { publishedAt: T0 + WINDOW + 1000 }],
    ['more than a window earlier', false, {}, { publishedAt: T0 - WINDOW - 1000 }],
  ])('%s: %s', (_title, expected, one, other) => {
    const [a, b] = [text(one), text({ sourceKey: 'b', ...other })];
    expect([isComparable(a, b, WINDOW), isComparable(b, a, WINDOW)]).toEqual([expected, expected]);
  });
});
