import { describe, expect, it } from 'vitest';
import { isWebAddress } from '../../../src/syntax/url/web-address.ts';

describe('isWebAddress', () => {
  it.each([
    ['https://example.org', true],
    ['HTTP://EXAMPLE.org/a b', true],
    ['https://例子.cn/新闻', true],
    ['https://[::1]:8080/', true],
    ['', false],
    ['example.org', false],
    ['//example.org/', false],
    ['https:example.org', false],
    ['https://', false],
    ['https://exa mple.org/', false],
    ['http://example.org:99999/', false],
    ['ftp://example.org/', false],
    ['javascript:alert(1)//https://example.org', false],
    [' https://example.org', false],
  ])('%j: %j', (text, expected) => {
    expect(isWebAddress(text)).toBe(expected);
  });
});
