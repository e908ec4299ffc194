/** What is said to a callback, and what does its answer mean (WebSub §5.2, §5.3, §7)? */
import { describe, expect, it } from 'vitest';
import type { HubRequest, HubSubscription } from '../../../src/model/hub-subscription.ts';
import { deliveryHeaders, denialUrl, isConfirmed, verificationUrl } from '../../../src/stages/hub/callback.ts';
import { checkSignature } from '../../../src/syntax/http/hub-signature.ts';

const request: HubRequest = {
  mode: 'subscribe',
  topic: '/all.rss',
  topicUrl: 'https://news.example.org/all.rss',
  callback: 'https://reader.example/cb',
  leaseSeconds: 600,
  askedAt: 0,
  requester: '192.0.2.1',
};

describe('verificationUrl', () => {
  it('asks with mode, topic, challenge and the lease that is granted', () => {
    const { searchParams } = new URL(verificationUrl(request, 'c-1'));
    expect(Object.fromEntries(searchParams)).toEqual({
      'hub.mode': 'subscribe',
      'hub.topic': 'https://news.example.org/all.rss',
      'hub.challenge': 'c-1',
      'hub.lease_seconds': '600',
    });
  });

  it('names no lease where one unsubscribes', () => {
    const { searchParams } = new URL(verificationUrl({ ...request, mode: 'unsubscribe' }, 'c-1'));
    expect([...searchParams.keys()]).toEqual(['hub.mode', 'hub.topic', 'hub.challenge']);
  });

  it.each([
    ['https://reader.example/cb', 'https://reader.example/cb?hub.mode='],
    ['https://reader.example/cb?a=1&b=%20+', 'https://reader.example/cb?a=1&b=%20+&hub.mode='],
    ['https://reader.example/cb?', 'https://reader.example/cb?hub.mode='],
    ['https://reader.example/cb?a&', 'https://reader.example/cb?a&hub.mode='],
  ])('keeps what %s brings along, character by character', (callback, start) => {
    expect(verificationUrl({ ...request, callback }, 'c').startsWith(start)).toBe(true);
  });
});

describe('denialUrl', () => {
  it('says that and why', () => {
    const { searchParams } = new URL(denialUrl(request, 'no room'));
    expect(Object.fromEntries(searchParams)).toEqual({
      'hub.mode': 'denied',
      'hub.topic': 'https://news.example.org/all.rss',
      'hub.reason': 'no room',
    });
  });
});

describe('isConfirmed', () => {
  it.each([
    [200, 'c-1', true],
    [204, 'c-1', true],
    [200, 'c-1\n', true],
    [200, 'c-2', false],
    [200, '', false],
    [200, 'c-1 and more', false],
    [302, 'c-1', false],
    [404, 'c-1', false],
    [500, 'c-1', false],
  ])('%d with "%s" is %s', (status, body, confirmed) => {
    expect(isConfirmed(status, Buffer.from(body), 'c-1')).toBe(confirmed);
  });
});

describe('deliveryHeaders', () => {
  const document = {
    path: '/all.rss',
    mediaType: 'application/rss+xml; charset=utf-8',
    body: Buffer.from('<rss/>'),
    modifiedAt: 0,
    etag: '"x"',
    serving: { link: '<https://news.example.org/websub>; rel="hub"' },
  };
  const { mode: _mode, leaseSeconds: _lease, ...terms } = request;
  const subscription: HubSubscription = { ...terms, id: '0'.repeat(32), leaseEndsAt: 1, failures: 0, addresses: [] };

  it('are the feed’s own type and links', () => {
    expect(deliveryHeaders(document, subscription)).toEqual({
      'Content-Type': 'application/rss+xml; charset=utf-8',
      Link: '<https://news.example.org/websub>; rel="hub"',
    });
  });

  it('name the topic as the subscriber knows it, also after the site has moved', () => {
    const link = '<https://new.example.org/all.rss>; rel="self", <https://new.example.org/websub>; rel="hub"';
    expect(deliveryHeaders({ ...document, serving: { link } }, subscription)['Link']).toBe(
      '<https://news.example.org/all.rss>; rel="self", <https://new.example.org/websub>; rel="hub"',
    );
  });

  it('hold a signature where a secret was agreed', () => {
    const headers = deliveryHeaders(document, { ...subscription, secret: '秘密' });
    expect(checkSignature(headers['X-Hub-Signature'], document.body, '秘密')).toEqual({
      kind: 'valid',
      method: 'sha256',
    });
  });
});
