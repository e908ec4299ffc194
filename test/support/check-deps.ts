/** Checks of sources over ports in memory: what the origin answers is given, what it was asked is recorded. */
import { createBytesInFlight } from '../../src/jobs/check/bytes-in-flight.ts';
import type { CheckDeps } from '../../src/jobs/check/check-source.ts';
import { runningConfigOf } from '../../src/jobs/running-config.ts';
import type { FetchedBody, FetchOutcome } from '../../src/model/fetch-outcome.ts';
import type { Settings } from '../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../src/model/source-state.ts';
import type { SourceSubscriptions } from '../../src/model/source-subscription.ts';
import type { FetchRequest } from '../../src/ports/fetch.ts';
import { memoryChecks, recordedQueue, SILENT_LOG } from './memory.ts';
import { memoryStore } from './memory-store.ts';
import { memorySourceSubscriptions } from './memory-subscriptions.ts';

export interface CheckDesk {
  readonly settings: Settings;
  readonly states?: Readonly<Record<string, SourceState>>;
  readonly subscriptions?: readonly SourceSubscriptions[];
  readonly now: number;
}

/** Every source of the settings is known and due, unless a state is given. */
export function checkDesk({ settings, states = {}, subscriptions = [], now }: CheckDesk) {
  const store = memoryStore();
  const checks = memoryChecks(new Map(settings.sources.map(({ id }) => [id, states[id] ?? FIRST_STATE])));
  const sourceSubscriptions = memorySourceSubscriptions(...subscriptions);
  const queue = recordedQueue();
  const asked: FetchRequest[] = [];
  const answers: (FetchOutcome | Error)[] = [];
  const clock = { now };
  const deps: CheckDeps & { readonly sourceSubscriptions: typeof sourceSubscriptions } = {
    ...store,
    config: () => runningConfigOf(settings),
    checks,
    sourceSubscriptions,
    network: { note: () => false },
    bytesInFlight: createBytesInFlight(Number.MAX_SAFE_INTEGER),
    fetcher: {
      fetch: (request, signal) => {
        signal.throwIfAborted();
        asked.push(request);
        const answer = answers.shift();
        if (answer === undefined) return Promise.reject(new Error('the test gave no answer for this request'));
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      close: () => Promise.resolve(),
    },
    queue,
    version: '1.0.0',
    now: () => clock.now,
    random: () => 0.5,
    log: SILENT_LOG,
  };
  return { deps, store, checks, sourceSubscriptions, queue, asked, answers, clock };
}

export function bodyOf(text: string, more: Partial<FetchedBody> = {}): FetchedBody {
  const body = Buffer.from(text);
  return {
    kind: 'body',
    status: 200,
    url: 'https://a.example/feed',
    redirects: [],
    hints: {},
    body,
    again: () => body,
    contentType: 'application/rss+xml',
    links: { hubs: [] },
    delta: false,
    ...more,
  };
}
