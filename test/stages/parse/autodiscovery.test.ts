/** Which feeds does a page name? */
import { describe, expect, it } from 'vitest';
import { feedLinksOf } from '../../../src/stages/parse/autodiscovery.ts';

const PAGE = 'https://a.org/blog/post.html';

describe('feedLinksOf', () => {
  it.each([
    [
      '<link rel="alternate" type="application/rss+xml" href="feed" title=" News ">',
      [{ url: 'https://a.org/blog/feed', title: 'News', type: 'application/rss+xml' }],
    ],
    [
      '<LINK REL="home ALTERNATE" TYPE="application/atom+xml; charset=utf-8" HREF=/atom>',
      [{ url: 'https://a.org/atom', type: 'application/atom+xml' }],
    ],
    [
      '<link rel=alternate type=application/feed+json href=https://f.org/1>',
      [{ url: 'https://f.org/1', type: 'application/feed+json' }],
    ],
    [
      '<link rel="alternate" type="text/xml" title="RSS" href="/x">',
      [{ url: 'https://a.org/x', title: 'RSS', type: 'text/xml' }],
    ],
    ['<link rel="alternate" type="application/json" href="/wp-json/posts/7">', []],
    [
      '<link rel="alternate" type="application/json" href="/feed.json">',
      [{ url: 'https://a.org/feed.json', type: 'application/json' }],
    ],
    ['<link rel="feed" href="/f">', [{ url: 'https://a.org/f' }]],
    [
      '<base href="https://cdn.org/"><link rel="alternate" type="application/rss+xml" href="f">',
      [{ url: 'https://cdn.org/f', type: 'application/rss+xml' }],
    ],
    [
      '<link rel="alternate" type="application/rss+xml" href="/f"><link rel="alternate" type="application/rss+xml" href="/f">',
      [{ url: 'https://a.org/f', type: 'application/rss+xml' }],
    ],
    ['<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">', []],
    [
      '<link rel="stylesheet" type="application/rss+xml" href="/f"><a rel="alternate" type="application/rss+xml" href="/g">',
      [],
    ],
    ['<!-- <link rel="alternate" type="application/rss+xml" href="/f"> -->', []],
    ['<script>"<link rel=alternate type=application/rss+xml href=/f>"</script>', []],
  ])('reads %s', (html, expected) => {
    expect(feedLinksOf(html, PAGE)).toEqual(expected);
  });
});
