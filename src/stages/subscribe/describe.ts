/** How do we stand with a source's hubs, in words for the operator? */
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { DesiredSubscription } from './desired-subscription.ts';

/** One line for each order, most telling first; one line with the reason where there is none. Secrets stay out. */
export function describeSubscription(
  standing: SourceSubscriptions | undefined,
  wish: DesiredSubscription,
): readonly string[] {
  const lines = (standing?.orders ?? []).map(describeOrder);
  if (wish.kind === 'no') return [`off: ${wish.because}`, ...lines];
  if (standing?.offer === undefined) return ['off: the source names no hub', ...lines];
  return lines.length > 0 ? lines : [`${standing.offer.hubs.join(', ')}: not yet asked`];
}

function describeOrder(order: SourceSubscription): string {
  const parts = [statusInWords(order)];
  if (order.pushes > 0) {
    const last = order.lastPushAt === undefined ? '' : `, the last at ${when(order.lastPushAt)}`;
    parts.push(`${order.pushes} pushed (${order.brought} new posts)${last}`);
  }
  if (order.ignored > 0) parts.push(`${order.ignored} ignored for their signatures`);
  if (order.missed > 0) parts.push(`${order.missed} missed`);
  if (order.trouble !== undefined && order.status !== 'refused') parts.push(order.trouble);
  return `${order.hub}: ${parts.join('; ')}`;
}

function statusInWords(order: SourceSubscription): string {
  const { status, actAt, askedAt, leaseEndsAt, demotion, trouble } = order;
  switch (status) {
    case 'wanted':
      return 'to be asked';
    case 'asked':
      return `asked${askedAt === undefined ? '' : ` at ${when(askedAt)}`}, not confirmed; asked again at ${when(actAt)}`;
    case 'active': {
      const lease = leaseEndsAt === undefined ? '' : ` until ${when(leaseEndsAt)}, renewed at ${when(actAt)}`;
      const trust = demotion === undefined ? '' : `; demoted at ${when(demotion.at)}: ${demotion.reason}`;
      return `subscribed${lease}${trust}`;
    }
    case 'refused':
      return `refused (${trouble ?? 'without a reason'}); asked again at ${when(actAt)}`;
    case 'leaving':
      return 'being left';
  }
}

function when(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
