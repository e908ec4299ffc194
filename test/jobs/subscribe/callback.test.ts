import { beforeEach, describe, expect, it } from 'vitest';
import {
  acceptNotification,
  type AnswerDeps,
  answerVerificationRequest,
  notificationLimit,
} from '../../../src/jobs/subscribe/callback.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import type { SourceSubscription } from '../../../src/model/source-subscription.ts';
import { signBody } from '../../../src/syntax/http/hub-signature.ts';
import { SILENT_LOG } from '../../support/memory.ts';
import { type MemorySourceSubscriptions, memorySourceSubscriptions } from '../../support/memory-subscriptions.ts';
import { sampleSettings } from '../../stages/render/samples.ts';
import { HUB, NOW, subscription, TOPIC } from './samples.ts';

const settings = sampleSettings();
const [source] = settings.sources;
const SOURCE = source?.id ?? '';
const body = Buffer.from('<rss/>');

let store: MemorySourceSubscriptions;
let tending: string[];
let reading: string[];
let hastened: string[];
let deps: AnswerDeps;

function prepare(...list: readonly SourceSubscription[]): void {
  store = memorySourceSubscriptions({
    sourceId: SOURCE,
    discovered: { hubs: [HUB], topic: TOPIC },
    list,
  });
  tending = [];
  reading = [];
  hastened = [];
  deps = {
    config: () => runningConfigOf(settings),
    sourceSubscriptions: store,
    checks: { hasten: (id) => (hastened.push(id), Promise.resolve()) },
    jobs: {
      addTending: (ids) => (tending.push(...ids), Promise.resolve()),
      addReading: (ids) => (reading.push(...ids), Promise.resolve()),
    },
    now: () => NOW,
    log: SILENT_LOG,
  };
}

const listed = () => store.read(SOURCE)?.list;
const ask = (query: Readonly<Record<string, string>>, callbackId = 'one') =>
  answerVerificationRequest(callbackId, new URLSearchParams(query), deps);
const send = (signature: string | undefined, plain: Uint8Array | undefined = body, callbackId = 'one') =>
  acceptNotification(
    callbackId,
    { body, signature, contentType: 'application/rss+xml', plain: () => Promise.resolve(plain) },
    deps,
  );

beforeEach(() => {
  prepare(subscription());
});

describe('answerVerificationRequest', () => {
  const verification = {
    'hub.mode': 'subscribe',
    'hub.topic': TOPIC,
    'hub.challenge': 'c',
    'hub.lease_seconds': '3600',
  };

  it('echoes the challenge of a requested subscription and makes it active', async () => {
    prepare(subscription({ status: 'requested' }));
    expect(await ask(verification)).toEqual({ status: 200, text: 'c' });
    expect(listed()).toMatchObject([{ status: 'active', leaseEndsAt: NOW + 3_600_000 }]);
  });

  it('removes a subscription whose end the hub verifies', async () => {
    prepare(subscription({ status: 'unsubscribing' }));
    expect(await ask({ ...verification, 'hub.mode': 'unsubscribe' })).toEqual({ status: 200, text: 'c' });
    expect(listed()).toEqual([]);
  });

  it.each([
    ['another topic', { ...verification, 'hub.topic': 'https://other.example/' }, 'one'],
    ['an end that was not requested', { ...verification, 'hub.mode': 'unsubscribe' }, 'one'],
    ['an unknown callback', verification, 'two'],
    ['no challenge', { ...verification, 'hub.challenge': '' }, 'one'],
  ])('answers 404 to %s and changes nothing', async (_title, query, callbackId) => {
    expect((await ask(query, callbackId)).status).toBe(404);
    expect(listed()).toEqual([subscription()]);
  });

  it('notes a denial, tries the next hub, and makes the source due', async () => {
    expect((await ask({ 'hub.mode': 'denied', 'hub.topic': TOPIC, 'hub.reason': 'full' })).status).toBe(200);
    expect(listed()).toMatchObject([{ status: 'refused', trouble: 'the hub denies the subscription: full' }]);
    expect([tending, hastened]).toEqual([[SOURCE], [SOURCE]]);
  });
});

describe('acceptNotification', () => {
  it('stores a signed notification, counts it, and adds a job that reads it', async () => {
    expect((await send(signBody(body, 'secret'))).status).toBe(202);
    expect(store.pushes).toEqual([
      { sourceId: SOURCE, callbackId: 'one', topic: TOPIC, body, receivedAt: NOW, contentType: 'application/rss+xml' },
    ]);
    expect(listed()).toMatchObject([{ pushes: 1, lastPushAt: NOW, ignored: 0 }]);
    expect(reading).toEqual([SOURCE]);
  });

  it.each([
    ['no signature', undefined, 'it was not signed'],
    ['a signature of another secret', signBody(body, 'other'), 'its signature was wrong'],
    ['an unreadable signature', 'sha0=xyz', 'its signature could not be read'],
  ])('acknowledges and ignores a notification with %s', async (_title, signature, because) => {
    expect((await send(signature)).status).toBe(202);
    expect(store.pushes).toEqual([]);
    expect(listed()).toMatchObject([{ pushes: 0, ignored: 1, trouble: `a notification was ignored: ${because}` }]);
    expect(reading).toEqual([]);
  });

  it('answers 410 at an unknown callback, and after the subscription has ended', async () => {
    expect((await send(signBody(body, 'secret'), body, 'two')).status).toBe(410);
    prepare(subscription({ status: 'unsubscribing' }));
    expect((await send(signBody(body, 'secret'))).status).toBe(410);
  });

  it('answers 415 to a body that cannot be decoded', async () => {
    const answer = await acceptNotification(
      'one',
      { body, signature: signBody(body, 'secret'), contentType: undefined, plain: () => Promise.resolve(undefined) },
      deps,
    );
    expect(answer.status).toBe(415);
    expect(store.pushes).toEqual([]);
  });

  it('answers 503 with Retry-After when 20 notifications are waiting', async () => {
    const signature = signBody(body, 'secret');
    for (let count = 0; count < 20; count += 1) await send(signature);
    expect(await send(signature)).toMatchObject({ status: 503, retryAfterSeconds: 60 });
    expect(listed()).toMatchObject([{ pushes: 20 }]);
  });
});

describe('notificationLimit', () => {
  it('is the largest document of the source', async () => {
    expect(await notificationLimit('one', deps)).toBe(source?.fetch.maxBodyBytes);
    expect(await notificationLimit('two', deps)).toBeUndefined();
  });
});
