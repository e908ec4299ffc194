import { describe, expect, it } from 'vitest';
import { announce, namesOuterHub, takeHubRequest } from '../../../src/jobs/hub/hub.ts';
import { sampleSettings, withPublish } from '../../stages/render/samples.ts';
import { CALLBACK, hubDesk, hubSubscription, ID, ownHub, TOPIC, TOPIC_URL } from './desk.ts';

const REQUESTER = '203.0.113.1';
function form(more: Readonly<Record<string, string>> = {}): URLSearchParams {
  return new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.callback': CALLBACK, 'hub.topic': TOPIC_URL, ...more });
}

describe('takeHubRequest', () => {
  it('keeps a request and has its callback asked, without subscribing yet', async () => {
    const { deps, subscriptions, queue, sent } = hubDesk(ownHub());
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status: 202 });
    expect(subscriptions.requests.get(ID)).toMatchObject({ mode: 'subscribe', callback: CALLBACK, topic: TOPIC });
    expect(queue.hubTasks).toEqual([{ kind: 'verify', subscriptionId: ID }]);
    expect([subscriptions.subscriptions.size, sent.length]).toEqual([0, 0]);
  });

  it('answers 404 where there is no hub of our own', async () => {
    const { deps, queue } = hubDesk(withPublish({ websubHub: 'https://hub.example/' }));
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status: 404 });
    expect(queue.hubTasks).toEqual([]);
  });

  it.each([
    ['a mode that there is not', { 'hub.mode': 'like' }],
    ['a topic of another site', { 'hub.topic': 'https://other.example/all.rss' }],
    ['a callback in a private network', { 'hub.callback': 'http://10.0.0.1/' }],
  ])('refuses %s with 400 and keeps nothing', async (_title, more) => {
    const { deps, subscriptions, queue } = hubDesk(ownHub());
    expect(await takeHubRequest(form(more), REQUESTER, deps)).toMatchObject({ status: 400 });
    expect([subscriptions.requests.size, queue.hubTasks.length]).toEqual([0, 0]);
  });

  it.each([
    ['requests of this client', `requester ${REQUESTER}`, 429],
    ['requests for the domain of the callback', 'domain reader.org', 429],
    ['requests of all', 'all', 429],
    ['requests that wait for the host of the callback', 'host reader.org', 503],
  ])('says when to come back after too many %s', async (_title, name, status) => {
    const { deps, subscriptions, queue } = hubDesk(ownHub());
    subscriptions.usedUp.add(name);
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status, retryAfterSeconds: 60 });
    expect(queue.hubTasks).toEqual([]);
  });

  it('takes a renewal when the requests of all are used up, or the hub is full', async () => {
    const { deps, subscriptions } = hubDesk(ownHub(), hubSubscription());
    subscriptions.room = false;
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status: 202 });
  });

  it('has no room for a new subscriber when it is full', async () => {
    const { deps, subscriptions } = hubDesk(ownHub());
    subscriptions.room = false;
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status: 503, retryAfterSeconds: 60 });
  });

  it('refuses a feed without posts, but lets its subscribers leave', async () => {
    const { deps, served } = hubDesk(ownHub());
    served.document = undefined;
    expect(await takeHubRequest(form(), REQUESTER, deps)).toMatchObject({ status: 400 });
    expect(await takeHubRequest(form({ 'hub.mode': 'unsubscribe' }), REQUESTER, deps)).toMatchObject({ status: 202 });
  });
});

describe('announce', () => {
  it('queues a delivery for each subscription to a changed feed, also under a former name of its category', async () => {
    const settings = ownHub();
    const [category] = settings.categories;
    if (category === undefined) throw new Error('the sample settings have a category');
    const renamed = { ...settings, categories: [{ ...category, was: ['old'] }] };
    const old = hubSubscription({ id: 'old', topic: '/category/old.rss' });
    const other = hubSubscription({ id: 'other', topic: '/all.rss' });
    const { deps, queue } = hubDesk(renamed, hubSubscription(), old, other);
    await announce([`/category/${category.slug}.rss`], deps);
    expect(queue.hubTasks).toEqual([
      { kind: 'deliver', subscriptionId: ID },
      { kind: 'deliver', subscriptionId: 'old' },
    ]);
  });

  it('queues pings for an outer hub: feeds of categories and of everything, no pages, tags or sources', async () => {
    const { deps, queue } = hubDesk(withPublish({ websubHub: 'https://hub.example/' }));
    await announce([TOPIC, '/category/xinhuashe.html', '/tag/x.rss', '/source/y.atom', '/all.json'], deps);
    expect(queue.hubTasks).toEqual([
      { kind: 'ping', topic: TOPIC },
      { kind: 'ping', topic: '/all.json' },
    ]);
  });

  it('queues nothing without a hub or subscribers', async () => {
    const { deps, queue } = hubDesk(sampleSettings());
    await announce([TOPIC], deps);
    const own = hubDesk(ownHub());
    await announce([TOPIC], own.deps);
    expect([queue.hubTasks, own.queue.hubTasks]).toEqual([[], []]);
  });
});

describe('namesOuterHub', () => {
  it.each([
    ['/all.rss', true],
    ['/category/a.atom', true],
    ['/category/a.html', false],
    ['/tag/a.rss', false],
    ['/source/a.rss', false],
    ['/post/0123456789abcdef.html', false],
    ['/opml.xml', false],
  ])('%s: %s', (path, expected) => {
    expect(namesOuterHub(path)).toBe(expected);
  });
});
