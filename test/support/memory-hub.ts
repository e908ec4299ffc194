/** Subscriptions to our hub in memory: what the docstrings of the port promise. */
import type { HubRequest, HubSubscription } from '../../src/model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../src/ports/hub-subscriptions.ts';

export interface MemoryHubSubscriptions extends HubSubscriptionStore {
  readonly subscriptions: Map<string, HubSubscription>;
  readonly requests: Map<string, HubRequest>;
  /** Names of quotas that are used up. */
  readonly usedUp: Set<string>;
  /** Slots that are taken now, by name, one for each holder. */
  readonly slots: string[];
  /** False: `put` and `hasRoom` find no room. */
  room: boolean;
}

export function memoryHubSubscriptions(...stored: readonly HubSubscription[]): MemoryHubSubscriptions {
  const subscriptions = new Map(stored.map((one) => [one.id, one]));
  const requests = new Map<string, HubRequest>();
  const usedUp = new Set<string>();
  const slots: string[] = [];
  const pings = new Map<string, string>();
  const store: MemoryHubSubscriptions = {
    subscriptions,
    requests,
    usedUp,
    slots,
    room: true,
    keepRequest: (id, request, waiting) => {
      if (waiting.some(({ name }) => usedUp.has(name))) return Promise.resolve(false);
      requests.set(id, request);
      return Promise.resolve(true);
    },
    request: (id) => Promise.resolve(requests.get(id)),
    forgetRequest: (id, request) => {
      if (requests.get(id) === request) requests.delete(id);
      return Promise.resolve();
    },
    put: (subscription) => {
      const before = subscriptions.get(subscription.id);
      if (before !== undefined && before.askedAt > subscription.askedAt) return Promise.resolve('outdated');
      if (!store.room && before === undefined) return Promise.resolve('full');
      subscriptions.set(subscription.id, {
        ...subscription,
        ...(before?.deliveredEtag !== undefined && { deliveredEtag: before.deliveredEtag }),
      });
      return Promise.resolve('saved');
    },
    end: (id, askedAt) => {
      if ((subscriptions.get(id)?.askedAt ?? Infinity) <= askedAt) subscriptions.delete(id);
      return Promise.resolve();
    },
    drop: (ids) => {
      for (const id of ids) subscriptions.delete(id);
      return Promise.resolve();
    },
    expire: (now, limit) => {
      const over = [...subscriptions.values()].filter(({ leaseEndsAt }) => leaseEndsAt <= now).slice(0, limit);
      for (const { id } of over) subscriptions.delete(id);
      return Promise.resolve(over.length);
    },
    get: (ids) => Promise.resolve(ids.map((id) => subscriptions.get(id))),
    ofTopics: (topics) =>
      Promise.resolve([...subscriptions.values()].flatMap(({ id, topic }) => (topics.includes(topic) ? [id] : []))),
    note: ({ id, ...delivery }) => {
      const before = subscriptions.get(id);
      if (before !== undefined) subscriptions.set(id, { ...before, ...delivery });
      return Promise.resolve();
    },
    count: () => Promise.resolve(subscriptions.size),
    hasRoom: () => Promise.resolve(store.room),
    enter: (wanted) => {
      if (wanted.some(({ name }) => usedUp.has(name))) return Promise.resolve(false);
      slots.push(...wanted.map(({ name }) => name));
      return Promise.resolve(true);
    },
    leave: (taken) => {
      for (const { name } of taken) slots.splice(slots.indexOf(name), 1);
      return Promise.resolve();
    },
    admit: ({ name }) => Promise.resolve(!usedUp.has(name)),
    pinged: (topic) => Promise.resolve(pings.get(topic)),
    setPinged: (topic, etag) => {
      pings.set(topic, etag);
      return Promise.resolve();
    },
  };
  return store;
}
