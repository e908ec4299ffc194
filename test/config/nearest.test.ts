import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/config/nearest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['shcedule', 'schedule', 1],
    ['hots', 'host', 1],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearest', () => {
  const known = ['site', 'sources', 'schedule', 'categories', 'maxBytes'];

  it.each([
    ['source', 'sources'],
    ['Sources', 'sources'],
    ['shedule', 'schedule'],
    ['category', 'categories'],
    ['max_bytes', 'maxBytes'],
    ['feeds', undefined],
    ['x', undefined],
  ])('to %j is %j', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });
});
