import { describe, expect, it } from 'vitest';
import { announceNow, ping, runHubTask } from '../../../src/jobs/hub/deliver.ts';
import { PublishError } from '../../../src/model/errors.ts';
import type { HubRequest } from '../../../src/model/hub-subscription.ts';
import { withPublish } from '../../stages/render/samples.ts';
import { answered, CALLBACK, hubDesk, hubSubscription, ID, NOW, ownHub, TOPIC, TOPIC_URL } from './desk.ts';

const NEVER = new AbortController().signal;
const verify = { kind: 'verify', subscriptionId: ID } as const;
const deliver = { kind: 'deliver', subscriptionId: ID } as const;

function waiting(more: Partial<HubRequest> = {}): HubRequest {
  return {
    mode: 'subscribe',
    topic: TOPIC,
    topicUrl: TOPIC_URL,
    callback: CALLBACK,
    leaseSeconds: 3_600,
    askedAt: NOW - 5,
    requester: '203.0.113.1',
    ...more,
  };
}

describe('a verification', () => {
  it('subscribes once the callback repeats the challenge, from the version that is served now', async () => {
    const { deps, subscriptions, sent, answers } = hubDesk(ownHub());
    subscriptions.requests.set(ID, waiting({ secret: 'key' }));
    answers.push(answered(200, 'the challenge'));
    expect(await runHubTask(verify, 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(subscriptions.subscriptions.get(ID)).toMatchObject({
      callback: CALLBACK,
      secret: 'key',
      leaseEndsAt: NOW + 3_600_000,
      deliveredEtag: '"new"',
      addresses: ['203.0.113.2'],
    });
    expect(new URL(sent[0]?.url ?? '').searchParams.get('hub.challenge')).toBe('the challenge');
    expect([subscriptions.requests.size, subscriptions.slots]).toEqual([0, []]);
  });

  it.each([
    ['another text', answered(200, 'something else')],
    ['an error', answered(404, 'the challenge')],
    ['no answer', { kind: 'failed', message: 'timeout' } as const],
  ])('changes nothing on %s, and asks once only', async (_title, answer) => {
    const { deps, subscriptions, sent, answers } = hubDesk(ownHub(), hubSubscription());
    subscriptions.requests.set(ID, waiting({ mode: 'unsubscribe' }));
    answers.push(answer);
    await runHubTask(verify, 'job', deps, NEVER);
    expect(subscriptions.subscriptions.get(ID)).toEqual(hubSubscription());
    expect([sent.length, subscriptions.requests.size, subscriptions.slots]).toEqual([1, 0, []]);
  });

  it('ends a subscription whose callback confirms it', async () => {
    const { deps, subscriptions, answers } = hubDesk(ownHub(), hubSubscription({ askedAt: NOW - 10 }));
    subscriptions.requests.set(ID, waiting({ mode: 'unsubscribe' }));
    answers.push(answered(200, 'the challenge'));
    await runHubTask(verify, 'job', deps, NEVER);
    expect(subscriptions.subscriptions.size).toBe(0);
  });

  it('tells a subscriber that the hub became full meanwhile', async () => {
    const { deps, subscriptions, sent, answers } = hubDesk(ownHub());
    subscriptions.requests.set(ID, waiting());
    subscriptions.room = false;
    answers.push(answered(200, 'the challenge'));
    await runHubTask(verify, 'job', deps, NEVER);
    expect(new URL(sent[1]?.url ?? '').searchParams.get('hub.mode')).toBe('denied');
  });

  it('waits for a slot without asking', async () => {
    const { deps, subscriptions, sent } = hubDesk(ownHub());
    subscriptions.requests.set(ID, waiting());
    subscriptions.usedUp.add('verify host reader.org');
    expect(await runHubTask(verify, 'job', deps, NEVER)).toEqual({ kind: 'later', atMs: NOW + 1_000 });
    expect([sent.length, subscriptions.requests.size]).toEqual([0, 1]);
  });

  it('counts a callback whose name cannot be looked up here by its domain alone', async () => {
    const { deps, subscriptions, answers } = hubDesk(ownHub());
    subscriptions.requests.set(ID, waiting());
    answers.push(answered(200, 'the challenge'));
    await runHubTask(verify, 'job', { ...deps, resolve: () => Promise.reject(new Error('ENOTFOUND')) }, NEVER);
    expect(subscriptions.subscriptions.get(ID)?.addresses).toEqual([]);
  });

  it('opens private networks to callbacks by publish.websub.allow, never by fetch.allow', async () => {
    const settings = ownHub({ websubAllow: ['10.0.0.0/8'] });
    const { deps, subscriptions, sent } = hubDesk({
      ...settings,
      fetch: { ...settings.fetch, allow: ['192.168.0.0/16'] },
    });
    subscriptions.requests.set(ID, waiting());
    await runHubTask(verify, 'job', deps, NEVER);
    expect(sent[0]?.settings.allow).toEqual(['10.0.0.0/8']);
  });
});

describe('a delivery', () => {
  it('sends the version that is served now, and notes it', async () => {
    const { deps, subscriptions, sent } = hubDesk(ownHub(), hubSubscription({ failures: 3, deliveredEtag: '"old"' }));
    expect(await runHubTask(deliver, 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(sent).toMatchObject([{ method: 'POST', url: CALLBACK, body: Buffer.from('<rss/>') }]);
    expect(subscriptions.subscriptions.get(ID)).toMatchObject({ deliveredEtag: '"new"', failures: 0 });
    expect(subscriptions.slots).toEqual([]);
  });

  it('sends nothing twice', async () => {
    const { deps, sent } = hubDesk(ownHub(), hubSubscription({ deliveredEtag: '"new"' }));
    await runHubTask(deliver, 'job', deps, NEVER);
    expect(sent).toEqual([]);
  });

  it('tries again later, with the failures counted', async () => {
    const { deps, subscriptions, answers } = hubDesk(ownHub(), hubSubscription());
    answers.push(answered(500));
    expect(await runHubTask(deliver, 'job', deps, NEVER)).toEqual({ kind: 'later', atMs: NOW + 30_000 });
    expect(subscriptions.subscriptions.get(ID)).toMatchObject({ failures: 1, failingSince: NOW });
    expect(subscriptions.slots).toEqual([]);
  });

  it.each([
    ['its callback answers 410', hubSubscription(), 1],
    ['its lease has ended', hubSubscription({ leaseEndsAt: NOW }), 0],
  ])('drops a subscription: %s', async (_title, stored, requests) => {
    const { deps, subscriptions, sent, answers } = hubDesk(ownHub(), stored);
    answers.push(answered(410));
    await runHubTask(deliver, 'job', deps, NEVER);
    expect([subscriptions.subscriptions.size, sent.length]).toEqual([0, requests]);
  });

  it('drops the subscription to a feed that is gone, and tells the subscriber', async () => {
    const { deps, subscriptions, sent, served } = hubDesk(ownHub(), hubSubscription());
    served.document = undefined;
    await runHubTask(deliver, 'job', deps, NEVER);
    expect(subscriptions.subscriptions.size).toBe(0);
    expect(new URL(sent[0]?.url ?? '').searchParams.get('hub.mode')).toBe('denied');
  });

  it('does nothing for a subscription that has ended', async () => {
    const { deps, sent } = hubDesk(ownHub());
    expect(await runHubTask(deliver, 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(sent).toEqual([]);
  });
});

describe('a ping', () => {
  const outer = withPublish({ websubHub: 'https://hub.example/' });

  it('is sent once for a version, under both names of the topic', async () => {
    const { deps, sent } = hubDesk(outer);
    await ping(TOPIC, deps, NEVER);
    await ping(TOPIC, deps, NEVER);
    expect(sent).toHaveLength(1);
    const form = new URLSearchParams(Buffer.from(sent[0]?.body ?? []).toString());
    expect([form.get('hub.url'), form.get('hub.topic')]).toEqual([TOPIC_URL, TOPIC_URL]);
  });

  it('is not noted when the hub does not accept it, so that the queue sends it again', async () => {
    const { deps, answers, subscriptions } = hubDesk(outer);
    answers.push(answered(503));
    await expect(ping(TOPIC, deps, NEVER)).rejects.toThrow(PublishError);
    expect(await subscriptions.pinged(TOPIC)).toBeUndefined();
  });

  it('also names the former address after the site has moved', async () => {
    const moved = { ...outer, site: { ...outer.site, formerUrls: ['https://old.example'] } };
    const { deps, sent } = hubDesk(moved);
    await ping(TOPIC, deps, NEVER);
    const topics = sent.map(({ body }) => new URLSearchParams(Buffer.from(body ?? []).toString()).get('hub.topic'));
    expect(topics).toEqual([TOPIC_URL, `https://old.example${TOPIC}`]);
  });
});

describe('announceNow', () => {
  const outer = withPublish({ websubHub: 'https://hub.example/' });

  it('sends the pings itself; those that fail go to the queue', async () => {
    const { deps, sent, answers, queue } = hubDesk(outer);
    answers.push(answered(503), answered(204));
    await announceNow([TOPIC, '/all.rss', '/tag/x.rss'], deps, NEVER);
    expect(sent).toHaveLength(2);
    expect(queue.hubTasks).toEqual([{ kind: 'ping', topic: TOPIC }]);
  });

  it('leaves to the queue what is left when the signal comes, also in the middle of a ping', async () => {
    const { deps, queue, answers, sent } = hubDesk(outer);
    const stopping = new AbortController();
    answers.push(() => {
      stopping.abort();
      throw new Error('aborted');
    });
    await announceNow([TOPIC, '/all.rss'], deps, stopping.signal);
    expect(sent).toHaveLength(1);
    expect(queue.hubTasks).toEqual([
      { kind: 'ping', topic: TOPIC },
      { kind: 'ping', topic: '/all.rss' },
    ]);
  });

  it('leaves deliveries of our own hub to the workers', async () => {
    const { deps, sent, queue } = hubDesk(ownHub(), hubSubscription());
    await announceNow([TOPIC], deps, NEVER);
    expect(sent).toEqual([]);
    expect(queue.hubTasks).toEqual([{ kind: 'deliver', subscriptionId: ID }]);
  });
});
