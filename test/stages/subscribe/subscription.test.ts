import { describe, expect, it } from 'vitest';
import type { SourceSubscription, SourceSubscriptions } from '../../../src/model/source-subscription.ts';
import {
  markRequested,
  withVerification,
  currentSubscription,
  withDenial,
  dueSubscription,
  type HubReply,
  hasLease,
  discoveredHubs,
  withPoll,
  withReply,
  scheduleView,
  reconcile,
} from '../../../src/stages/subscribe/subscription.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const HUB_A = 'https://a.hub.example/';
const HUB_B = 'https://b.hub.example/';
const TOPIC = 'https://news.example/feed';
const SITE = 'https://site.example';
const FRESH = { callbackId: 'new', secret: 'secret' };

function subscription(more: Partial<SourceSubscription> = {}): SourceSubscription {
  return {
    hub: HUB_A,
    topic: TOPIC,
    site: SITE,
    callbackId: 'one',
    secret: 'old secret',
    status: 'requested',
    actAt: T0 + HOUR,
    attempts: 1,
    requestedAt: T0,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
    ...more,
  };
}

const active = (more: Partial<SourceSubscription> = {}): SourceSubscription =>
  subscription({
    status: 'active',
    attempts: 0,
    activeSince: T0 - 5 * DAY,
    leaseEndsAt: T0 + 5 * DAY,
    actAt: T0,
    ...more,
  });

const subscriptions = (
  list: readonly SourceSubscription[],
  hubs: readonly string[] = [HUB_A],
): SourceSubscriptions => ({
  sourceId: 'news',
  discovered: { hubs, topic: TOPIC },
  list,
});

describe('steer', () => {
  const brief = ({ list }: SourceSubscriptions) => list.map(({ hub, status, callbackId }) => [hub, status, callbackId]);

  it.each<[string, SourceSubscriptions, string | undefined, readonly (readonly string[])[]]>([
    ['asks the first hub that is named', subscriptions([], [HUB_A, HUB_B]), SITE, [[HUB_A, 'pending', 'new']]],
    ['asks nobody where nothing is wanted', subscriptions([], [HUB_A]), undefined, []],
    ['asks nobody where no hub is named', { sourceId: 'news', list: [] }, SITE, []],
    ['keeps a subscription that fits', subscriptions([subscription()]), SITE, [[HUB_A, 'requested', 'one']]],
    [
      'keeps its subscription with a hub that is named second now',
      subscriptions([subscription({ hub: HUB_B })], [HUB_A, HUB_B]),
      SITE,
      [[HUB_B, 'requested', 'one']],
    ],
    [
      'leaves a hub that is not wanted any more',
      subscriptions([active()]),
      undefined,
      [[HUB_A, 'unsubscribing', 'one']],
    ],
    [
      'leaves a hub that is not named any more for the one that is',
      subscriptions([active()], [HUB_B]),
      SITE,
      [
        [HUB_A, 'unsubscribing', 'one'],
        [HUB_B, 'pending', 'new'],
      ],
    ],
    [
      'leaves another topic',
      subscriptions([active({ topic: 'https://old.example/' })]),
      SITE,
      [
        [HUB_A, 'unsubscribing', 'one'],
        [HUB_A, 'pending', 'new'],
      ],
    ],
    [
      'leaves callbacks below another site',
      subscriptions([active()]),
      'https://other.example',
      [
        [HUB_A, 'unsubscribing', 'one'],
        [HUB_A, 'pending', 'new'],
      ],
    ],
    [
      'forgets a subscription that was never asked for',
      subscriptions([subscription({ status: 'pending' })]),
      undefined,
      [],
    ],
    [
      'goes on to the next hub after a refusal',
      subscriptions([subscription({ status: 'refused', actAt: T0 + DAY })], [HUB_A, HUB_B]),
      SITE,
      [
        [HUB_A, 'refused', 'one'],
        [HUB_B, 'pending', 'new'],
      ],
    ],
    [
      'waits where every hub refused',
      subscriptions([subscription({ status: 'refused', actAt: T0 + DAY })]),
      SITE,
      [[HUB_A, 'refused', 'one']],
    ],
    [
      'asks a hub again when its refusal is old',
      subscriptions([subscription({ status: 'refused', actAt: T0 })]),
      SITE,
      [[HUB_A, 'pending', 'new']],
    ],
    [
      'counts a subscription whose lease ended as asked for',
      subscriptions([active({ leaseEndsAt: T0, actAt: T0 + HOUR })]),
      SITE,
      [[HUB_A, 'requested', 'one']],
    ],
    [
      'gives up a farewell after three requests',
      subscriptions([subscription({ status: 'unsubscribing', attempts: 3, actAt: T0 })]),
      undefined,
      [],
    ],
    [
      'gives up a farewell when the lease ended by itself',
      subscriptions([subscription({ status: 'unsubscribing', attempts: 1, leaseEndsAt: T0 })]),
      undefined,
      [],
    ],
  ])('%s', (_title, before, site, after) => {
    expect(brief(reconcile(before, site, FRESH, T0))).toEqual(after);
  });

  it('changes nothing the second time', () => {
    const once = reconcile(
      subscriptions([active({ hub: HUB_B }), subscription({ status: 'unsubscribing' })], [HUB_A]),
      SITE,
      FRESH,
      T0,
    );
    expect(reconcile(once, SITE, { callbackId: 'another', secret: 'another' }, T0)).toEqual(once);
  });

  it('asks a subscription whose lease ended at once', () => {
    const lapsed = reconcile(subscriptions([active({ leaseEndsAt: T0, actAt: T0 + HOUR })]), SITE, FRESH, T0);
    expect(dueSubscription(lapsed, T0)).toMatchObject({ status: 'requested', actAt: T0 });
    expect(currentSubscription(lapsed)?.leaseEndsAt).toBeUndefined();
  });
});

describe('dueOrder', () => {
  it.each<[string, SourceSubscription, boolean]>([
    ['a subscription that is wanted', subscription({ status: 'pending', actAt: T0 }), true],
    ['a renewal whose time has come', active({ actAt: T0 }), true],
    ['a renewal that is to come', active({ actAt: T0 + 1 }), false],
    ['a hub that has still time to confirm', subscription({ actAt: T0 + 1 }), false],
    ['a request to unsubscribe', subscription({ status: 'unsubscribing', actAt: T0 }), true],
    ['a refusal, whose place the next subscription takes', subscription({ status: 'refused', actAt: T0 }), false],
  ])('of %s', (_title, one, isDue) => {
    expect(dueSubscription(subscriptions([one]), T0) === one).toBe(isDue);
  });
});

describe('asking', () => {
  it.each([
    [0, HOUR],
    [1, 4 * HOUR],
    [2, 16 * HOUR],
    [3, DAY],
    [9, DAY],
  ])('gives the hub time to confirm, after %i attempts in vain', (attempts, waitMs) => {
    expect(markRequested(subscription({ status: 'pending', attempts }), T0)).toMatchObject({
      status: 'requested',
      attempts: attempts + 1,
      requestedAt: T0,
      actAt: T0 + waitMs,
    });
  });

  it('keeps a subscription active while it is renewed, and asks again before the lease ends', () => {
    const renewing = markRequested(active({ leaseEndsAt: T0 + 30 * MINUTE }), T0);
    expect(renewing).toMatchObject({ status: 'active', actAt: T0 + 27 * MINUTE });
  });
});

describe('replied', () => {
  const failed: HubReply = { kind: 'failed', message: 'no' };
  const refused: HubReply = { kind: 'refused', message: 'no' };
  it.each<[string, SourceSubscription, HubReply, Partial<SourceSubscription>]>([
    [
      'waits for the question of a hub that accepted',
      subscription(),
      { kind: 'accepted' },
      { status: 'requested', actAt: T0 + HOUR },
    ],
    ['tries a failing hub again after a minute', subscription(), failed, { status: 'requested', actAt: T0 + MINUTE }],
    ['then after four', subscription({ attempts: 2 }), failed, { status: 'requested', actAt: T0 + 4 * MINUTE }],
    [
      'waits as long as the hub asks for',
      subscription(),
      { ...failed, retryAfterMs: HOUR },
      { status: 'requested', actAt: T0 + HOUR },
    ],
    [
      'gives a hub up for a week that failed four times',
      subscription({ attempts: 4 }),
      failed,
      { status: 'refused', actAt: T0 + 7 * DAY },
    ],
    [
      'gives a hub up for a week that refuses',
      subscription(),
      refused,
      { status: 'refused', actAt: T0 + 7 * DAY, trouble: 'no' },
    ],
    [
      'uses a lease to its end where the renewal is refused',
      active({ actAt: T0 + HOUR }),
      refused,
      { status: 'active', actAt: T0 + HOUR, trouble: 'no' },
    ],
    [
      'uses a lease to its end where the renewal fails, however often',
      active({ attempts: 7, actAt: T0 + HOUR }),
      failed,
      { status: 'active', actAt: T0 + DAY },
    ],
    [
      'ends a subscription whose unsubscribe request is refused',
      subscription({ status: 'unsubscribing' }),
      refused,
      { attempts: 3, actAt: T0 },
    ],
    [
      'repeats an unsubscribe request that failed',
      subscription({ status: 'unsubscribing' }),
      failed,
      { status: 'unsubscribing', actAt: T0 + MINUTE },
    ],
  ])('%s', (_title, before, reply, after) => {
    expect(withReply(before, reply, T0)).toMatchObject(after);
  });
});

describe('confirmed', () => {
  const intent = { mode: 'subscribe', topic: TOPIC, leaseMs: 10 * DAY } as const;
  it.each<[string, SourceSubscription, number | undefined, Partial<SourceSubscription>]>([
    [
      'binds the hub from now on',
      subscription(),
      DAY,
      { status: 'active', attempts: 0, activeSince: T0, leaseEndsAt: T0 + DAY, actAt: T0 + DAY / 2 },
    ],
    ['keeps the beginning when it is renewed', active(), DAY, { activeSince: T0 - 5 * DAY, leaseEndsAt: T0 + DAY }],
    ['starts again when the lease has ended', active({ leaseEndsAt: T0 - 1 }), DAY, { activeSince: T0 }],
    ['takes ten days where the hub says none', subscription(), undefined, { leaseEndsAt: T0 + 10 * DAY }],
    [
      'believes in no lease of more than 90 days',
      subscription(),
      4000 * DAY,
      { leaseEndsAt: T0 + 90 * DAY, actAt: T0 + 45 * DAY },
    ],
    ['renews a lease of seconds not at once', subscription(), 1000, { leaseEndsAt: T0 + 1000, actAt: T0 + 5000 }],
  ])('%s', (_title, before, leaseMs, after) => {
    expect(withVerification(before, { ...intent, leaseMs }, T0)).toMatchObject(after);
  });

  it('forgets what was wrong before', () => {
    expect(withVerification(subscription({ trouble: 'slow' }), intent, T0)).not.toHaveProperty('trouble');
  });

  it.each<[string, SourceSubscription, 'subscribe' | 'unsubscribe', string]>([
    ['another topic', subscription(), 'subscribe', 'https://other.example/'],
    ['a subscription that was not requested', subscription({ status: 'pending' }), 'subscribe', TOPIC],
    ['a subscription that is being ended', subscription({ status: 'unsubscribing' }), 'subscribe', TOPIC],
    ['a subscription that was refused', subscription({ status: 'refused' }), 'subscribe', TOPIC],
    ['the end of a subscription that is wanted', active(), 'unsubscribe', TOPIC],
    ['the end of another topic', subscription({ status: 'unsubscribing' }), 'unsubscribe', 'https://other.example/'],
  ])('does not desired %s', (_title, before, mode, topic) => {
    expect(withVerification(before, { ...intent, mode, topic }, T0)).toBeUndefined();
  });

  it('ends a subscription that is being ended', () => {
    expect(withVerification(subscription({ status: 'unsubscribing' }), { ...intent, mode: 'unsubscribe' }, T0)).toBe(
      'over',
    );
  });
});

describe('denied', () => {
  it('holds for a week, with the reason', () => {
    expect(withDenial(active(), 'too many', T0)).toMatchObject({
      status: 'refused',
      actAt: T0 + 7 * DAY,
      trouble: 'the hub denies the subscription: too many',
    });
    expect(hasLease(subscription({ status: 'refused' }), T0)).toBe(false);
  });

  it('ends a subscription that is being ended', () => {
    expect(withDenial(subscription({ status: 'unsubscribing' }), undefined, T0)).toBe('over');
  });
});

describe('polled', () => {
  const seen = (added: number, addedTimes: readonly number[], lastCheckAt: number | undefined = T0 - DAY) => ({
    facts: { added, addedTimes },
    lastCheckAt,
  });
  it.each<[string, SourceSubscription, ReturnType<typeof seen>, number]>([
    ['nothing new', active(), seen(0, []), 0],
    ['an entry of an hour ago', active(), seen(1, [T0 - HOUR]), 1],
    ['two of them', active(), seen(2, [T0 - HOUR, T0 - 2 * HOUR]), 2],
    ['an entry that may be on its way', active(), seen(1, [T0 - 14 * MINUTE]), 0],
    ['an entry from before the subscription', active(), seen(1, [T0 - 6 * DAY]), 0],
    ['an entry that says no time, since the last check', active(), seen(1, []), 1],
    ['such an entry in the first check since the subscription', active(), seen(1, [], T0 - 6 * DAY), 0],
    ['an entry while nothing is confirmed', subscription(), seen(1, [T0 - HOUR]), 0],
    ['an entry after the lease had ended', active({ leaseEndsAt: T0 }), seen(1, [T0 - HOUR]), 0],
  ])('counts %s', (_title, before, found, missed) => {
    const after = withPoll(before, found, T0);
    expect(after.missed).toBe(missed);
    expect(after.demotion !== undefined).toBe(missed > 0);
  });

  it.each([
    [0, 7],
    [1, 14],
    [2, 28],
    [3, 56],
    [9, 56],
  ])('demotes for longer each time (after %i demotions: %i days)', (demotions, days) => {
    const after = withPoll(active({ demotions }), seen(1, [T0 - HOUR]), T0);
    expect(after.demotion).toMatchObject({ at: T0, until: T0 + days * DAY });
    expect(after.demotion?.reason).toBe(
      `a poll found an entry that the hub had not pushed; relied on again after ${days}d without a miss`,
    );
  });

  const demotion = { at: T0 - 7 * DAY, until: T0, reason: 'missed', broughtBefore: 3 };
  it.each<[string, SourceSubscription, ReturnType<typeof seen>, object]>([
    [
      'trusts it again when the time is over and it has pushed',
      active({ demotions: 1, demotion, brought: 4 }),
      seen(0, []),
      {},
    ],
    ['waits until it has pushed something', active({ demotions: 1, demotion, brought: 3 }), seen(0, []), { demotion }],
    [
      'waits until the time is over',
      active({ demotions: 1, demotion: { ...demotion, until: T0 + 1 }, brought: 4 }),
      seen(0, []),
      { demotion: { ...demotion, until: T0 + 1 } },
    ],
    [
      'restarts the time at a further miss, without making it longer',
      active({ demotions: 1, demotion, brought: 4 }),
      seen(1, [T0 - HOUR]),
      { demotion: { at: demotion.at, until: T0 + 7 * DAY, broughtBefore: 4 }, demotions: 1 },
    ],
  ])('%s', (_title, before, found, after) => {
    const { demotion: left, ...rest } = withPoll(before, found, T0);
    expect({ ...rest, ...(left !== undefined && { demotion: left }) }).toMatchObject(after);
    expect(left === undefined).toBe(!('demotion' in after));
  });
});

describe('scheduleView', () => {
  it.each<[string, SourceSubscriptions, object | undefined]>([
    ['a source without hubs', { sourceId: 'news', list: [] }, undefined],
    ['a hub that is named', subscriptions([]), { status: 'none' }],
    ['a hub that is asked', subscriptions([subscription()]), { status: 'none', hub: HUB_A }],
    ['a hub that confirmed', subscriptions([active()]), { status: 'active', hub: HUB_A, leaseEndsAt: T0 + 5 * DAY }],
    ['a lease that ended', subscriptions([active({ leaseEndsAt: T0 })]), { status: 'none', hub: HUB_A }],
    [
      'a hub that missed something',
      subscriptions([active({ demotion: { at: T0, until: T0 + DAY, reason: 'missed', broughtBefore: 0 } })]),
      { status: 'demoted', hub: HUB_A, reason: 'missed' },
    ],
    ['a hub that refused', subscriptions([subscription({ status: 'refused' })]), { status: 'none' }],
  ])('of %s', (_title, of, view) => {
    expect(scheduleView(of, T0)).toEqual(view);
  });
});

describe('offerOf', () => {
  it.each<[string, readonly string[], string | undefined, object | undefined]>([
    ['hubs and self', [HUB_A, HUB_B, HUB_A], TOPIC, { hubs: [HUB_A, HUB_B], topic: TOPIC }],
    ['no self: the address that was asked', [HUB_A], undefined, { hubs: [HUB_A], topic: 'https://news.example/asked' }],
    ['no hub', [], TOPIC, undefined],
    ['a hub that is no web address', ['mailto:hub@example.org', 'xmpp:hub'], TOPIC, undefined],
    ['a self that is no web address', [HUB_A], 'urn:x', { hubs: [HUB_A], topic: 'https://news.example/asked' }],
  ])('of %s', (_title, hubs, self, discovered) => {
    expect(discoveredHubs(hubs, self, 'https://news.example/asked')).toEqual(discovered);
  });
});
