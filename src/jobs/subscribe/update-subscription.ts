/** How is a standing changed while others may change it too? */
import { StoreError } from '../../model/errors.ts';
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { noSubscriptions } from '../../stages/subscribe/subscription.ts';

const MOST_ATTEMPTS = 20;

/**
 * Reads, edits and writes; from the start again where somebody else wrote in between.
 *
 * @param edit  pure; undefined leaves the standing as it is
 * @returns     the standing afterwards, and whether it was edited
 * @throws      StoreError
 */
export async function updateSubscriptions(
  sourceId: string,
  sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put'>,
  edit: (standing: SourceSubscriptions) => SourceSubscriptions | undefined,
): Promise<{ readonly standing: SourceSubscriptions; readonly isEdited: boolean }> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const [found] = await sourceSubscriptions.get([sourceId]);
    const before = found?.standing ?? noSubscriptions(sourceId);
    const after = edit(before);
    if (after === undefined) return { standing: before, isEdited: false };
    if (await sourceSubscriptions.put(after, found?.version ?? 0)) return { standing: after, isEdited: true };
  }
  throw new StoreError(`the standing of ${sourceId} with its hubs was overtaken ${MOST_ATTEMPTS} times`);
}

/** Edits one order; nothing where it is no more. */
export async function updateSubscription(
  sourceId: string,
  callbackId: string,
  sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put'>,
  edit: (order: SourceSubscription) => SourceSubscription,
): Promise<void> {
  await updateSubscriptions(sourceId, sourceSubscriptions, (standing) => {
    if (!standing.orders.some((order) => order.callbackId === callbackId)) return undefined;
    const orders = standing.orders.map((order) => (order.callbackId === callbackId ? edit(order) : order));
    return { ...standing, orders };
  });
}
