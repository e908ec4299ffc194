import { fc } from '../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { sourceIdFor } from '../../src/config/source-id.ts';

describe('sourceIdFor', () => {
  it.each([
    ['https://feeds.bbci.co.uk/news/world/rss.xml', 'feeds-bbci-co-uk-news-world-rss'],
    ['https://www.example.org/', 'example-org'],
    ['https://Example.org:8443/feed/?format=rss&lang=en', 'example-org-8443-feed-format-rss-lang-en'],
    ['http://localhost:3000/a.atom', 'localhost-3000-a-atom'],
    ['https://example.org/%E6%96%B0%E9%97%BB/rss', 'example-org-rss-2e8d37'],
    ['https://新闻.example.org/rss', 'xn-efvy88h-example-org-rss-5d53a2'],
    [`https://example.org/${'long/'.repeat(20)}`, 'example-org-long-long-long-long-long-long-long-long-l-4c6122'],
  ])('of %s is %s', (url, id) => {
    // A published address: it must never become another one.
    expect(sourceIdFor(url)).toBe(id);
  });

  it('tells other scripts apart by their hash', () => {
    expect(sourceIdFor('https://a.org/新闻')).not.toBe(sourceIdFor('https://a.org/财经'));
  });

  it('is always a name of its schema', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        expect(sourceIdFor(url)).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
      }),
    );
  });
});
