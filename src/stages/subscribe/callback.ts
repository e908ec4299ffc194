/** How is a request of a hub at one of our callbacks answered (WebSub §5.2, §5.3, §7)? */
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import { checkSignature } from '../../syntax/http/hub-signature.ts';
import { withVerification, withDenial } from './subscription.ts';

export type CallbackOutcome =
  /** Answer with the challenge; `subscriptions` is the new state. */
  | { readonly kind: 'agreed'; readonly challenge: string; readonly subscriptions: SourceSubscriptions }
  | { readonly kind: 'noted'; readonly subscriptions: SourceSubscriptions }
  /** We did not request this: 404. */
  | { readonly kind: 'disagreed' };

/** Answers a GET at the callback of one subscription. Unknown query parameters are ignored. */
export function answerVerification(
  subscriptions: SourceSubscriptions,
  callbackId: string,
  query: URLSearchParams,
  now: number,
): CallbackOutcome {
  const subscription = subscriptions.list.find((known) => known.callbackId === callbackId);
  const mode = query.get('hub.mode');
  const topic = query.get('hub.topic') ?? '';
  if (subscription === undefined) return { kind: 'disagreed' };
  if (mode === 'denied') {
    if (topic !== subscription.topic) return { kind: 'disagreed' };
    const reason = query.get('hub.reason')?.trim().slice(0, 300);
    return {
      kind: 'noted',
      subscriptions: withSubscription(
        subscriptions,
        subscription,
        withDenial(subscription, reason === '' ? undefined : reason, now),
      ),
    };
  }
  const challenge = query.get('hub.challenge') ?? '';
  if ((mode !== 'subscribe' && mode !== 'unsubscribe') || challenge === '') return { kind: 'disagreed' };
  const after = withVerification(subscription, { mode, topic, leaseMs: leaseOf(query.get('hub.lease_seconds')) }, now);
  if (after === undefined) return { kind: 'disagreed' };
  return { kind: 'agreed', challenge, subscriptions: withSubscription(subscriptions, subscription, after) };
}

export type NotificationOutcome =
  /** Valid: 2xx, and it will be read. */
  | { readonly kind: 'taken'; readonly subscription: SourceSubscription }
  /** Not signed by the hub: 2xx, but it is not read (WebSub §7.1.2). */
  | { readonly kind: 'ignored'; readonly subscription: SourceSubscription; readonly because: string }
  /** There is no such subscription any more: 410. */
  | { readonly kind: 'unwanted' };

export function verifyNotification(
  subscriptions: SourceSubscriptions,
  callbackId: string,
  body: Uint8Array,
  signature: string | undefined,
): NotificationOutcome {
  const subscription = subscriptions.list.find((known) => known.callbackId === callbackId);
  if (subscription === undefined || subscription.status === 'unsubscribing' || subscription.status === 'pending')
    return { kind: 'unwanted' };
  const { kind } = checkSignature(signature, body, subscription.secret);
  switch (kind) {
    case 'valid':
      return { kind: 'taken', subscription };
    case 'missing':
      return { kind: 'ignored', subscription, because: 'it was not signed' };
    case 'unreadable':
      return { kind: 'ignored', subscription, because: 'its signature could not be read' };
    case 'wrong':
      return { kind: 'ignored', subscription, because: 'its signature was wrong' };
  }
}

export function ignoreNotification(subscription: SourceSubscription, because: string): SourceSubscription {
  return { ...subscription, ignored: subscription.ignored + 1, trouble: `a notification was ignored: ${because}` };
}

/** Replaces one subscription, or removes it. */
export function withSubscription(
  subscriptions: SourceSubscriptions,
  subscription: SourceSubscription,
  after: SourceSubscription | 'over',
): SourceSubscriptions {
  const list = subscriptions.list.flatMap((known) => {
    if (known.callbackId !== subscription.callbackId) return [known];
    return after === 'over' ? [] : [after];
  });
  return { ...subscriptions, list };
}

/** ms; undefined unless the text is a positive whole number of seconds. */
function leaseOf(written: string | null): number | undefined {
  return written !== null && /^[1-9]\d{0,11}$/u.test(written) ? Number(written) * 1000 : undefined;
}
