/** What does a check of a source show about its hubs? */
import type { CheckResult } from '../../model/check.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { DiscoveredHubs, WebSubState } from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { currentSubscription, discoveredHubs, withPoll, scheduleView } from '../../stages/subscribe/subscription.ts';
import { withSubscription } from '../../stages/subscribe/callback.ts';
import { updateSubscriptions } from './update-subscription.ts';

/**
 * Stores which hubs the source names now, and whether the hub in use missed something. Costs nothing for a source that has
 * never named a hub.
 *
 * @param state  as before the check
 * @returns      what the schedule needs to know; undefined for a source without hubs
 */
export async function discoverHubs(
  sourceId: string,
  state: SourceState,
  result: CheckResult,
  sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put' | 'touch'>,
  now: number,
): Promise<WebSubState | undefined> {
  const discovered = discoveredIn(result);
  if (state.websub === undefined && (discovered === 'unknown' || discovered === undefined)) return undefined;
  const { subscriptions, isEdited } = await updateSubscriptions(sourceId, sourceSubscriptions, (before) => {
    const { discovered: known, ...rest } = before;
    const next = discovered === 'unknown' ? known : discovered;
    const named = areSame(next, known) ? before : { ...rest, ...(next !== undefined && { discovered: next }) };
    const subscription = currentSubscription(named);
    const facts = factsOf(result);
    const polled =
      subscription === undefined || facts === undefined
        ? subscription
        : withPoll(subscription, { facts, lastCheckAt: state.lastCheckAt }, now);
    const after =
      subscription === undefined || polled === undefined || polled === subscription
        ? named
        : withSubscription(named, subscription, polled);
    return after === before ? undefined : after;
  });
  if (isEdited) await sourceSubscriptions.touch([sourceId], now);
  return scheduleView(subscriptions, now);
}

function areSame(one: DiscoveredHubs | undefined, other: DiscoveredHubs | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const { hubs, topic } = one;
  return topic === other.topic && hubs.length === other.hubs.length && hubs.every((hub, at) => hub === other.hubs[at]);
}

/** Hubs in the Link headers, else in the document (WebSub §4); `unknown` if neither was read. */
function discoveredIn(result: CheckResult): DiscoveredHubs | 'unknown' | undefined {
  switch (result.kind) {
    case 'no-body':
    case 'unreadable':
      return 'unknown';
    case 'unchanged': {
      const { links, url } = result.response;
      return links.hubs.length > 0 ? discoveredHubs(links.hubs, links.self, url) : 'unknown';
    }
    case 'feed': {
      const { response, facts } = result;
      const { links, url } = response;
      if (links.hubs.length > 0) return discoveredHubs(links.hubs, links.self ?? facts.self, url);
      return discoveredHubs(facts.hubs, facts.self ?? links.self, url);
    }
  }
}

function factsOf(result: CheckResult): { readonly added: number; readonly addedTimes: readonly number[] } | undefined {
  switch (result.kind) {
    case 'feed': {
      const { added, addedTimes } = result.facts;
      return addedTimes === undefined ? undefined : { added, addedTimes };
    }
    case 'unchanged':
      return NOTHING_NEW;
    case 'no-body':
      return result.outcome.kind === 'not-modified' ? NOTHING_NEW : undefined;
    case 'unreadable':
      return undefined;
  }
}

const NOTHING_NEW = { added: 0, addedTimes: [] };
