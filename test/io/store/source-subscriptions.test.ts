import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSourceSubscriptions } from '../../../src/io/store/source-subscriptions.ts';
import { updateSubscriptions } from '../../../src/jobs/subscribe/update-subscription.ts';
import type {
  SourceSubscription,
  HubNotification,
  SourceSubscriptions,
} from '../../../src/model/source-subscription.ts';
import type { SourceSubscriptionStore } from '../../../src/ports/source-subscriptions.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

let redis: TestRedis;
let sourceSubscriptions: SourceSubscriptionStore;

beforeAll(async () => {
  redis = await startTestRedis();
  sourceSubscriptions = createSourceSubscriptions(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function subscription(callbackId: string, actAt = T0): SourceSubscription {
  return {
    hub: 'https://hub.example/',
    topic: 'https://news.example/feed',
    site: 'https://site.example',
    callbackId,
    secret: 's',
    status: 'requested',
    actAt,
    attempts: 1,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
  };
}

const subscriptions = (sourceId: string, ...list: readonly SourceSubscription[]): SourceSubscriptions => ({
  sourceId,
  discovered: { hubs: ['https://hub.example/'], topic: 'https://news.example/feed' },
  list,
});

function push(sourceId: string, body: Uint8Array): HubNotification {
  return {
    sourceId,
    callbackId: 'c',
    topic: 'https://news.example/feed',
    body,
    contentType: 'text/xml',
    receivedAt: T0,
  };
}

describe('get', () => {
  it('reads subscriptions that were stored under the former names of fields and states', async () => {
    const { status, ...rest } = subscription('one');
    const former = {
      sourceId: 'news',
      offer: { hubs: ['https://hub.example/'], topic: 'https://news.example/feed' },
      orders: ['wanted', 'asked', 'active', 'leaving'].map((former) => ({ ...rest, status: former })),
    };
    await redis.client.hset(`${redis.prefix}:w:s:news`, 'j', JSON.stringify(former), 'v', '3');
    const [found] = await sourceSubscriptions.get(['news']);
    expect(found).toEqual({
      version: 3,
      subscriptions: {
        sourceId: 'news',
        discovered: former.offer,
        list: ['pending', status, 'active', 'unsubscribing'].map((now) => ({ ...rest, status: now })),
      },
    });
  });
});

describe('put', () => {
  it('writes what is new, and what nobody changed in between', async () => {
    expect(await sourceSubscriptions.put(subscriptions('a', subscription('one')), 0)).toBe(true);
    expect(await sourceSubscriptions.put(subscriptions('a', subscription('two')), 0)).toBe(false);
    expect(await sourceSubscriptions.put(subscriptions('a', subscription('two')), 1)).toBe(true);
    expect(await sourceSubscriptions.get(['a', 'b'])).toEqual([
      { subscriptions: subscriptions('a', subscription('two')), version: 2 },
      undefined,
    ]);
  });

  it('knows the callbacks that it holds, and no others', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one'), subscription('two')), 0);
    await sourceSubscriptions.put(subscriptions('a', subscription('two'), subscription('three')), 1);
    const known = await Promise.all(['one', 'two', 'three'].map((id) => sourceSubscriptions.sourceOf(id)));
    expect(known).toEqual([undefined, 'a', 'a']);
  });

  it('leaves nothing of a source that names no hub and has none', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one')), 0);
    await sourceSubscriptions.put({ sourceId: 'a', list: [] }, 1);
    expect(await sourceSubscriptions.get(['a'])).toEqual([undefined]);
    expect(await sourceSubscriptions.all()).toEqual([]);
    expect(await redis.client.keys(`${redis.prefix}:w:*`)).toEqual([]);
  });
});

describe('changeStanding', () => {
  it('loses no edit of many at once', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one')), 0);
    await Promise.all(
      Array.from({ length: 12 }, () =>
        updateSubscriptions('a', sourceSubscriptions, (before) => ({
          ...before,
          list: before.list.map((one) => ({ ...one, pushes: one.pushes + 1 })),
        })),
      ),
    );
    expect((await sourceSubscriptions.get(['a']))[0]?.subscriptions.list[0]?.pushes).toBe(12);
  });
});

describe('claimDue', () => {
  it('gives what is due to one claimer, and again when its lease ends', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one', T0), subscription('two', T0 + MINUTE)), 0);
    await sourceSubscriptions.put(subscriptions('b', subscription('three', T0 + MINUTE)), 0);
    await sourceSubscriptions.put(subscriptions('c'), 0);
    expect((await sourceSubscriptions.claimDue(T0, 10, MINUTE)).due).toEqual(['a']);
    expect((await sourceSubscriptions.claimDue(T0, 10, MINUTE)).due).toEqual([]);
    expect((await sourceSubscriptions.claimDue(T0 + MINUTE, 10, MINUTE)).due).toEqual(['a', 'b']);
  });

  it('goes by what was written last', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one', T0)), 0);
    await sourceSubscriptions.claimDue(T0, 10, MINUTE);
    await sourceSubscriptions.put(subscriptions('a', subscription('one', T0 + 1)), 1);
    expect((await sourceSubscriptions.claimDue(T0 + 1, 10, MINUTE)).due).toEqual(['a']);
  });

  it('names the sources with something to be read', async () => {
    await sourceSubscriptions.addPush(push('a', Buffer.from('x')), 5);
    expect(await sourceSubscriptions.claimDue(T0, 10, MINUTE)).toEqual({ due: [], pushed: ['a'] });
    await sourceSubscriptions.dropPush('a');
    expect(await sourceSubscriptions.claimDue(T0, 10, MINUTE)).toEqual({ due: [], pushed: [] });
  });
});

describe('touch', () => {
  it('makes due what has a subscriptions, and nothing else', async () => {
    await sourceSubscriptions.put(subscriptions('a', subscription('one', T0 + MINUTE)), 0);
    await sourceSubscriptions.put(subscriptions('b'), 0);
    await sourceSubscriptions.touch(['a', 'b', 'c'], T0);
    expect([...(await sourceSubscriptions.claimDue(T0, 10, MINUTE)).due].sort()).toEqual(['a', 'b']);
  });
});

describe('useSite', () => {
  it('tells when the site has moved', async () => {
    expect(await sourceSubscriptions.useSite('https://one.example')).toBe(false);
    expect(await sourceSubscriptions.useSite('https://one.example')).toBe(false);
    expect(await sourceSubscriptions.useSite('https://two.example')).toBe(true);
  });
});

describe('pushes', () => {
  it('are read in the order in which they came, byte for byte, and stay until they are dropped', async () => {
    const first = push('a', Uint8Array.from([0, 255, 13, 10, 128]));
    const { contentType, ...second } = push('a', Buffer.from('财经'));
    await sourceSubscriptions.addPush(first, 5);
    await sourceSubscriptions.addPush(second, 5);
    const read = await sourceSubscriptions.firstPush('a');
    expect({ ...read, body: [...(read?.body ?? [])] }).toEqual({ ...first, body: [0, 255, 13, 10, 128] });
    expect(await sourceSubscriptions.firstPush('a')).toEqual(read);
    await sourceSubscriptions.dropPush('a');
    expect(Buffer.from((await sourceSubscriptions.firstPush('a'))?.body ?? []).toString('utf8')).toBe('财经');
    await sourceSubscriptions.dropPush('a');
    expect(await sourceSubscriptions.firstPush('a')).toBeUndefined();
  });

  it('wait in a number that is bounded for each source', async () => {
    expect(await sourceSubscriptions.addPush(push('a', Buffer.from('1')), 1)).toBe(true);
    expect(await sourceSubscriptions.addPush(push('a', Buffer.from('2')), 1)).toBe(false);
    expect(await sourceSubscriptions.addPush(push('b', Buffer.from('3')), 1)).toBe(true);
  });
});
