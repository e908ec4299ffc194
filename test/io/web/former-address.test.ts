import { describe, expect, it } from 'vitest';
import { formerAddresses } from '../../../src/io/web/former-address.ts';

const site = (...formerUrls: readonly string[]) => ({ url: 'https://new.example.org/news', formerUrls });

describe('formerAddresses', () => {
  it.each([
    ['the old host', ['https://old.example.org'], 'old.example.org', '/all.rss', '/all.rss'],
    ['its letter case', ['https://old.example.org'], 'OLD.example.org', '/all.rss?before=1', '/all.rss?before=1'],
    [
      'an old path that a proxy keeps',
      ['https://old.example.org/feeds'],
      'old.example.org',
      '/feeds/all.rss',
      '/all.rss',
    ],
    ['an old path that a proxy strips', ['https://old.example.org/feeds'], 'old.example.org', '/all.rss', '/all.rss'],
    ['an earlier one', ['https://b.example.org', 'https://a.example.org:8080'], 'a.example.org:8080', '/', '/'],
  ])('redirects %s', (_title, former, host, target, path) => {
    expect(formerAddresses(site(...former))(host, target)).toBe(`https://new.example.org/news${path}`);
  });

  it.each([
    ['the present host', ['http://new.example.org'], 'new.example.org'],
    ['another name', ['https://old.example.org'], '10.0.0.7:8080'],
    ['an address', ['http://127.0.0.1:8080'], '127.0.0.1:8080'],
    ['a name of this machine', ['http://localhost:8080'], 'localhost:8080'],
    ['a request without a host', ['https://old.example.org'], undefined],
  ])('leaves %s alone', (_title, former, host) => {
    expect(formerAddresses(site(...former))(host, '/all.rss')).toBeUndefined();
  });

  it.each(['*', 'http://evil.example/', '.evil.example/', '@evil.example'])(
    'leaves the target %s alone, which is no path',
    (target) => {
      expect(formerAddresses(site('https://old.example.org'))('old.example.org', target)).toBeUndefined();
    },
  );
});
