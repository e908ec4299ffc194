import { describe, expect, it } from 'vitest';
import { freshForMs, parseCacheControl } from '../../../src/syntax/http/cache-control.ts';
import { parseHttpDate } from '../../../src/syntax/http/http-date.ts';
import { parseLinkHeader } from '../../../src/syntax/http/link-header.ts';
import { environmentProxy, isExempt } from '../../../src/syntax/http/proxy-environment.ts';
import {
  isConditionalHeader,
  isHttpsUpgrade,
  isPersonalHeader,
  sharesCredentials,
} from '../../../src/syntax/http/request-headers.ts';
import { parseRetryAfter } from '../../../src/syntax/http/retry-after.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0, 0);

describe('parseHttpDate', () => {
  it.each([
    ['Mon, 23 Nov 2026 09:00:00 GMT', NOW],
    ['mon, 23 nov 2026 09:00:00 gmt', NOW],
    ['  Mon, 23 Nov 2026 09:00:00 GMT ', NOW],
    ['Mon, 23 Nov 2026 09:00:00 UTC', NOW],
    ['Mon, 23 Nov 2026 09:00:00 +0000', NOW],
    ['Sun, 23 Nov 2026 09:00:00 GMT', NOW],
    ['Monday, 23-Nov-26 09:00:00 GMT', NOW],
    ['Monday, 23-Nov-2026 09:00:00 GMT', NOW],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Mon Nov 23 09:00:00 2026', NOW],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['0', undefined],
    ['-1', undefined],
    ['', undefined],
    ['never', undefined],
    ['2026-11-23T09:00:00Z', undefined],
    ['Mon, 23 Foo 2026 09:00:00 GMT', undefined],
    ['Mon, 32 Nov 2026 09:00:00 GMT', undefined],
    ['Mon, 23 Nov 2026 24:00:00 GMT', undefined],
    ['Mon, 23 Nov 2026 09:00:00 PST', undefined],
  ])('%s', (text, expected) => {
    expect(parseHttpDate(text)).toBe(expected);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 3600 ', 3_600_000],
    ['1.5', 1500],
    ['2678400', 31 * 86_400_000],
    ['Mon, 23 Nov 2026 10:00:00 GMT', 3_600_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['-1', undefined],
    ['120s', undefined],
    ['', undefined],
    ['in a while', undefined],
  ])('%s', (text, expected) => {
    expect(parseRetryAfter(text, NOW)).toBe(expected);
  });
});

describe('parseCacheControl', () => {
  it.each([
    ['max-age=60', { 'max-age': '60' }],
    ['Public, MAX-AGE=60', { public: '', 'max-age': '60' }],
    ['max-age="60", no-cache="set-cookie, x"', { 'max-age': '60', 'no-cache': 'set-cookie, x' }],
    ['max-age = 60;no-store', { 'max-age': '60', 'no-store': '' }],
    ['max-age=60, max-age=0', { 'max-age': '60' }],
    ['', {}],
    [',,', {}],
  ])('%s', (text, expected) => {
    expect(Object.fromEntries(parseCacheControl(text))).toEqual(expected);
  });
});

describe('freshForMs', () => {
  it.each([
    ['max-age counts', { cacheControl: 'max-age=600' }, 600_000],
    ['max-age counts before Expires', { cacheControl: 'max-age=60', expires: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 60_000],
    ['max-age counts before s-maxage', { cacheControl: 's-maxage=31536000, max-age=0' }, 0],
    ['s-maxage counts where it is alone', { cacheControl: 's-maxage=300' }, 300_000],
    ['the age of a cached copy is taken off', { cacheControl: 'max-age=600', age: '540' }, 60_000],
    ['a copy past its time is stale, not less', { cacheControl: 'max-age=600', age: '900' }, 0],
    [
      'Expires is relative to Date, whatever our clock says',
      { expires: 'Mon, 23 Nov 2020 10:00:00 GMT', date: 'Mon, 23 Nov 2020 09:00:00 GMT' },
      3_600_000,
    ],
    ['Expires without a Date is relative to now', { expires: 'Mon, 23 Nov 2026 10:00:00 GMT' }, 3_600_000],
    ['Expires in the past is stale', { expires: 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    ['Expires: 0 says nothing to us', { expires: '0' }, undefined],
    ['no-cache says nothing to us', { cacheControl: 'no-cache, max-age=600' }, undefined],
    ['no-store says nothing to us', { cacheControl: 'no-store', expires: 'Mon, 23 Nov 2026 10:00:00 GMT' }, undefined],
    [
      'an unreadable max-age leaves Expires',
      { cacheControl: 'max-age=x', expires: 'Mon, 23 Nov 2026 09:01:00 GMT' },
      60_000,
    ],
    ['a negative max-age says nothing', { cacheControl: 'max-age=-1' }, undefined],
    ['a monstrous max-age is cut to 68 years', { cacheControl: 'max-age=99999999999999999999' }, 2 ** 31 * 1000],
    ['an unreadable age is none', { cacheControl: 'max-age=60', age: 'young' }, 60_000],
    ['nothing said', {}, undefined],
  ])('%s', (_title, headers, expected) => {
    expect(freshForMs(headers, NOW)).toBe(expected);
  });
});

describe('parseLinkHeader', () => {
  it.each([
    ['<https://a/>; rel=hub', [{ target: 'https://a/', relations: ['hub'] }]],
    ['<https://a/>; rel="self hub"', [{ target: 'https://a/', relations: ['self', 'hub'] }]],
    ['<https://a/>; REL="HUB"; title="a, b; \\"c\\""', [{ target: 'https://a/', relations: ['hub'] }]],
    [
      '<a>; rel=hub, <b>;rel="self"',
      [
        { target: 'a', relations: ['hub'] },
        { target: 'b', relations: ['self'] },
      ],
    ],
    ['<a,b;c>; rel=hub', [{ target: 'a,b;c', relations: ['hub'] }]],
    ['<a>; rel=self; rel=hub', [{ target: 'a', relations: ['self'] }]],
    ['<a>; rel=hub; anchor="#x"', [{ target: 'a', relations: ['hub'], anchor: '#x' }]],
    ["<a>; title*=UTF-8''%e2; rel=hub", [{ target: 'a', relations: ['hub'] }]],
    ['<a>', [{ target: 'a', relations: [] }]],
    ['<a>; rel', [{ target: 'a', relations: [] }]],
    ['a; rel=hub', []],
    ['<a; rel=hub', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(parseLinkHeader(text)).toEqual(expected);
  });

  it('reads several headers as one', () => {
    expect(parseLinkHeader(['<a>; rel=hub', '<b>; rel=hub']).map(({ target }) => target)).toEqual(['a', 'b']);
  });

  it('stays quick on a long line of nothing', () => {
    expect(parseLinkHeader(`<a>${'; x'.repeat(10_000)}`)).toHaveLength(1);
  });
});

describe('environmentProxy', () => {
  const environment = {
    HTTP_PROXY: 'http://h:1',
    HTTPS_PROXY: 'http://s:2',
    NO_PROXY: 'internal.example, .corp:8080, 10.0.0.1, ::1',
  };

  it.each([
    ['http://example.org/', environment, 'http://h:1'],
    ['https://example.org/', environment, 'http://s:2'],
    ['https://example.org/', { HTTP_PROXY: 'http://h:1' }, undefined],
    ['https://example.org/', { ALL_PROXY: 'http://a:3' }, 'http://a:3'],
    ['http://example.org/', { http_proxy: 'low:1', HTTP_PROXY: 'HIGH:1' }, 'http://low:1'],
    ['http://example.org/', { HTTP_PROXY: ' ' }, undefined],
    ['http://example.org/', {}, undefined],
    ['http://internal.example/', environment, undefined],
    ['http://a.internal.example/', environment, undefined],
    ['http://notinternal.example/', environment, 'http://h:1'],
    ['http://x.corp:8080/', environment, undefined],
    ['http://x.corp/', environment, 'http://h:1'],
    ['http://10.0.0.1/', environment, undefined],
    ['http://[::1]/', environment, undefined],
    ['http://example.org/', { ...environment, NO_PROXY: '*' }, undefined],
  ])('%s', (url, variables, expected) => {
    expect(environmentProxy(new URL(url), variables)).toBe(expected);
  });

  it('knows the usual ports', () => {
    expect(isExempt(new URL('https://example.org/'), 'example.org:443')).toBe(true);
    expect(isExempt(new URL('http://example.org/'), 'example.org:443')).toBe(false);
  });
});

describe('request headers', () => {
  it.each([
    ['if-none-match', true, false],
    ['a-im', true, false],
    ['user-agent', false, false],
    ['accept', false, false],
    ['authorization', false, true],
    ['cookie', false, true],
    ['x-api-key', false, true],
    ['referer', false, true],
  ])('%s is conditional: %s, personal: %s', (name, conditional, personal) => {
    expect([isConditionalHeader(name), isPersonalHeader(name)]).toEqual([conditional, personal]);
  });

  it.each([
    ['http://a.org/x', 'https://a.org/y', true, true],
    ['http://a.org/', 'http://a.org/y', false, true],
    ['https://a.org/', 'http://a.org/', false, false],
    ['http://a.org/', 'https://b.org/', false, false],
    ['http://a.org:8080/', 'https://a.org/', false, false],
    ['http://a.org/', 'https://a.org:8443/', false, false],
    ['http://a.org/', 'https://www.a.org/', false, false],
  ])('%s to %s is an upgrade: %s, shares credentials: %s', (from, to, upgrade, shares) => {
    const [before, after] = [new URL(from), new URL(to)];
    expect([isHttpsUpgrade(before, after), sharesCredentials(before, after)]).toEqual([upgrade, shares]);
  });
});
