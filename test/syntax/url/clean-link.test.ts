import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLink } from '../../../src/syntax/url/clean-link.ts';
import { canonicaliseUrl } from '../../../src/syntax/url/url.ts';

const nested = (layers: number): string => {
  let link = 'https://b.org/page';
  for (let layer = 0; layer < layers; layer += 1) link = `https://a.org/redirect?url=${encodeURIComponent(link)}`;
  return link;
};

describe('cleanLink', () => {
  it.each([
    ['removes tracking parameters', 'https://a.org/1?utm_source=rss&id=7&fbclid=x', 'https://a.org/1?id=7'],
    ['removes the question mark with the last of them', 'https://a.org/1?utm_source=rss', 'https://a.org/1'],
    ['removes those of one host only there', 'https://www.weibo.com/1?wvr=x', 'https://www.weibo.com/1'],
    ['keeps a parameter that tracks elsewhere', 'https://a.org/1?wvr=x', 'https://a.org/1?wvr=x'],
    ['removes them from a fragment', 'https://a.org/1#utm_source=rss&utm_medium=feed', 'https://a.org/1'],
    ['keeps the rest of the fragment', 'https://a.org/1#page=2&utm_source=rss', 'https://a.org/1#page=2'],
    ['keeps a place on the page', 'https://a.org/1?utm_id=1#part', 'https://a.org/1#part'],
    ['keeps a route', 'https://a.org/#/read?utm_source=rss', 'https://a.org/#/read?utm_source=rss'],
    ['keeps order, letters and odd spellings', 'https://A.org/新闻?b=1&a=%e4&&c', 'https://A.org/新闻?b=1&a=%e4&&c'],
    ['keeps a query without a name', 'https://a.org/1?=x', 'https://a.org/1?=x'],
    ['keeps an empty query', 'https://a.org/1?', 'https://a.org/1?'],
    ['keeps a device host', 'http://m.a.org/amp/1/', 'http://m.a.org/amp/1/'],
    ['unwraps a redirector', 'https://www.google.com/url?q=https://b.org/1&sa=D', 'https://b.org/1'],
    [
      'cleans what it leads to',
      'https://l.facebook.com/l.php?u=https%3A%2F%2Fb.org%2F1%3Ffbclid%3Dx%26p%3D2',
      'https://b.org/1?p=2',
    ],
    ['unwraps several redirectors', nested(4), 'https://b.org/page'],
    ['leaves a longer chain alone', nested(5), nested(5)],
    ['leaves a redirector with a relative target', 'https://a.org/go?url=/b', 'https://a.org/go?url=/b'],
    [
      'leaves a target that is no web address',
      'https://a.org/go?url=javascript:alert(1)',
      'https://a.org/go?url=javascript:alert(1)',
    ],
    ['leaves other schemes', 'mailto:a@example.org?utm_source=x', 'mailto:a@example.org?utm_source=x'],
    ['leaves what is no address', 'https://', 'https://'],
  ])('%s', (_title, link, expected) => {
    expect(cleanLink(link)).toBe(expected);
  });

  it('leads to the same page as before for identity, and changes nothing the second time', () => {
    const part = fc.constantFrom('a', 'amp', '新闻', '%7e', 'go', 'redirect', 'index.html', 'l.php');
    const target = fc.constantFrom(
      'https://m.b.org/x?utm_source=y&k=1',
      'http://c.org/?gclid=1#z',
      '/d',
      'https%3A%2F%2Fe.org%2F',
    );
    const query = fc.oneof(
      fc.constantFrom('id=1', 'utm_x=1', 'from=rss', 'a', '=', '', '#y', '#xtor=1&b=2', '#/r?utm_x=1'),
      target.map((address) => `url=${address}`),
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(query), (path, queries) => {
        const link = `http://www.a.org/${path.join('/')}?${queries.join('&')}`;
        const clean = cleanLink(link);
        expect(cleanLink(clean)).toBe(clean);
        expect(canonicaliseUrl(clean)).toBe(canonicaliseUrl(link));
      }),
      { numRuns: 2000 },
    );
  });
});
