/** What brings the data of older versions into the form of this one? */
import type { Migration } from '../io/store/schema-version.ts';
import type { Stores } from './stores.ts';

const BATCH = 100;

/** The form of the data that this version works with: what the last migration makes. */
export const LATEST_SCHEMA = 2;

/**
 * In order; a new form gets a step at the end. Each step can be interrupted and repeated, and leaves alone what is in the
 * new form already.
 */
export function migrations({ sourceSubscriptions }: Pick<Stores, 'sourceSubscriptions'>): readonly Migration[] {
  return [
    {
      to: 2,
      what: 'subscriptions with hubs are stored with the states pending, requested and unsubscribing',
      run: async () => {
        const ids = await sourceSubscriptions.all();
        for (let from = 0; from < ids.length; from += BATCH) {
          // Reading gives the new words.
          const found = await sourceSubscriptions.get(ids.slice(from, from + BATCH));
          for (const stored of found) {
            // One that was changed in between was written by this version.
            if (stored !== undefined) await sourceSubscriptions.put(stored.subscriptions, stored.version);
          }
        }
      },
    },
  ];
}
