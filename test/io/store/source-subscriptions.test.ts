import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStandings } from '../../../src/io/store/source-subscriptions.ts';
import { changeStanding } from '../../../src/jobs/subscribe/update-subscription.ts';
import type { HubOrder, HubPush, HubStanding } from '../../../src/model/source-subscription.ts';
import type { Standings } from '../../../src/ports/source-subscriptions.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

let redis: TestRedis;
let standings: Standings;

beforeAll(async () => {
  redis = await startTestRedis();
  standings = createStandings(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function order(callbackId: string, actAt = T0): HubOrder {
  return {
    hub: 'https://hub.example/',
    topic: 'https://news.example/feed',
    site: 'https://site.example',
    callbackId,
    secret: 's',
    status: 'asked',
    actAt,
    attempts: 1,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
  };
}

const standing = (sourceId: string, ...orders: readonly HubOrder[]): HubStanding => ({
  sourceId,
  offer: { hubs: ['https://hub.example/'], topic: 'https://news.example/feed' },
  orders,
});

function push(sourceId: string, body: Uint8Array): HubPush {
  return {
    sourceId,
    callbackId: 'c',
    topic: 'https://news.example/feed',
    body,
    contentType: 'text/xml',
    receivedAt: T0,
  };
}

describe('put', () => {
  it('writes what is new, and what nobody changed in between', async () => {
    expect(await standings.put(standing('a', order('one')), 0)).toBe(true);
    expect(await standings.put(standing('a', order('two')), 0)).toBe(false);
    expect(await standings.put(standing('a', order('two')), 1)).toBe(true);
    expect(await standings.get(['a', 'b'])).toEqual([{ standing: standing('a', order('two')), version: 2 }, undefined]);
  });

  it('knows the callbacks that it holds, and no others', async () => {
    await standings.put(standing('a', order('one'), order('two')), 0);
    await standings.put(standing('a', order('two'), order('three')), 1);
    const known = await Promise.all(['one', 'two', 'three'].map((id) => standings.sourceOf(id)));
    expect(known).toEqual([undefined, 'a', 'a']);
  });

  it('leaves nothing of a source that names no hub and has none', async () => {
    await standings.put(standing('a', order('one')), 0);
    await standings.put({ sourceId: 'a', orders: [] }, 1);
    expect(await standings.get(['a'])).toEqual([undefined]);
    expect(await standings.all()).toEqual([]);
    expect(await redis.client.keys(`${redis.prefix}:w:*`)).toEqual([]);
  });
});

describe('changeStanding', () => {
  it('loses no edit of many at once', async () => {
    await standings.put(standing('a', order('one')), 0);
    await Promise.all(
      Array.from({ length: 12 }, () =>
        changeStanding('a', standings, (before) => ({
          ...before,
          orders: before.orders.map((one) => ({ ...one, pushes: one.pushes + 1 })),
        })),
      ),
    );
    expect((await standings.get(['a']))[0]?.standing.orders[0]?.pushes).toBe(12);
  });
});

describe('claimDue', () => {
  it('gives what is due to one claimer, and again when its lease ends', async () => {
    await standings.put(standing('a', order('one', T0), order('two', T0 + MINUTE)), 0);
    await standings.put(standing('b', order('three', T0 + MINUTE)), 0);
    await standings.put(standing('c'), 0);
    expect((await standings.claimDue(T0, 10, MINUTE)).due).toEqual(['a']);
    expect((await standings.claimDue(T0, 10, MINUTE)).due).toEqual([]);
    expect((await standings.claimDue(T0 + MINUTE, 10, MINUTE)).due).toEqual(['a', 'b']);
  });

  it('goes by what was written last', async () => {
    await standings.put(standing('a', order('one', T0)), 0);
    await standings.claimDue(T0, 10, MINUTE);
    await standings.put(standing('a', order('one', T0 + 1)), 1);
    expect((await standings.claimDue(T0 + 1, 10, MINUTE)).due).toEqual(['a']);
  });

  it('names the sources with something to be read', async () => {
    await standings.addPush(push('a', Buffer.from('x')), 5);
    expect(await standings.claimDue(T0, 10, MINUTE)).toEqual({ due: [], pushed: ['a'] });
    await standings.dropPush('a');
    expect(await standings.claimDue(T0, 10, MINUTE)).toEqual({ due: [], pushed: [] });
  });
});

describe('touch', () => {
  it('makes due what has a standing, and nothing else', async () => {
    await standings.put(standing('a', order('one', T0 + MINUTE)), 0);
    await standings.put(standing('b'), 0);
    await standings.touch(['a', 'b', 'c'], T0);
    expect([...(await standings.claimDue(T0, 10, MINUTE)).due].sort()).toEqual(['a', 'b']);
  });
});

describe('useSite', () => {
  it('tells when the site has moved', async () => {
    expect(await standings.useSite('https://one.example')).toBe(false);
    expect(await standings.useSite('https://one.example')).toBe(false);
    expect(await standings.useSite('https://two.example')).toBe(true);
  });
});

describe('pushes', () => {
  it('are read in the order in which they came, byte for byte, and stay until they are dropped', async () => {
    const first = push('a', Uint8Array.from([0, 255, 13, 10, 128]));
    const { contentType, ...second } = push('a', Buffer.from('财经'));
    await standings.addPush(first, 5);
    await standings.addPush(second, 5);
    const read = await standings.firstPush('a');
    expect({ ...read, body: [...(read?.body ?? [])] }).toEqual({ ...first, body: [0, 255, 13, 10, 128] });
    expect(await standings.firstPush('a')).toEqual(read);
    await standings.dropPush('a');
    expect(Buffer.from((await standings.firstPush('a'))?.body ?? []).toString('utf8')).toBe('财经');
    await standings.dropPush('a');
    expect(await standings.firstPush('a')).toBeUndefined();
  });

  it('wait in a number that is bounded for each source', async () => {
    expect(await standings.addPush(push('a', Buffer.from('1')), 1)).toBe(true);
    expect(await standings.addPush(push('a', Buffer.from('2')), 1)).toBe(false);
    expect(await standings.addPush(push('b', Buffer.from('3')), 1)).toBe(true);
  });
});
