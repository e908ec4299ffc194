/** Subscriptions in memory: what the docstrings of the port promises, for tests of the order of steps. */
import type { HubNotification, SourceSubscriptions } from '../../src/model/source-subscription.ts';
import type { SourceSubscriptionStore } from '../../src/ports/source-subscriptions.ts';

export interface MemorySourceSubscriptions extends SourceSubscriptionStore {
  /** As stored; undefined if nothing is. */
  read(sourceId: string): SourceSubscriptions | undefined;
  /** Another worker writes just before each of the next `times` calls of `put`. */
  overtake(times: number): void;
  /** Source ids made due by `touch`. */
  readonly touched: string[];
  readonly pushes: HubNotification[];
}

export function memorySourceSubscriptions(...stored: readonly SourceSubscriptions[]): MemorySourceSubscriptions {
  const records = new Map(stored.map((subscriptions) => [subscriptions.sourceId, { subscriptions, version: 1 }]));
  const touched: string[] = [];
  const pushes: HubNotification[] = [];
  let overtakes = 0;
  return {
    touched,
    pushes,
    read: (sourceId) => records.get(sourceId)?.subscriptions,
    overtake: (times) => {
      overtakes = times;
    },
    get: (ids) => Promise.resolve(ids.map((id) => records.get(id))),
    put: (subscriptions, expectedVersion) => {
      const { sourceId } = subscriptions;
      const version = records.get(sourceId)?.version ?? 0;
      if (overtakes > 0) {
        overtakes -= 1;
        records.set(sourceId, {
          subscriptions: records.get(sourceId)?.subscriptions ?? { sourceId, list: [] },
          version: version + 1,
        });
        return Promise.resolve(false);
      }
      if (version !== expectedVersion) return Promise.resolve(false);
      records.set(sourceId, { subscriptions, version: version + 1 });
      return Promise.resolve(true);
    },
    sourceOf: (callbackId) =>
      Promise.resolve(
        [...records].find(([, { subscriptions }]) =>
          subscriptions.list.some((subscription) => subscription.callbackId === callbackId),
        )?.[0],
      ),
    claimDue: () => Promise.resolve({ due: [], pushed: [] }),
    touch: (ids) => (touched.push(...ids), Promise.resolve()),
    all: () => Promise.resolve([...records.keys()]),
    useSite: () => Promise.resolve(false),
    addPush: (push, most) => {
      if (pushes.filter(({ sourceId }) => sourceId === push.sourceId).length >= most) return Promise.resolve(false);
      pushes.push(push);
      return Promise.resolve(true);
    },
    firstPush: (sourceId) => Promise.resolve(pushes.find((push) => push.sourceId === sourceId)),
    dropPush: (sourceId) => {
      const index = pushes.findIndex((push) => push.sourceId === sourceId);
      if (index >= 0) pushes.splice(index, 1);
      return Promise.resolve();
    },
  };
}
