import { describe, expect, it } from 'vitest';
import { discoverHubs } from '../../../src/jobs/subscribe/discover-hubs.ts';
import type { CheckResult, FeedFacts, Response } from '../../../src/model/check.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { type MemorySourceSubscriptions, memorySourceSubscriptions } from '../../support/memory-subscriptions.ts';
import { HOUR, HUB, NOW, subscription, TOPIC } from './samples.ts';

const known: SourceState = { ...FIRST_STATE, websub: { status: 'active', hub: HUB }, lastCheckAt: NOW - HOUR / 2 };

function response(links: Response['links'] = { hubs: [] }): Response {
  return { kind: 'body', status: 200, url: TOPIC, redirects: [], hints: {}, links, delta: false };
}

function feed(more: Partial<FeedFacts> = {}, links?: Response['links']): CheckResult {
  const facts: FeedFacts = {
    bodyHash: '0'.repeat(16),
    hubs: [],
    hints: { skipHours: [], skipDays: [] },
    publishedTimes: [],
    entries: 0,
    added: 0,
    addedTimes: [],
    changed: 0,
    issues: [],
    ...more,
  };
  return { kind: 'feed', response: response(links), facts };
}

const failed: CheckResult = {
  kind: 'no-body',
  outcome: { kind: 'failed', failure: { kind: 'timeout', message: '' }, hints: {}, redirects: [] },
};

const discovered = { hubs: [HUB], topic: TOPIC };
const active = (): MemorySourceSubscriptions =>
  memorySourceSubscriptions({ sourceId: 'news', list: [subscription()], discovered });

describe('discoverHubs', () => {
  it('reads and writes nothing for a source that never named a hub', async () => {
    const store = memorySourceSubscriptions();
    store.get = () => Promise.reject(new Error('not to be read'));
    expect(await discoverHubs('news', FIRST_STATE, feed(), store, NOW)).toBeUndefined();
    expect(await discoverHubs('news', FIRST_STATE, failed, store, NOW)).toBeUndefined();
  });

  it.each([
    ['in the document', feed({ hubs: [HUB], self: TOPIC })],
    [
      'in the Link headers, whatever the document names',
      feed({ hubs: ['https://x.example/'] }, { hubs: [HUB], self: TOPIC }),
    ],
    [
      'in the Link headers of an unchanged document',
      { kind: 'unchanged', response: response({ hubs: [HUB] }) } as const,
    ],
  ])('stores a hub named %s and makes the source due for a subscription', async (_title, result) => {
    const store = memorySourceSubscriptions();
    expect(await discoverHubs('news', FIRST_STATE, result, store, NOW)).toEqual({ status: 'none' });
    expect(store.read('news')).toEqual({ sourceId: 'news', discovered, list: [] });
    expect(store.touched).toEqual(['news']);
  });

  it('forgets a hub that the feed does not name any more', async () => {
    const store = active();
    await discoverHubs('news', known, feed(), store, NOW);
    expect(store.read('news')?.discovered).toBeUndefined();
    expect(store.touched).toEqual(['news']);
  });

  it('keeps what is known after a check without a document', async () => {
    const store = active();
    expect(await discoverHubs('news', known, failed, store, NOW)).toMatchObject({ status: 'active', hub: HUB });
    expect(store.touched).toEqual([]);
  });

  it('writes nothing when the feed names the same hubs, in whatever order the record holds its fields', async () => {
    const store = memorySourceSubscriptions({ sourceId: 'news', discovered, list: [subscription()] });
    store.put = () => Promise.reject(new Error('not to be written'));
    const result = feed({ hubs: [HUB], self: TOPIC });
    expect(await discoverHubs('news', known, result, store, NOW)).toMatchObject({ status: 'active', hub: HUB });
    expect(store.touched).toEqual([]);
  });

  it('demotes a hub that did not push an entry which the poll has found', async () => {
    const store = active();
    const result = feed({ hubs: [HUB], self: TOPIC, added: 1, addedTimes: [NOW - HOUR / 2] });
    expect(await discoverHubs('news', known, result, store, NOW)).toMatchObject({ status: 'demoted', hub: HUB });
    expect(store.read('news')?.list).toMatchObject([{ missed: 1, demotions: 1 }]);
  });

  it('does not demote it for an entry of the last minutes, which may be on its way', async () => {
    const store = active();
    const result = feed({ hubs: [HUB], self: TOPIC, added: 1, addedTimes: [NOW - 60_000] });
    expect(await discoverHubs('news', known, result, store, NOW)).toMatchObject({ status: 'active' });
  });
});
