import { describe, expect, it } from 'vitest';
import { movedCategories } from '../../../src/stages/classify/categories.ts';

describe('movedCategories', () => {
  it.each<[string, string[], { from: string[]; to: string[]; renamed?: Record<string, string> }, string[]]>([
    ['nothing where nothing changes', ['a', 'r'], { from: ['a'], to: ['a'] }, ['a', 'r']],
    ['a source that moves', ['a'], { from: ['a'], to: ['b'] }, ['b']],
    ['a source that gets one more', ['a'], { from: ['a'], to: ['a', 'b'] }, ['a', 'b']],
    ['a source that loses one', ['a', 'b'], { from: ['a', 'b'], to: ['b'] }, ['b']],
    ['what rules added', ['a', 'r'], { from: ['a'], to: ['b'] }, ['b', 'r']],
    ['what a rule added that the source names now, too', ['a', 'r'], { from: ['a'], to: ['r'] }, ['r']],
    ['a rename', ['r', 'old'], { from: [], to: [], renamed: { old: 'new' } }, ['r', 'new']],
    ['a rename that the source follows', ['old'], { from: ['old'], to: ['new'], renamed: { old: 'new' } }, ['new']],
    ['a split: this source goes elsewhere', ['old'], { from: ['old'], to: ['b'], renamed: { old: 'a' } }, ['b']],
    ['two that are joined', ['x', 'y'], { from: ['x', 'y'], to: ['z'], renamed: { x: 'z', y: 'z' } }, ['z']],
    ['a category that was full', ['b'], { from: ['a', 'b'], to: ['a', 'b', 'c'] }, ['b', 'c']],
    ['the order of the source', ['a', 'b'], { from: ['a', 'b'], to: ['b', 'a'] }, ['b', 'a']],
  ])('follows %s', (_title, categories, { from, to, renamed = {} }, after) => {
    const move = { from, to, renamed: new Map(Object.entries(renamed)) };
    const moved = movedCategories(categories, move);
    expect(moved).toEqual(after);
    // Done a second time, it changes nothing.
    expect(movedCategories(moved, move)).toEqual(after);
  });
});
