/** How are data of older versions migrated? */
import type { Migration } from '../io/store/schema-version.ts';
import type { Stores } from './stores.ts';

const BATCH = 100;

/** The version of the data that this Feedmill works with: the result of the last migration. */
export const LATEST_SCHEMA = 2;

/**
 * In order; a new version adds a step at the end. Each step can be interrupted and repeated, and skips data that are
 * in the new form already.
 */
export function migrations({ sourceSubscriptions }: Pick<Stores, 'sourceSubscriptions'>): readonly Migration[] {
  return [
    {
      to: 2,
      what: 'subscriptions with hubs are stored with the states pending, requested and unsubscribing',
      run: async () => {
        const ids = await sourceSubscriptions.all();
        for (let from = 0; from < ids.length; from += BATCH) {
          // Reading already returns the new names.
          const found = await sourceSubscriptions.get(ids.slice(from, from + BATCH));
          for (const stored of found) {
            // A subscription that was changed in between was written by this version.
            if (stored !== undefined) await sourceSubscriptions.put(stored.subscriptions, stored.version);
          }
        }
      },
    },
  ];
}
