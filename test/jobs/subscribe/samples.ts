/** One subscription with a hub, active unless a test says otherwise. */
import type { SourceSubscription } from '../../../src/model/source-subscription.ts';

export const NOW = Date.UTC(2026, 0, 1);
export const HOUR = 3_600_000;
export const HUB = 'https://hub.finance.cn/';
export const TOPIC = 'https://wire.finance.cn/feed';

export function subscription(more: Partial<SourceSubscription> = {}): SourceSubscription {
  return {
    hub: HUB,
    topic: TOPIC,
    site: 'https://news.finance.cn',
    callbackId: 'one',
    secret: 'secret',
    status: 'active',
    actAt: NOW + 24 * HOUR,
    attempts: 0,
    activeSince: NOW - HOUR,
    leaseEndsAt: NOW + 48 * HOUR,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
    ...more,
  };
}
