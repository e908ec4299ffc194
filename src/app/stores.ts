/** What does the system keep in Redis, and behind which interface? */
import { createImportMark } from '../io/backup/import-mark.ts';
import { createSharedCounters } from '../io/metrics/shared-counters.ts';
import { createQueues, type Queues } from '../io/queue/queue.ts';
import type { RedisHandle } from '../io/redis/connect.ts';
import { createAssignedCategories } from '../io/store/assigned-categories.ts';
import { createChecks } from '../io/store/checks.ts';
import { createDocuments } from '../io/store/documents.ts';
import { createEntryMemory } from '../io/store/entry-memory.ts';
import { createGenerations } from '../io/store/generations.ts';
import { createHeld } from '../io/store/held.ts';
import { createHostBudgets } from '../io/store/host-budgets.ts';
import { createHubSubscriptions } from '../io/store/hub-subscriptions.ts';
import { createLastDocuments } from '../io/store/last-documents.ts';
import { createNearDuplicates } from '../io/store/near-duplicates.ts';
import { createOutbox } from '../io/store/outbox.ts';
import { createPosts } from '../io/store/posts.ts';
import { createRunningConfigs } from '../io/store/running-configs.ts';
import { createSiteFacts } from '../io/store/site-facts.ts';
import { createSiteRecords } from '../io/store/site-record.ts';
import { createSourceSubscriptions } from '../io/store/source-subscriptions.ts';
import { createSweepHeartbeat } from '../io/store/sweep-heartbeat.ts';
import { createTakedowns } from '../io/store/takedowns.ts';
import { createTrace } from '../io/store/trace.ts';

export type Stores = ReturnType<typeof openStores>;

/** Every store and the queues, on the one connection of the process. They hold no connection of their own. */
export function openStores({ client, prefix: hashTag }: Pick<RedisHandle, 'client' | 'prefix'>) {
  const prefix = `${hashTag}:`;
  const queues: Queues = createQueues(client, hashTag);
  return {
    checks: createChecks(client, prefix),
    posts: createPosts(client, prefix),
    nearDuplicates: createNearDuplicates(client, prefix),
    outbox: createOutbox(client, prefix),
    siteFacts: createSiteFacts(client, prefix),
    documents: createDocuments(client, prefix),
    status: createSweepHeartbeat(client, prefix),
    trace: createTrace(client, prefix),
    lastDocuments: createLastDocuments(client, prefix),
    held: createHeld(client, prefix),
    entryMemory: createEntryMemory(client, prefix),
    takedowns: createTakedowns(client, prefix),
    assigned: createAssignedCategories(client, prefix),
    siteRecords: createSiteRecords(client, prefix),
    generations: createGenerations(client, prefix),
    runningConfigs: createRunningConfigs(client, prefix),
    sourceSubscriptions: createSourceSubscriptions(client, prefix),
    hubSubscriptions: createHubSubscriptions(client, prefix),
    budgets: createHostBudgets(client, prefix),
    counters: createSharedCounters(client, prefix),
    importMark: createImportMark(client, prefix),
    queues,
  };
}
