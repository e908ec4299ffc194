import { describe, expect, it } from 'vitest';
import { currentPath, currentSlugs, formerFolders, formerPaths } from '../../src/model/former-categories.ts';

const categories = [
  { slug: 'finance', was: ['money', 'stocks'] },
  { slug: 'world', was: ['finance'] },
];

describe('former categories', () => {
  it('are never a slug that a category has now', () => {
    expect([...currentSlugs(categories)]).toEqual([
      ['money', 'finance'],
      ['stocks', 'finance'],
    ]);
  });

  it.each([
    ['/category/money.rss', '/category/finance.rss'],
    ['/category/stocks', '/category/finance'],
    ['/category/money/before/1-00000000000000aa.atom', '/category/finance/before/1-00000000000000aa.atom'],
    ['/category/money/before/1-00000000000000aa', '/category/finance/before/1-00000000000000aa'],
    ['/category/world.html', '/category/world.html'],
    ['/tag/money.rss', '/tag/money.rss'],
    ['/post/00000000000000aa.html', '/post/00000000000000aa.html'],
  ])('lead from %s to %s', (path, expected) => {
    expect(currentPath(path, categories)).toBe(expected);
  });

  it('are found from the present one', () => {
    expect(formerPaths('/category/finance.json', categories)).toEqual([
      '/category/money.json',
      '/category/stocks.json',
    ]);
    expect(formerPaths('/category/world.json', categories)).toEqual([]);
    expect(formerPaths('/all.json', categories)).toEqual([]);
    expect(formerPaths('/tag/a%253Ab.rss', categories)).toEqual(['/tag/a%3Ab.rss']);
    expect(formerPaths('/tag/stocks.rss', categories)).toEqual([]);
    expect(formerFolders('/category/finance/before/', categories)).toEqual([
      '/category/money/before/',
      '/category/stocks/before/',
    ]);
  });
});
