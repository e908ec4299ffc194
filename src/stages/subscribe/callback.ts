/** What do we make of what somebody says at a callback (WebSub §5.2, §5.3, §7)? */
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import { judgeSignature } from '../../syntax/http/hub-signature.ts';
import { withVerification, withDenial } from './subscription.ts';

export type CallbackOutcome =
  /** Our answer: the challenge, and the orders as they are now. */
  | { readonly kind: 'agreed'; readonly challenge: string; readonly standing: SourceSubscriptions }
  | { readonly kind: 'noted'; readonly standing: SourceSubscriptions }
  /** Not what we asked for: 404. */
  | { readonly kind: 'disagreed' };

/** A GET at the callback of one order. Its parameters stand in the query, beside others that mean nothing. */
export function answerVerification(
  standing: SourceSubscriptions,
  callbackId: string,
  query: URLSearchParams,
  now: number,
): CallbackOutcome {
  const order = standing.orders.find((known) => known.callbackId === callbackId);
  const mode = query.get('hub.mode');
  const topic = query.get('hub.topic') ?? '';
  if (order === undefined) return { kind: 'disagreed' };
  if (mode === 'denied') {
    if (topic !== order.topic) return { kind: 'disagreed' };
    const reason = query.get('hub.reason')?.trim().slice(0, 300);
    return {
      kind: 'noted',
      standing: withSubscription(standing, order, withDenial(order, reason === '' ? undefined : reason, now)),
    };
  }
  const challenge = query.get('hub.challenge') ?? '';
  if ((mode !== 'subscribe' && mode !== 'unsubscribe') || challenge === '') return { kind: 'disagreed' };
  const after = withVerification(order, { mode, topic, leaseMs: leaseOf(query.get('hub.lease_seconds')) }, now);
  if (after === undefined) return { kind: 'disagreed' };
  return { kind: 'agreed', challenge, standing: withSubscription(standing, order, after) };
}

export type NotificationOutcome =
  /** To be read; 2xx. */
  | { readonly kind: 'taken'; readonly order: SourceSubscription }
  /** Not signed by the hub: 2xx, and nothing is read (WebSub §7.1.2). */
  | { readonly kind: 'ignored'; readonly order: SourceSubscription; readonly because: string }
  /** We are no (longer) interested: 410. */
  | { readonly kind: 'unwanted' };

export function verifyNotification(
  standing: SourceSubscriptions,
  callbackId: string,
  body: Uint8Array,
  signature: string | undefined,
): NotificationOutcome {
  const order = standing.orders.find((known) => known.callbackId === callbackId);
  if (order === undefined || order.status === 'leaving' || order.status === 'wanted') return { kind: 'unwanted' };
  const { kind } = judgeSignature(signature, body, order.secret);
  switch (kind) {
    case 'valid':
      return { kind: 'taken', order };
    case 'missing':
      return { kind: 'ignored', order, because: 'it was not signed' };
    case 'unreadable':
      return { kind: 'ignored', order, because: 'its signature could not be read' };
    case 'wrong':
      return { kind: 'ignored', order, because: 'its signature was wrong' };
  }
}

export function ignoreNotification(order: SourceSubscription, because: string): SourceSubscription {
  return { ...order, ignored: order.ignored + 1, trouble: `a notification was ignored: ${because}` };
}

/** The standing with another order in the place of this one, or without it. */
export function withSubscription(
  standing: SourceSubscriptions,
  order: SourceSubscription,
  after: SourceSubscription | 'over',
): SourceSubscriptions {
  const orders = standing.orders.flatMap((known) => {
    if (known.callbackId !== order.callbackId) return [known];
    return after === 'over' ? [] : [after];
  });
  return { ...standing, orders };
}

/** ms; undefined for what is no positive whole number of seconds. */
function leaseOf(written: string | null): number | undefined {
  return written !== null && /^[1-9]\d{0,11}$/u.test(written) ? Number(written) * 1000 : undefined;
}
