import { describe, expect, it } from 'vitest';
import { movedAddresses } from '../../../src/io/web/moved-addresses.ts';

const moved = movedAddresses({
  '/feed.xml': '/all.rss',
  '/feed.php?id=3&type=rss': '/category/three.rss',
  '/feed.php?id=4': '/category/four.rss',
  '/feed.php': '/all.atom',
  '/old/*': '/*',
  '/old/gone/*': 'https://archive.example/gone',
  '/blog/*': 'https://blog.example/posts/*',
});

describe('movedAddresses', () => {
  it.each([
    ['an exact path, whatever the query', '/feed.xml', '?utm=1', '/all.rss'],
    ['a query whose parameters are there, in any order', '/feed.php', '?x=1&type=rss&id=3', '/category/three.rss'],
    ['the path where no query fits', '/feed.php', '?id=3', '/all.atom'],
    ['a folder, with path and query', '/old/a/b.html', '?page=2', '/a/b.html?page=2'],
    ['the longest folder, to one place', '/old/gone/x', '', 'https://archive.example/gone'],
    ['an address elsewhere', '/blog/2020/one', '', 'https://blog.example/posts/2020/one'],
    ['no host that stands in the path', '/old//evil.example/x', '', '/evil.example/x'],
    ['no host behind a backslash', '/old/\\evil.example', '', '/evil.example'],
    ['nothing for another path', '/older/a', '', undefined],
    ['nothing for the folder itself', '/old', '', undefined],
  ])('leads from %s', (_title, path, query, target) => {
    expect(moved(path, query)).toBe(target);
  });
});
