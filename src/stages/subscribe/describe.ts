/** How is the state of a source's subscriptions shown to the operator? */
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { DesiredSubscription } from './desired-subscription.ts';
import { isoSeconds } from '../../syntax/date/format.ts';

/** One line for each subscription; a line with the reason if there is none. Secrets are never included. */
export function describeSubscription(
  subscriptions: SourceSubscriptions | undefined,
  desired: DesiredSubscription,
): readonly string[] {
  const lines = (subscriptions?.list ?? []).map(describeOne);
  if (desired.kind === 'no') return [`none: ${desired.because}`, ...lines];
  if (subscriptions?.discovered === undefined) return ['none: the feed advertises no hub', ...lines];
  return lines.length > 0 ? lines : [`${subscriptions.discovered.hubs.join(', ')}: pending`];
}

function describeOne(subscription: SourceSubscription): string {
  const parts = [statusInWords(subscription)];
  if (subscription.pushes > 0) {
    const last = subscription.lastPushAt === undefined ? '' : `, the last at ${isoSeconds(subscription.lastPushAt)}`;
    parts.push(`${subscription.pushes} pushed (${subscription.brought} new posts)${last}`);
  }
  if (subscription.ignored > 0) parts.push(`${subscription.ignored} ignored because of their signature`);
  if (subscription.missed > 0) parts.push(`${subscription.missed} missed`);
  if (subscription.trouble !== undefined && subscription.status !== 'refused') parts.push(subscription.trouble);
  return `${subscription.hub}: ${parts.join('; ')}`;
}

function statusInWords(subscription: SourceSubscription): string {
  const { status, actAt, requestedAt, leaseEndsAt, demotion, trouble } = subscription;
  switch (status) {
    case 'pending':
      return 'pending';
    case 'requested':
      return `requested${requestedAt === undefined ? '' : ` at ${isoSeconds(requestedAt)}`}, not confirmed; next request at ${isoSeconds(actAt)}`;
    case 'active': {
      const lease =
        leaseEndsAt === undefined ? '' : ` until ${isoSeconds(leaseEndsAt)}, renewed at ${isoSeconds(actAt)}`;
      const trust = demotion === undefined ? '' : `; demoted at ${isoSeconds(demotion.at)}: ${demotion.reason}`;
      return `subscribed${lease}${trust}`;
    }
    case 'refused':
      return `refused (${trouble ?? 'without a reason'}); next request at ${isoSeconds(actAt)}`;
    case 'unsubscribing':
      return 'unsubscribing';
  }
}
