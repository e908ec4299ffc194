/** Are entries that wait for the operator kept apart from all else? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHeld } from '../../../src/io/store/held.ts';
import { createHubSubscriptions } from '../../../src/io/store/hub-subscriptions.ts';
import type { HeldStore } from '../../../src/ports/held.ts';
import type { HubSubscriptionStore } from '../../../src/ports/hub-subscriptions.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let held: HeldStore;
let subscriptions: HubSubscriptionStore;

const ROOMY = { altogether: 100, reserved: 0, few: 0 };
const NOW = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  redis = await startTestRedis();
  held = createHeld(redis.client, `${redis.prefix}:`);
  subscriptions = createHubSubscriptions(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const entry = {
  id: '00000000000000a1',
  place: 0,
  draft: {
    source: { id: 'news', feedUrl: 'https://news.example/feed' },
    title: 'An old story',
    authors: [],
    tags: [],
    categories: [],
    enclosures: [],
  },
  sourceKey: '00000000000000b1',
  titleKey: '000000c1',
  keys: [{ kind: 'own', name: 'guid', hash: '00000000000000a1' }],
  fingerprint: '00000000000000d1',
} as const;

describe('createHeld', () => {
  it.each(['leases', 'hosts', 'pinged'])(
    'holds entries of a source called %s beside what the hub keeps',
    async (id) => {
      await held.hold(id, 'too many', [entry], NOW);
      const subscription = {
        id: 'a',
        topic: '/all.rss',
        topicUrl: 'https://news.example/all.rss',
        callback: 'https://reader.example/a',
        askedAt: NOW,
        leaseEndsAt: NOW + 600_000,
        failures: 0,
        requester: '',
        addresses: [],
      };
      expect(await subscriptions.put(subscription, [], ROOMY)).toBe('saved');
      await subscriptions.setPinged('/all.rss', '"1"');
      expect(await held.entries(id)).toEqual({ entries: [entry], contentless: [] });
      expect(await subscriptions.count()).toBe(1);
    },
  );

  it('knows since when, why and how many, until they are dropped', async () => {
    await held.hold('news', 'too many', [entry, { ...entry, id: '00000000000000a2' }], NOW);
    await held.hold('news', 'still too many', [entry], NOW + 1);
    expect(await held.summaries()).toEqual(new Map([['news', { at: NOW, reason: 'still too many', count: 2 }]]));
    await held.drop('news', [entry.id, '00000000000000a2']);
    expect(await held.summaries()).toEqual(new Map());
  });

  it('replaces what is still held, and neither holds again what was dropped nor changes since when', async () => {
    await held.hold('news', 'too many', [entry, { ...entry, id: '00000000000000a2' }], NOW);
    await held.drop('news', ['00000000000000a2']);
    const moved = { ...entry, draft: { ...entry.draft, categories: ['sport'] } };
    await held.replace('news', [moved, { ...moved, id: '00000000000000a2' }]);
    await held.replace('other', [moved]);
    expect(await held.entries('news')).toEqual({ entries: [moved], contentless: [] });
    expect(await held.entries('other')).toEqual({ entries: [], contentless: [] });
    expect(await held.summaries()).toEqual(new Map([['news', { at: NOW, reason: 'too many', count: 1 }]]));
  });

  it('tells ids apart whose bytes are no text', async () => {
    // Read as UTF-8, each of the bytes from 80 to ff is the same replacement character.
    const ids = Array.from({ length: 256 }, (_, byte) => `${byte.toString(16).padStart(2, '0')}ff80fe0000c0a1`);
    await held.hold(
      'news',
      'too many',
      ids.map((id) => ({ ...entry, id })),
      NOW,
    );
    const { entries, contentless } = await held.entries('news');
    expect(entries.map(({ id }) => id).sort()).toEqual(ids);
    expect(contentless).toEqual([]);
  });

  it('returns every id where there is no room for what the entries say', async () => {
    const ids = ['8000000000000000', '8100000000000000', 'fe00000000000000', 'ff00000000000000'];
    const [first = '', ...others] = ids;
    await held.hold('news', 'too many', [{ ...entry, id: first }], NOW);
    // The limit of 16 MB is reached.
    await redis.client.hset(`${redis.prefix}:held`, 'news', JSON.stringify({ at: NOW, bytes: 16 * 1024 * 1024 }));
    await held.hold(
      'news',
      'too many',
      others.map((id) => ({ ...entry, id })),
      NOW,
    );
    const { entries, contentless } = await held.entries('news');
    expect(entries.map(({ id }) => id)).toEqual([first]);
    expect([...contentless].sort()).toEqual(others);
  });
});
