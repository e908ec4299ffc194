/** Is it remembered who subscribed, within the bounds that are set? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHubSubscriptions } from '../../../src/io/store/hub-subscriptions.ts';
import type { HubSubscription } from '../../../src/model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../../src/ports/hub-subscriptions.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let subscriptions: HubSubscriptionStore;

const ROOMY = { perCallbackHost: 100, altogether: 100 };
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
    ...changes,
  };
}

describe('createSubscriptions', () => {
  it('gives back what was saved', async () => {
    const kept = sample('a', { deliveredEtag: '"1"' });
    expect(await subscriptions.put(kept, ROOMY)).toBe('saved');
    expect(await subscriptions.get(['a', 'b'])).toEqual([kept, undefined]);
  });

  it('finds the subscriptions to some topics', async () => {
    await subscriptions.put(sample('a'), ROOMY);
    await subscriptions.put(sample('b', { topic: '/all.atom' }), ROOMY);
    await subscriptions.put(sample('c', { topic: '/all.json' }), ROOMY);
    expect([...(await subscriptions.ofTopics(['/all.rss', '/all.atom', '/none.rss']))].sort()).toEqual(['a', 'b']);
  });

  it('takes new terms, keeps what was delivered, and forgets failures', async () => {
    await subscriptions.put(sample('a', { deliveredEtag: '"1"' }), ROOMY);
    await subscriptions.note({ id: 'a', deliveredEtag: '"2"', failures: 3, failingSince: NOW });
    await subscriptions.put(
      sample('a', { secret: 'new', askedAt: NOW + 1, leaseEndsAt: NOW + 9, deliveredEtag: '"9"' }),
      ROOMY,
    );
    expect(await subscriptions.get(['a'])).toEqual([
      sample('a', { secret: 'new', askedAt: NOW + 1, leaseEndsAt: NOW + 9, deliveredEtag: '"2"' }),
    ]);
    expect(await subscriptions.count()).toBe(1);
  });

  it('notes failures, and forgets them with the next success', async () => {
    await subscriptions.put(sample('a'), ROOMY);
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
    await subscriptions.put(sample('a', { askedAt: NOW + 5 }), ROOMY);
    expect(await subscriptions.put(sample('a', { askedAt: NOW, secret: 'old' }), ROOMY)).toBe('outdated');
    await subscriptions.end('a', NOW + 4);
    expect(await subscriptions.get(['a'])).toMatchObject([{ secret: '秘密' }]);
    await subscriptions.end('a', NOW + 6);
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 5 }), ROOMY)).toBe('outdated');
    expect(await subscriptions.count()).toBe(0);
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 7 }), ROOMY)).toBe('saved');
  });

  it('takes as many of one host, and as many altogether, as it is told', async () => {
    const small = { perCallbackHost: 2, altogether: 3 };
    expect(await subscriptions.put(sample('a'), small)).toBe('saved');
    expect(await subscriptions.put(sample('b'), small)).toBe('saved');
    expect(await subscriptions.hasRoom('reader.example', small)).toBe(false);
    expect(await subscriptions.put(sample('c'), small)).toBe('full');
    // Who is in may renew.
    expect(await subscriptions.put(sample('a', { askedAt: NOW + 1 }), small)).toBe('saved');
    const elsewhere = (id: string) => sample(id, { callback: `https://other.example/${id}` });
    expect(await subscriptions.put(elsewhere('d'), small)).toBe('saved');
    expect(await subscriptions.put(elsewhere('e'), small)).toBe('full');
    await subscriptions.drop(['a', 'never']);
    expect(await subscriptions.hasRoom('reader.example', small)).toBe(true);
    expect(await subscriptions.put(elsewhere('e'), small)).toBe('saved');
  });

  it('drops those whose lease has ended, and leaves nothing behind', async () => {
    await subscriptions.put(sample('a', { leaseEndsAt: NOW }), ROOMY);
    await subscriptions.put(sample('b', { leaseEndsAt: NOW + 1 }), ROOMY);
    expect(await subscriptions.expire(NOW, 10)).toBe(1);
    expect(await subscriptions.ofTopics(['/all.rss'])).toEqual(['b']);
    await subscriptions.drop(['b']);
    expect(await redis.client.keys(`${redis.prefix}:h:*`)).toEqual([]);
  });

  it('lets so many requests to one host run at once; a lost one ends with its lease', async () => {
    const enter = (holder: string, at = NOW) => subscriptions.enter('reader.example', holder, 2, at, 1_000);
    expect([await enter('a'), await enter('b'), await enter('c')]).toEqual([true, true, false]);
    expect(await enter('a')).toBe(true);
    await subscriptions.leave('reader.example', 'b');
    expect(await enter('c')).toBe(true);
    expect(await enter('d', NOW + 1_001)).toBe(true);
  });

  it('admits so many requests in a while', async () => {
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await subscriptions.admit('x', 3, 60_000));
    expect(answers).toEqual([true, true, true, false]);
    expect(await subscriptions.admit('y', 3, 60_000)).toBe(true);
  });

  it('remembers what an outer hub was told', async () => {
    expect(await subscriptions.pinged('/all.rss')).toBeUndefined();
    await subscriptions.setPinged('/all.rss', '"1"');
    expect(await subscriptions.pinged('/all.rss')).toBe('"1"');
  });
});
