import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { canonicaliseUrl, isSafeLink, resolveUrl } from '../../../src/syntax/url/url.ts';

const base = 'https://example.org/news/today.html?page=2';

describe('resolveUrl', () => {
  it.each([
    ['keeps an absolute URL', 'https://other.org/a?b=1#c', 'https://other.org/a?b=1#c'],
    ['does not add a slash', 'http://other.org', 'http://other.org'],
    ['does not lower the case', 'HTTP://Other.ORG/A', 'HTTP://Other.ORG/A'],
    ['does not encode a Chinese path', 'https://例子.中国/新闻/头条.html', 'https://例子.中国/新闻/头条.html'],
    ['does not encode a query twice', 'https://a.org/?q=%E4%B8%AD 文', 'https://a.org/?q=%E4%B8%AD%20%E6%96%87'],
    ['trims white space of any script', '\u3000\n https://a.org/x \u200b\ufeff', 'https://a.org/x'],
    ['drops line breaks inside', 'https://a.org/very/\n\t long', 'https://a.org/very/%20long'],
    ['repairs spaces', 'https://a.org/my photo.jpg', 'https://a.org/my%20photo.jpg'],
    ['repairs backslashes', 'https:\\\\a.org\\x', 'https://a.org/x'],
    ['repairs missing slashes', 'https:/a.org/x', 'https://example.org/a.org/x'],
    ['repairs angle brackets', 'https://a.org/<x>', 'https://a.org/%3Cx%3E'],
    ['resolves a path', '/img/a.png', 'https://example.org/img/a.png'],
    ['resolves a relative path', '../a.html', 'https://example.org/a.html'],
    ['resolves a query', '?page=3', 'https://example.org/news/today.html?page=3'],
    ['resolves a fragment', '#top', 'https://example.org/news/today.html?page=2#top'],
    ['takes the scheme from the base', '//cdn.org/x', 'https://cdn.org/x'],
    ['resolves a name with spaces', 'my photo.jpg', 'https://example.org/news/my%20photo.jpg'],
    ['resolves a Chinese name', '头条.html', 'https://example.org/news/%E5%A4%B4%E6%9D%A1.html'],
    ['keeps a tag', 'tag:a.org,2020:1', 'tag:a.org,2020:1'],
    ['keeps a urn', ' urn:uuid:1225c695 ', 'urn:uuid:1225c695'],
    ['keeps an address', 'mailto:a@b.org', 'mailto:a@b.org'],
    ['encodes blanks whatever the scheme', 'urn:a b\u0001c', 'urn:a%20b%01c'],
    ['gives back a script for isSafeLink to judge', 'java\nscript:alert(1)', 'javascript:alert(1)'],
    ['finds nothing in nothing', ' \n ', undefined],
    ['finds nothing without a host', 'http://', undefined],
    ['finds nothing with a broken host', 'http://a b/', undefined],
    ['finds nothing with a broken port', 'http://a.org:port/', undefined],
  ])('%s', (_title, reference, expected) => {
    expect(resolveUrl(reference, base)).toBe(expected);
  });

  it.each([
    ['leaves a relative path without a base unresolved', '/a', undefined, undefined],
    ['takes a host without scheme and base for https', '//cdn.org/x', undefined, 'https://cdn.org/x'],
    ['resolves nothing against a relative base', 'a', '/feeds/', undefined],
    ['resolves nothing against a base without a path', 'a', 'mailto:a@b.org', undefined],
    ['keeps an absolute URL whatever the base', 'http://a.org/', 'nonsense', 'http://a.org/'],
    ['trims the base', 'b', ' http://a.org/ ', 'http://a.org/b'],
    ['repairs missing slashes without a base', 'http:/a.org/x', undefined, 'http://a.org/x'],
  ])('%s', (_title, reference, other, expected) => {
    expect(resolveUrl(reference, other)).toBe(expected);
  });
});

describe('isSafeLink', () => {
  it.each(['http://a.org', 'HTTPS://a.org/', 'https://例子.中国/', 'mailto:a@b.org', 'http://[::1]/'])(
    'allows %s',
    (url) => {
      expect(isSafeLink(url)).toBe(true);
    },
  );

  it.each([
    '',
    '/a',
    '//a.org/',
    'javascript:alert(1)',
    ' https://a.org/',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'data:image/png;base64,AAAA',
    'ftp://a.org/',
    'file:///etc/passwd',
    'tel:123',
    'blob:https://a.org/1',
    'view-source:https://a.org/',
    'feed:https://a.org/',
    'https:a.org',
    'https:///a.org',
    'https://',
    'http',
  ])('refuses %j', (url) => {
    expect(isSafeLink(url)).toBe(false);
  });
});

describe('canonicaliseUrl', () => {
  const page = 'https://example.org/news/1.html';
  it.each([
    ['takes http for https', 'http://example.org/news/1.html'],
    ['lowers the case of the host', 'https://EXAMPLE.org/news/1.html'],
    ['drops www.', 'https://www.example.org/news/1.html'],
    ['drops m.', 'https://m.example.org/news/1.html'],
    ['drops www.m.', 'https://www.m.example.org/news/1.html'],
    ['drops mobile.', 'http://mobile.example.org/news/1.html'],
    ['drops amp.', 'https://amp.example.org/news/1.html'],
    ['drops wap.', 'https://wap.example.org/news/1.html'],
    ['drops the default port of https', 'https://example.org:443/news/1.html'],
    ['drops the default port of http', 'http://example.org:80/news/1.html'],
    ['drops the dot after the host', 'https://example.org./news/1.html'],
    ['drops a user', 'https://reader:secret@example.org/news/1.html'],
    ['drops a trailing slash', 'https://example.org/news/1.html/'],
    ['drops a fragment', 'https://example.org/news/1.html#comments'],
    ['drops white space', ' https://example.org/news/1.html\n'],
    ['drops an AMP prefix', 'https://example.org/amp/news/1.html'],
    ['drops an AMP suffix', 'https://example.org/news/1.html/amp/'],
    ['drops .amp', 'https://example.org/news/1.amp.html'],
    ['drops an AMP parameter', 'https://example.org/news/1.html?amp=1'],
    ['drops a bare AMP parameter', 'https://example.org/news/1.html?amp'],
    ['drops an AMP output type', 'https://example.org/news/1.html?outputType=amp'],
    ['drops utm_*', 'https://example.org/news/1.html?utm_source=rss&utm_medium=feed&UTM_Campaign=x'],
    ['drops fbclid and gclid', 'https://example.org/news/1.html?fbclid=IwAR0&gclid=Cj0'],
    ['drops spm', 'https://example.org/news/1.html?spm=a2c4e.11153940'],
    ['drops from=timeline', 'https://example.org/news/1.html?from=timeline&isappinstalled=0'],
    ['drops from=groupmessage', 'https://example.org/news/1.html?from=groupmessage'],
    ['drops ref=rss', 'https://example.org/news/1.html?ref=rss'],
    ['drops bd_vid', 'https://example.org/news/1.html?bd_vid=123'],
    ['drops empty parameters', 'https://example.org/news/1.html?&&'],
    ['decodes what needs no escape', 'https://example.org/%6eews/1.html'],
    ['unwraps Google', 'https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.org%2Fnews%2F1.html&usg=A'],
    ['unwraps q=', 'https://www.google.com/url?q=https://example.org/news/1.html'],
    ['unwraps the AMP viewer', 'https://www.google.com/amp/s/amp.example.org/news/1.html'],
    ['unwraps the AMP cache', 'https://example-org.cdn.ampproject.org/c/s/www.example.org/news/1.html'],
    ['unwraps Facebook', 'https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fnews%2F1.html%3Ffbclid%3Dx&h=A'],
    ['unwraps Zhihu', 'https://link.zhihu.com/?target=https%3A//example.org/news/1.html'],
    ['unwraps Juejin', 'https://link.juejin.cn?target=https%3A%2F%2Fexample.org%2Fnews%2F1.html'],
    ['unwraps QQ', 'https://c.pc.qq.com/middlem.html?pfurl=https%3A%2F%2Fexample.org%2Fnews%2F1.html'],
    [
      'unwraps Bing',
      'http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.org%2fnews%2f1.html&c=1',
    ],
    ['unwraps Yahoo', 'https://r.search.yahoo.com/_ylt=A/RV=2/RU=https%3a%2f%2fexample.org%2fnews%2f1.html/RK=2/RS=x'],
    ['unwraps a redirector of any name', 'https://rss.other.org/redirect.php?id=3&url=https://example.org/news/1.html'],
    [
      'unwraps twice',
      'https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fexample.org%2Fnews%2F1.html',
    ],
    ['unwraps href.li', 'https://href.li/?https://example.org/news/1.html'],
    ['unwraps an older token of Google News', `https://news.google.com/rss/articles/${token(page)}?oc=5`],
  ])('%s', (_title, url) => {
    expect(canonicaliseUrl(url)).toBe(page);
  });

  it.each([
    ['drops an index page', 'https://a.org/x/index.html', 'https://a.org/x'],
    ['drops the index page of a site', 'http://www.a.org/index.php', 'https://a.org'],
    ['keeps other parameters, sorted', 'https://a.org/x?id=2&b=1&utm_source=y&a=3', 'https://a.org/x?a=3&b=1&id=2'],
    ['keeps an unknown from=', 'https://a.org/x?from=2020', 'https://a.org/x?from=2020'],
    ['keeps a source= that is a place', 'https://a.org/x?source=xinhua', 'https://a.org/x?source=xinhua'],
    ['keeps the case of a path', 'https://a.org/A/b', 'https://a.org/A/b'],
    ['keeps an odd port', 'http://a.org:8080/x', 'https://a.org:8080/x'],
    ['keeps a route', 'https://a.org/#/news/1', 'https://a.org#/news/1'],
    ['keeps a hashbang', 'https://a.org/#!/news/1', 'https://a.org#!/news/1'],
    ['keeps a two-label host', 'https://m.com/x', 'https://m.com/x'],
    ['keeps words that begin with amp', 'https://a.org/ampere/x', 'https://a.org/ampere/x'],
    [
      'keeps what a weixin article is known by',
      'http://mp.weixin.qq.com/s?__biz=MzA&mid=2&idx=1&sn=ab&chksm=f&scene=21#wechat_redirect',
      'https://mp.weixin.qq.com/s?__biz=MzA&idx=1&mid=2&sn=ab',
    ],
    [
      "drops the host's own parameters",
      'https://www.bilibili.com/video/BV1x?vd_source=a&p=2&from=search',
      'https://bilibili.com/video/BV1x?p=2',
    ],
    ['drops a device label after the language', 'https://zh.m.wikipedia.org/wiki/X', 'https://zh.wikipedia.org/wiki/X'],
    ['writes a Chinese path as UTF-8', 'https://a.org/新闻', 'https://a.org/%E6%96%B0%E9%97%BB'],
    ['raises escapes', 'https://a.org/%e6%96%b0%e9%97%bb', 'https://a.org/%E6%96%B0%E9%97%BB'],
    ['writes a Chinese host in ASCII', 'https://新闻.中国/', 'https://xn--efvy88h.xn--fiqs8s'],
    ['keeps a share link', 'https://a.org/share?url=https://b.org/', 'https://a.org/share?url=https://b.org/'],
    ['keeps a redirector with a relative target', 'https://a.org/redirect?url=/b', 'https://a.org/redirect?url=/b'],
    [
      'keeps an opaque token',
      'https://news.google.com/rss/articles/CBMiAUFVX3lxTE0?oc=5',
      'https://news.google.com/rss/articles/CBMiAUFVX3lxTE0',
    ],
    ['keeps what is no web address', ' tag:a.org,2020:1 ', 'tag:a.org,2020:1'],
    ['keeps nonsense', 'http://', 'http://'],
    ['gives nothing for nothing', '', ''],
  ])('%s', (_title, url, expected) => {
    expect(canonicaliseUrl(url)).toBe(expected);
  });

  it('changes nothing the second time', () => {
    const word = fc.constantFrom(
      'amp',
      'index.html',
      'm',
      'www',
      'a',
      'x.amp',
      'url',
      'redirect',
      '%7e',
      '%2F',
      '',
      '新闻',
      'wap',
    );
    const query = fc.constantFrom(
      'url=https://m.b.org/amp/?utm_source=x',
      'amp',
      'id=1',
      'a=%41',
      'utm_x=1',
      'from=rss',
      '#/x',
      '#y',
    );
    fc.assert(
      fc.property(fc.array(word), fc.array(word), fc.array(query), (labels, path, queries) => {
        const url = `http://${[...labels.filter((label) => /^\w+$/.test(label)), 'a', 'org'].join('.')}/${path.join('/')}?${queries.join('&')}`;
        const once = canonicaliseUrl(url);
        expect(canonicaliseUrl(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});

/** As Google News wrote its article links until 2024: a small binary message with the address in it. */
function token(url: string): string {
  return Buffer.from([8, 19, 34, url.length, ...Buffer.from(url), 0xd2, 1, 0]).toString('base64url');
}
