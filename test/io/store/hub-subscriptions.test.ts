/** Are subscriptions kept within the bounds that are set? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHubSubscriptions } from '../../../src/io/store/hub-subscriptions.ts';
import type { HubRequest, HubSubscription } from '../../../src/model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../../src/ports/hub-subscriptions.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let subscriptions: HubSubscriptionStore;

const ROOMY = { altogether: 100, reserved: 0, few: 0 };
const NOW = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  redis = await startTestRedis();
  subscriptions = createHubSubscriptions(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function sample(id: string, changes: Partial<HubSubscription> = {}): HubSubscription {
  return {
    id,
    topic: '/all.rss',
    topicUrl: 'https://news.example.org/all.rss',
    callback: `https://reader.example/${id}`,
    secret: '秘密',
    askedAt: NOW,
    leaseEndsAt: NOW + 600_000,
    failures: 0,
    requester: '192.0.2.1',
    addresses: ['198.51.100.1'],
    ...changes,
  };
}

describe('createSubscriptions', () => {
  it('gives back what was saved', async () => {
    const kept = sample('a', { deliveredEtag: '"1"' });
    expect(await subscriptions.put(kept, [], ROOMY)).toBe('saved');
    expect(await subscriptions.get(['a', 'b'])).toEqual([kept, undefined]);
  });

  it('finds the subscriptions to some topics', async () => {
    await subscriptions.put(sample('a'), [], ROOMY);
    await subscriptions.put(sample('b', { topic: '/all.atom' }), [], ROOMY);
    await subscriptions.put(sample('c', { topic: '/all.json' }), [], ROOMY);
    expect([...(await subscriptions.ofTopics(['/all.rss', '/all.atom', '/none.rss']))].sort()).toEqual(['a', 'b']);
  });

  it('takes new terms, keeps what was delivered, and forgets failures', async () => {
    await subscriptions.put(sample('a', { deliveredEtag: '"1"' }), [], ROOMY);
    await subscriptions.note({ id: 'a', deliveredEtag: '"2"', failures: 3, failingSince: NOW });
    await subscriptions.put(
      sample('a', { secret: 'new', askedAt: NOW + 1, leaseEndsAt: NOW + 9, deliveredEtag: '"9"' }),
      [],
      ROOMY,
    );
    expect(await subscriptions.get(['a'])).toEqual([
      sample('a', { secret: 'new', askedAt: NOW + 1, leaseEndsAt: NOW + 9, deliveredEtag: '"2"' }),
    ]);
    expect(await subscriptions.count()).toBe(1);
  });

  it('notes failures, and forgets them with the next success', async () => {
    await subscriptions.put(sample('a'), [], ROOMY);
    await subscriptions.note({ id: 'a', failures: 2, failingSince: NOW });
    expect(await subscriptions.get(['a'])).toMatchObject([{ failures: 2, failingSince: NOW }]);
    await subscriptions.note({ id: 'a', deliveredEtag: '"3"', failures: 0 });
    expect(await subscriptions.get(['a'])).toEqual([sample('a', { deliveredEtag: '"3"' })]);
  });

  it('notes nothing for one that was dropped meanwhile', async () => {
    await subscriptions.note({ id: 'a', deliveredEtag: '"3"', failures: 0 });
    expect(await subscriptions.get(['a'])).toEqual([undefined]);
  });

  it('does not let a request undo one that was made later', async () => {
    await subscriptions.put(sample('a', { askedAt: NOW + 5 }), [], ROOMY);
    expect(await subscriptions.put(sample('a', { askedAt: NOW, secret: 'old' }), [], ROOMY)).toBe('outdated');
    await subscriptions.end('a', NOW + 4);
    expect(await subscriptions.get(['a'])).toMatchObject([{ secret: '秘密' }]);
    await subscriptions.end('a', NOW + 6);
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 5 }), [], ROOMY)).toBe('outdated');
    expect(await subscriptions.count()).toBe(0);
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 7 }), [], ROOMY)).toBe('saved');
  });

  it('takes as many of one party, and as many altogether, as the quotas say', async () => {
    const small = { altogether: 3, reserved: 0, few: 0 };
    const of = (name: string) => [{ name, most: 2 }];
    expect(await subscriptions.put(sample('a'), of('reader'), small)).toBe('saved');
    expect(await subscriptions.put(sample('b'), of('reader'), small)).toBe('saved');
    expect(await subscriptions.hasRoom(of('reader'), small)).toBe(false);
    expect(await subscriptions.put(sample('c'), of('reader'), small)).toBe('full');
    // Those that have subscribed may renew.
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 1 }), of('reader'), small)).toBe('saved');
    expect(await subscriptions.put(sample('d'), of('other'), small)).toBe('saved');
    expect(await subscriptions.put(sample('e'), of('other'), small)).toBe('full');
    await subscriptions.drop(['a', 'never']);
    expect(await subscriptions.hasRoom(of('reader'), small)).toBe(true);
    expect(await subscriptions.put(sample('e'), of('other'), small)).toBe('saved');
  });

  it('counts a subscription for each of its parties', async () => {
    const both = [
      { name: 'domain x', most: 9 },
      { name: 'address y', most: 1 },
    ];
    expect(await subscriptions.put(sample('a'), both, ROOMY)).toBe('saved');
    expect(await subscriptions.hasRoom([{ name: 'domain x', most: 1 }], ROOMY)).toBe(false);
    expect(await subscriptions.put(sample('b'), both, ROOMY)).toBe('full');
    await subscriptions.drop(['a']);
    expect(await subscriptions.hasRoom([{ name: 'domain x', most: 1 }], ROOMY)).toBe(true);
  });

  it('keeps the last places for parties with few subscriptions', async () => {
    const capacity = { altogether: 4, reserved: 2, few: 1 };
    const of = (name: string) => [{ name, most: 99 }];
    expect(await subscriptions.put(sample('a'), of('large'), capacity)).toBe('saved');
    expect(await subscriptions.put(sample('b'), of('large'), { ...capacity, few: 2 })).toBe('saved');
    expect(await subscriptions.put(sample('c'), of('large'), capacity)).toBe('full');
    expect(await subscriptions.put(sample('d'), of('new'), capacity)).toBe('saved');
    expect(await subscriptions.put(sample('e'), of('newer'), capacity)).toBe('saved');
    expect(await subscriptions.put(sample('f'), of('newest'), capacity)).toBe('full');
  });

  it('gives the place of the subscription that has failed for longest to a new one', async () => {
    const capacity = { altogether: 3, reserved: 0, few: 1 };
    for (const id of ['a', 'b', 'c']) await subscriptions.put(sample(id), [], capacity);
    await subscriptions.note({ id: 'b', failures: 2, failingSince: NOW + 5 });
    await subscriptions.note({ id: 'c', failures: 2, failingSince: NOW });
    expect(await subscriptions.hasRoom([], capacity)).toBe(true);
    expect(await subscriptions.put(sample('d'), [], capacity)).toBe('saved');
    await subscriptions.note({ id: 'b', deliveredEtag: '"1"', failures: 0 });
    expect(await subscriptions.put(sample('e'), [], capacity)).toBe('full');
    expect([...(await subscriptions.ofTopics(['/all.rss']))].sort()).toEqual(['a', 'b', 'd']);
  });

  it('keeps the last of several requests, and counts it once', async () => {
    const waiting = [{ name: 'host', most: 1 }];
    const request = (mode: 'subscribe' | 'unsubscribe'): HubRequest => ({
      mode,
      topic: '/all.rss',
      topicUrl: 'https://news.example.org/all.rss',
      callback: 'https://reader.example/a',
      leaseSeconds: 600,
      askedAt: NOW,
      requester: '192.0.2.1',
    });
    expect(await subscriptions.keepRequest('a', request('subscribe'), waiting, NOW)).toBe(true);
    expect(await subscriptions.keepRequest('a', request('unsubscribe'), waiting, NOW)).toBe(true);
    expect(await subscriptions.keepRequest('b', request('subscribe'), waiting, NOW)).toBe(false);
    expect(await subscriptions.request('b')).toBeUndefined();
    // The one that was replaced while its callback was asked must not end the wait of the other.
    await subscriptions.forgetRequest('a', request('subscribe'), waiting);
    expect(await subscriptions.request('a')).toEqual(request('unsubscribe'));
    await subscriptions.forgetRequest('a', request('unsubscribe'), waiting);
    expect(await subscriptions.request('a')).toBeUndefined();
    expect(await subscriptions.keepRequest('b', request('subscribe'), waiting, NOW)).toBe(true);
    // A request that was lost with its worker makes room in the end.
    expect(await subscriptions.keepRequest('c', request('subscribe'), waiting, NOW + 600_001)).toBe(true);
  });

  it('drops those whose lease has ended, and leaves nothing behind', async () => {
    await subscriptions.put(sample('a', { leaseEndsAt: NOW }), [], ROOMY);
    await subscriptions.put(sample('b', { leaseEndsAt: NOW + 1 }), [], ROOMY);
    expect(await subscriptions.expire(NOW, 10)).toBe(1);
    expect(await subscriptions.ofTopics(['/all.rss'])).toEqual(['b']);
    await subscriptions.drop(['b']);
    expect(await redis.client.keys(`${redis.prefix}:h:*`)).toEqual([]);
  });

  it('lets this many requests to one host run at the same time; a lost one ends with its lease', async () => {
    const slots = [{ name: 'reader.example', most: 2 }];
    const enter = (holder: string, at = NOW) => subscriptions.enter(slots, holder, at, 1_000);
    expect([await enter('a'), await enter('b'), await enter('c')]).toEqual([true, true, false]);
    expect(await enter('a')).toBe(true);
    await subscriptions.leave(slots, 'b');
    expect(await enter('c')).toBe(true);
    expect(await enter('d', NOW + 1_001)).toBe(true);
  });

  it('takes a slot under every name or under none', async () => {
    const [wide, narrow] = [
      { name: 'wide', most: 2 },
      { name: 'narrow', most: 1 },
    ];
    expect(await subscriptions.enter([wide, narrow], 'a', NOW, 1_000)).toBe(true);
    expect(await subscriptions.enter([wide, narrow], 'b', NOW, 1_000)).toBe(false);
    expect(await subscriptions.enter([wide], 'c', NOW, 1_000)).toBe(true);
    expect(await subscriptions.enter([wide], 'd', NOW, 1_000)).toBe(false);
  });

  it('admits a limited number of requests per time', async () => {
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await subscriptions.admit({ name: 'x', most: 3 }, 60_000));
    expect(answers).toEqual([true, true, true, false]);
    expect(await subscriptions.admit({ name: 'y', most: 3 }, 60_000)).toBe(true);
  });

  it('keeps names that strangers choose as short hashes', async () => {
    const name = 'x'.repeat(15_000);
    await subscriptions.admit({ name, most: 1 }, 60_000);
    await subscriptions.enter([{ name, most: 1 }], 'a', NOW, 60_000);
    await subscriptions.put(sample('a'), [{ name, most: 1 }], ROOMY);
    const keys = await redis.client.keys(`${redis.prefix}:h:*`);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThan(redis.prefix.length + 40);
    expect(await redis.client.hkeys(`${redis.prefix}:h:parties`)).toEqual([expect.stringMatching(/^[\w-]{22}$/u)]);
  });

  it('remembers the last ping to an external hub', async () => {
    expect(await subscriptions.pinged('/all.rss')).toBeUndefined();
    await subscriptions.setPinged('/all.rss', '"1"');
    expect(await subscriptions.pinged('/all.rss')).toBe('"1"');
  });
});
