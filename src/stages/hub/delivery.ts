/** What follows from the result of a delivery? */
import { millisecondsInDay, millisecondsInHour } from 'date-fns/constants';
import type { CallOutcome } from '../../model/call-outcome.ts';
import type { HubSubscription } from '../../model/hub-subscription.ts';
import { isSuccess } from './callback.ts';

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 6 * millisecondsInHour;
/** A callback whose deliveries all fail for this long, and often enough, is dropped. */
const DEAD_AFTER_MS = 3 * millisecondsInDay;
const LEAST_FAILURES = 6;
const GONE = 410;

export type AfterDelivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly atMs: number; readonly failures: number; readonly failingSince: number }
  | { readonly kind: 'drop'; readonly reason: string };

/** @param jitter  0 to 1, from the caller's random source */
export function afterDelivery(
  { failures, failingSince, leaseEndsAt }: Pick<HubSubscription, 'failures' | 'failingSince' | 'leaseEndsAt'>,
  result: CallOutcome,
  now: number,
  jitter: number,
): AfterDelivery {
  if (result.kind === 'answered' && isSuccess(result.status)) return { kind: 'delivered' };
  if (result.kind === 'answered' && result.status === GONE) return { kind: 'drop', reason: 'the callback answers 410' };
  const found = result.kind === 'answered' ? `status ${result.status}` : result.message;
  const since = failingSince ?? now;
  if (now - since >= DEAD_AFTER_MS && failures + 1 >= LEAST_FAILURES) {
    return { kind: 'drop', reason: `no delivery has succeeded for days; the last one: ${found}` };
  }
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.75 + jitter / 2);
  const askedMs = result.kind === 'answered' ? Math.min(result.retryAfterMs ?? 0, LONGEST_WAIT_MS) : 0;
  const atMs = now + Math.round(Math.max(backoffMs, askedMs));
  if (atMs >= leaseEndsAt)
    return { kind: 'drop', reason: `its lease ends before the next attempt; the last one: ${found}` };
  return { kind: 'retry', atMs, failures: failures + 1, failingSince: since };
}
