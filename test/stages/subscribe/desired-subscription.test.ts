import { describe, expect, it } from 'vitest';
import { describeSubscription } from '../../../src/stages/subscribe/describe.ts';
import { hubReply, redirectedHub } from '../../../src/stages/subscribe/request.ts';
import { desiredSubscription } from '../../../src/stages/subscribe/desired-subscription.ts';
import { sampleSettings } from '../render/samples.ts';

const { fetch } = sampleSettings();

function desired(
  url: string,
  more: { readonly allow?: readonly string[]; readonly websub?: boolean } = {},
  state = {},
) {
  return desiredSubscription({ id: 'news', fetch: { ...fetch, allow: [], ...more } }, { url }, state);
}

describe('desiredSubscription', () => {
  it.each([
    'https://news.finance.cn',
    'http://news.finance.cn:8080/feeds',
    'https://93.184.216.34',
    'https://[2606:2800:220:1:248:1893:25c8:1946]',
    'https://财经.中国',
  ])('can be reached at %s', (url) => {
    expect(desired(url)).toEqual({ kind: 'yes', site: url });
  });

  it.each([
    ['http://localhost:8080', 'a name that is known only in this network'],
    ['http://feedmill.localhost', 'a name that is known only in this network'],
    ['http://feedmill', 'a name that is known only in this network'],
    ['http://news.local', 'a name that is known only in this network'],
    ['http://news.internal.', 'a name that is known only in this network'],
    ['http://nas.home.arpa', 'a name that is known only in this network'],
    ['https://news.example.org', 'an address for examples only'],
    ['https://example.com', 'an address for examples only'],
    ['https://news.example', 'an address for examples only'],
    ['http://127.0.0.1:8080', 'a private address'],
    ['http://10.0.0.7', 'a private address'],
    ['http://[::1]', 'a private address'],
    ['http://[fd00::1]', 'a private address'],
    ['http://0x7f000001', 'a private address'],
  ])('is none with the site address %s', (url, why) => {
    expect(desired(url)).toEqual({ kind: 'no', because: `site.url is ${url}, ${why}; hubs are not used` });
  });

  it.each([
    ['http://127.0.0.1:8080', ['127.0.0.0/8']],
    ['http://localhost:8080', ['127.0.0.0/8']],
    ['http://localhost:8080', ['::1/128']],
    ['http://10.0.0.7', ['10.0.0.0/8']],
    ['http://[fd00::1]', ['fd00::/8']],
  ])('can be reached at %s if fetch.allow is %j', (url, allow) => {
    expect(desired(url, { allow }).kind).toBe('yes');
  });

  it('is none if it is turned off, and for a paused source', () => {
    expect(desired('https://news.finance.cn', { websub: false })).toMatchObject({
      because: 'fetch.websub is false; hubs are not used',
    });
    expect(desired('https://news.finance.cn', {}, { pausedAt: 1 })).toMatchObject({
      because: 'news is paused; hubs are not used',
    });
  });
});

describe('hubReply', () => {
  const text = (body: string) => new TextEncoder().encode(body);
  it.each([
    ['202', { status: 202, body: text('') }, { kind: 'accepted' }],
    ['204 of an older hub', { status: 204, body: text('') }, { kind: 'accepted' }],
    [
      'a refusal',
      { status: 400, body: text('bad topic\nmore') },
      { kind: 'refused', message: 'the hub h.example answered 400: bad topic' },
    ],
    [
      'a refusal on a page',
      { status: 403, body: text('<html>no') },
      { kind: 'refused', message: 'the hub h.example answered 403' },
    ],
    [
      'haste',
      { status: 429, body: text(''), retryAfterMs: 5 },
      { kind: 'failed', message: 'the hub h.example answered 429', retryAfterMs: 5 },
    ],
    [
      'a fault of its own',
      { status: 502, body: text('') },
      { kind: 'failed', message: 'the hub h.example answered 502' },
    ],
    [
      'a redirect that is not to be followed',
      { status: 302, body: text('') },
      { kind: 'failed', message: 'the hub h.example answered 302' },
    ],
  ])('understands %s', (_title, answer, reply) => {
    expect(hubReply('https://h.example/', { kind: 'answered', ...answer })).toEqual(reply);
  });

  it.each([
    [307, 'https://other.example/'],
    [308, 'https://other.example/'],
    [301, undefined],
    [302, undefined],
    [202, undefined],
  ])('is sent elsewhere by %i: %s', (status, location) => {
    const answer = { kind: 'answered', status, body: text(''), location: 'https://other.example/' } as const;
    expect(redirectedHub(answer)).toBe(location);
  });
});

describe('describeStanding', () => {
  const yes = { kind: 'yes', site: 'https://site.example' } as const;
  it('says why there is no subscription', () => {
    expect(describeSubscription(undefined, { kind: 'no', because: 'it rains' })).toEqual(['none: it rains']);
    expect(describeSubscription(undefined, yes)).toEqual(['none: the feed advertises no hub']);
    const discovered = { hubs: ['https://h.example/'], topic: 'https://t.example/' };
    expect(describeSubscription({ sourceId: 'news', discovered, list: [] }, yes)).toEqual([
      'https://h.example/: pending',
    ]);
  });
});
