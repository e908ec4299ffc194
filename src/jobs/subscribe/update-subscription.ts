/** How are subscriptions updated while other workers may update them too? */
import { StoreError } from '../../model/errors.ts';
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { noSubscriptions } from '../../stages/subscribe/subscription.ts';

const MAX_ATTEMPTS = 20;

/**
 * Reads, edits and writes; starts again if another worker has written in between.
 *
 * @param edit  pure; undefined changes nothing
 * @returns     the subscriptions afterwards, and whether they were edited
 * @throws      StoreError
 */
export async function updateSubscriptions(
  sourceId: string,
  sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put'>,
  edit: (subscriptions: SourceSubscriptions) => SourceSubscriptions | undefined,
): Promise<{ readonly subscriptions: SourceSubscriptions; readonly isEdited: boolean }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const [found] = await sourceSubscriptions.get([sourceId]);
    const before = found?.subscriptions ?? noSubscriptions(sourceId);
    const after = edit(before);
    if (after === undefined) return { subscriptions: before, isEdited: false };
    if (await sourceSubscriptions.put(after, found?.version ?? 0)) return { subscriptions: after, isEdited: true };
  }
  throw new StoreError(`the subscriptions of ${sourceId} were changed by others in ${MAX_ATTEMPTS} attempts`);
}

/** Edits one subscription; does nothing if it does not exist any more. */
export async function updateSubscription(
  sourceId: string,
  callbackId: string,
  sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put'>,
  edit: (subscription: SourceSubscription) => SourceSubscription,
): Promise<void> {
  await updateSubscriptions(sourceId, sourceSubscriptions, (subscriptions) => {
    if (!subscriptions.list.some((subscription) => subscription.callbackId === callbackId)) return undefined;
    const list = subscriptions.list.map((subscription) =>
      subscription.callbackId === callbackId ? edit(subscription) : subscription,
    );
    return { ...subscriptions, list };
  });
}
