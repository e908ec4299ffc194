/** Our hub over ports in memory: what callbacks answer is given, what they were sent is recorded. */
import type { HubDeps } from '../../../src/jobs/hub/hub.ts';
import type { CallOutcome } from '../../../src/model/call-outcome.ts';
import type { HubSubscription } from '../../../src/model/hub-subscription.ts';
import type { StoredDocument } from '../../../src/model/output.ts';
import type { Settings } from '../../../src/model/settings.ts';
import type { HttpRequest } from '../../../src/ports/fetch.ts';
import { subscriptionId } from '../../../src/stages/hub/request.ts';
import { recordedQueue, SILENT_LOG } from '../../support/memory.ts';
import { memoryHubSubscriptions } from '../../support/memory-hub.ts';
import { sampleSettings, withPublish } from '../../stages/render/samples.ts';

export const NOW = Date.UTC(2026, 0, 1);
export const TOPIC = '/category/xinhuashe.rss';
export const CALLBACK = 'https://reader.org/callback';
export const ID = subscriptionId({ topic: TOPIC, callback: CALLBACK });
export const TOPIC_URL = `${sampleSettings().site.url}${TOPIC}`;

export function ownHub(more: Partial<Settings['publish']> = {}): Settings {
  return withPublish({ websubHub: 'self', ...more });
}

export function hubSubscription(more: Partial<HubSubscription> = {}): HubSubscription {
  return {
    id: ID,
    topic: TOPIC,
    topicUrl: TOPIC_URL,
    callback: CALLBACK,
    askedAt: NOW - 1,
    requester: '203.0.113.1',
    addresses: ['203.0.113.2'],
    leaseEndsAt: NOW + 10 * 86_400_000,
    failures: 0,
    ...more,
  };
}

export function answered(status: number, text = ''): CallOutcome {
  return { kind: 'answered', status, body: Buffer.from(text) };
}

export function documentWith(etag: string): StoredDocument {
  return { path: TOPIC, mediaType: 'application/rss+xml', body: Buffer.from('<rss/>'), etag, modifiedAt: NOW };
}

export function hubDesk(settings: Settings, ...stored: readonly HubSubscription[]) {
  const subscriptions = memoryHubSubscriptions(...stored);
  const queue = recordedQueue();
  const sent: HttpRequest[] = [];
  const answers: (CallOutcome | ((request: HttpRequest) => CallOutcome))[] = [];
  const served: { document: StoredDocument | undefined } = { document: documentWith('"new"') };
  const deps: HubDeps = {
    settings: () => settings,
    subscriptions,
    httpClient: {
      call: (request) => {
        sent.push(request);
        const answer = answers.shift() ?? answered(204);
        return Promise.resolve(typeof answer === 'function' ? answer(request) : answer);
      },
      close: () => Promise.resolve(),
    },
    queue,
    document: () => Promise.resolve(served.document),
    hasPosts: () => Promise.resolve(served.document !== undefined),
    resolve: () => Promise.resolve(['203.0.113.2']),
    version: '1.0.0',
    now: () => NOW,
    random: () => 0.5,
    challenge: () => 'the challenge',
    log: SILENT_LOG,
  };
  return { deps, subscriptions, queue, sent, answers, served };
}
