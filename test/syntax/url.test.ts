import { describe, expect, it } from 'vitest';
import { isSafeLink, resolveUrl } from '../../src/syntax/url.ts';

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
