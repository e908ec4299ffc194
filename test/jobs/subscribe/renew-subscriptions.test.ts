import { describe, expect, it } from 'vitest';
import { renewSubscriptions, type RenewDeps } from '../../../src/jobs/subscribe/renew-subscriptions.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import type { CallOutcome } from '../../../src/model/call-outcome.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import type { SourceSubscription } from '../../../src/model/source-subscription.ts';
import type { HttpRequest } from '../../../src/ports/fetch.ts';
import { memoryChecks, recordedQueue, SILENT_LOG } from '../../support/memory.ts';
import { memorySourceSubscriptions } from '../../support/memory-subscriptions.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';
import { HOUR, HUB, NOW, subscription, TOPIC } from './samples.ts';

const NEVER = new AbortController().signal;
const discovered = { hubs: [HUB, 'https://second.finance.cn/'], topic: TOPIC };
const site = { ...sampleSettings().site, url: 'https://news.finance.cn' };

function desk(list: readonly SourceSubscription[], more: { settings?: Settings; state?: SourceState } = {}) {
  const { settings = sampleSettings({ site, sources: [sampleSource({ id: 'news', url: TOPIC })] }), state } = more;
  const sourceSubscriptions = memorySourceSubscriptions({ sourceId: 'news', discovered, list });
  const checks = memoryChecks(new Map([['news', state ?? FIRST_STATE]]));
  const queue = recordedQueue();
  const sent: HttpRequest[] = [];
  const answers: CallOutcome[] = [];
  let made = 0;
  const budget: { waitUntil?: number; rests?: number | undefined; left: number } = { left: 0 };
  const deps: RenewDeps = {
    config: () => runningConfigOf(settings),
    sourceSubscriptions,
    checks,
    budgets: {
      waits: (keys) => Promise.resolve(keys.map(() => ({ inUse: 0 }))),
      enter: () =>
        Promise.resolve(
          budget.waitUntil === undefined ? { kind: 'open' } : { kind: 'wait', untilMs: budget.waitUntil },
        ),
      leave: (_holder, _key, restsUntil) => {
        budget.left += 1;
        budget.rests = restsUntil;
        return Promise.resolve(['waiting job']);
      },
    },
    httpClient: {
      call: (request) => {
        sent.push(request);
        return Promise.resolve(answers.shift() ?? { kind: 'answered', status: 202, body: Buffer.from('') });
      },
      close: () => Promise.resolve(),
    },
    queue,
    version: '1.0.0',
    now: () => NOW,
    fresh: () => ({ callbackId: `fresh${(made += 1)}`, secret: 'fresh secret' }),
    log: SILENT_LOG,
  };
  const formOf = (at: number) => new URLSearchParams(Buffer.from(sent[at]?.body ?? []).toString());
  return { deps, sourceSubscriptions, checks, queue, sent, answers, budget, formOf };
}

const listOf = ({ sourceSubscriptions }: ReturnType<typeof desk>) => sourceSubscriptions.read('news')?.list;
const failed = (status: number, retryAfterMs?: number): CallOutcome => ({
  kind: 'answered',
  status,
  body: Buffer.from('no'),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('renewSubscriptions', () => {
  it('subscribes to the first hub that a source names, and marks the request before it is sent', async () => {
    const room = desk([]);
    const { deps, sent, formOf, queue } = room;
    expect(await renewSubscriptions('news', 'job', deps, NEVER)).toEqual({ kind: 'done' });
    expect(sent.map(({ url }) => url)).toEqual([HUB]);
    expect(formOf(0).get('hub.mode')).toBe('subscribe');
    expect(formOf(0).get('hub.callback')).toBe('https://news.finance.cn/websub/callback/fresh1');
    expect(listOf(room)).toMatchObject([{ status: 'requested', attempts: 1, sourceUrl: TOPIC }]);
    expect(queue.woken).toEqual(['waiting job']);
  });

  it('does not send a request again that a process died after marking, before the hub has had its time', async () => {
    const room = desk([]);
    const dying = {
      ...room.deps,
      httpClient: { ...room.deps.httpClient, call: () => Promise.reject(new Error('died')) },
    };
    await expect(renewSubscriptions('news', 'job', dying, NEVER)).rejects.toThrow('died');
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.sent).toEqual([]);
    await renewSubscriptions('news', 'job', { ...room.deps, now: () => NOW + 2 * HOUR }, NEVER);
    expect(room.sent).toHaveLength(1);
  });

  it('sends nothing while nothing is due', async () => {
    const { deps, sent } = desk([subscription()]);
    await renewSubscriptions('news', 'job', deps, NEVER);
    expect(sent).toEqual([]);
  });

  it('renews before the lease ends', async () => {
    const room = desk([subscription({ actAt: NOW })]);
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.formOf(0).get('hub.mode')).toBe('subscribe');
    expect(listOf(room)).toMatchObject([{ status: 'active', attempts: 1 }]);
  });

  it.each([
    ['is paused', { state: { ...FIRST_STATE, pausedAt: NOW } }],
    ['left the config', { settings: sampleSettings({ site, sources: [] }) }],
    ['may not use hubs', { settings: sampleSettings({ site, sources: [noHubs()] }) }],
  ])('unsubscribes when the source %s', async (_title, more) => {
    const room = desk([subscription({ sourceUrl: TOPIC })], more);
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.formOf(0).get('hub.mode')).toBe('unsubscribe');
    expect(room.sent[0]?.configuredUrl).toBe(TOPIC);
    expect(listOf(room)).toMatchObject([{ status: 'unsubscribing' }]);
  });

  it('waits for the budget of the host of the hub, and marks nothing', async () => {
    const room = desk([]);
    room.budget.waitUntil = NOW + 500;
    expect(await renewSubscriptions('news', 'job', room.deps, NEVER)).toEqual({ kind: 'later', atMs: NOW + 500 });
    expect(listOf(room)).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect(room.sent).toEqual([]);
  });

  it('lets the host of the hub rest when it asks for it', async () => {
    const room = desk([]);
    room.answers.push(failed(503, HOUR));
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.budget).toEqual({ left: 1, rests: NOW + HOUR });
  });

  it('goes to the next hub when the first one refuses', async () => {
    const room = desk([]);
    room.answers.push(failed(403));
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.sent.map(({ url }) => url)).toEqual([HUB, 'https://second.finance.cn/']);
    expect(listOf(room)).toMatchObject([{ status: 'refused' }, { status: 'requested' }]);
  });

  it('follows redirects of a hub, three at most', async () => {
    const room = desk([]);
    const elsewhere: CallOutcome = { ...failed(307), location: 'https://moved.finance.cn/' } as CallOutcome;
    room.answers.push(elsewhere, elsewhere, elsewhere, elsewhere);
    await renewSubscriptions('news', 'job', room.deps, NEVER);
    expect(room.sent).toHaveLength(4);
  });

  it('has the source checked soon when the subscription that was relied on ends', async () => {
    const state: SourceState = {
      ...FIRST_STATE,
      nextCheckAt: NOW + 20 * HOUR,
      websub: { status: 'active', hub: HUB },
    };
    const { deps, checks } = desk([subscription({ leaseEndsAt: NOW - 1, actAt: NOW + HOUR })], { state });
    await renewSubscriptions('news', 'job', deps, NEVER);
    expect(checks.states.get('news')?.nextCheckAt).toBe(NOW);
  });
});

function noHubs() {
  const source = sampleSource({ id: 'news', url: TOPIC });
  return { ...source, fetch: { ...source.fetch, websub: false } };
}
