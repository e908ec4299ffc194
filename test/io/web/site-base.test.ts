import { describe, expect, it } from 'vitest';
import { baseOf, withoutBase } from '../../../src/io/web/site-base.ts';

describe('withoutBase', () => {
  it.each([
    ['leaves every target of a site at the root', 'https://a.example', '/all.rss', '/all.rss'],
    ['takes a path off that the proxy left on', 'https://a.example/news', '/news/all.rss?x=1', '/all.rss?x=1'],
    ['leaves what the proxy has taken off', 'https://a.example/news/', '/all.rss', '/all.rss'],
    ['leaves a path that only begins alike', 'https://a.example/news', '/newsletter', '/newsletter'],
    ['finds nothing in the path alone, which needs a slash', 'https://a.example/news', '/news', undefined],
    ['finds nothing in the path with a query', 'https://a.example/news', '/news?x=1', undefined],
    ['answers the front page', 'https://a.example/a/b', '/a/b/', '/'],
  ])('%s', (_title, site, target, path) => {
    expect(withoutBase(target, baseOf(site))).toBe(path);
  });
});
