/** How do the rooms become one system? */
import { randomBytes } from 'node:crypto';
import { administration } from './administration.ts';
import { directoryPublishers, listedIn, postFilePublishers } from './publishers.ts';
import { serve } from './serve.ts';
import { createHttpClient } from '../io/fetch/call.ts';
import { createFetcher } from '../io/fetch/fetcher.ts';
import { packageDocument } from '../io/publish/package.ts';
import { createQueues, type Queues } from '../io/queue/queue.ts';
import { startWorkers, type Workers } from '../io/queue/workers.ts';
import { dueCounts } from '../io/metrics/due.ts';
import {
  instrumentedChecks,
  instrumentedFetcher,
  instrumentedPublisher,
  instrumentedTrace,
} from '../io/metrics/instrument.ts';
import { createSharedCounters } from '../io/metrics/shared-counters.ts';
import { connectRedis } from '../io/redis/connect.ts';
import { createChecks } from '../io/store/checks.ts';
import { createDocuments, type StoredDocuments } from '../io/store/documents.ts';
import { createHostBudgets } from '../io/store/host-budgets.ts';
import { createHeld } from '../io/store/held.ts';
import { createLastDocuments } from '../io/store/last-documents.ts';
import { createOutbox } from '../io/store/outbox.ts';
import { createPosts } from '../io/store/posts.ts';
import { createRenames } from '../io/store/renames.ts';
import { createNearDuplicates } from '../io/store/near-duplicates.ts';
import { createSourceSubscriptions } from '../io/store/source-subscriptions.ts';
import { createDocumentCache } from '../io/store/document-cache.ts';
import { createSweepHeartbeat, type SweepHeartbeat } from '../io/store/sweep-heartbeat.ts';
import { createHubSubscriptions } from '../io/store/hub-subscriptions.ts';
import { createTrace } from '../io/store/trace.ts';
import { announce, type HubDeps } from '../jobs/hub/hub.ts';
import { announceNow, runHubTask } from '../jobs/hub/deliver.ts';
import { discardOld } from '../jobs/operator/held-entries.ts';
import {
  configKeys,
  obsoleteKeys,
  templateVersionOf,
  publish,
  type PublishDeps,
  BULK_KEY,
} from '../jobs/publish/publish.ts';
import { createConcurrencyLimit } from '../jobs/check/concurrency-limit.ts';
import { type RunningConfig, runningConfigOf } from '../jobs/running-config.ts';
import { budgetOf, checkSource, type CheckDeps } from '../jobs/check/check-source.ts';
import { type BatchDeps, checkBatch, checkOne } from '../jobs/check/check-batch.ts';
import { expirePosts } from '../jobs/ingest/expire-posts.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';
import { sweep } from '../jobs/check/sweep.ts';
import { documentAt } from '../jobs/publish/site-documents.ts';
import type { Settings } from '../model/settings.ts';
import type { Checks, DueSource, HostBudgets } from '../ports/checks.ts';
import type { HeldStore } from '../ports/held.ts';
import type { LastDocuments } from '../ports/last-documents.ts';
import type { Log } from '../ports/log.ts';
import type { NearDuplicates } from '../ports/near-duplicates.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Posts } from '../ports/posts.ts';
import type { JobResult } from '../ports/queue.ts';
import type { SourceSubscriptionStore } from '../ports/source-subscriptions.ts';
import type { Trace } from '../ports/trace.ts';
import { createFragmentCache } from '../stages/render/fragments.ts';
import { version } from '../version.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** For commands beside a running Feedmill: its embedded Redis will do. */
  readonly shared?: boolean;
}

/** Everything that is joined; what runs on it is up to the command. */
export interface App {
  readonly config: () => RunningConfig;
  readonly checks: Checks;
  readonly posts: Posts;
  readonly nearDuplicates: NearDuplicates;
  readonly trace: Trace;
  readonly lastDocuments: LastDocuments;
  readonly held: HeldStore;
  readonly outbox: Outbox;
  readonly documents: StoredDocuments;
  readonly status: SweepHeartbeat;
  readonly queues: Queues;
  readonly publishDeps: PublishDeps;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  readonly sourceSubscriptions: SourceSubscriptionStore;
  readonly budgets: HostBudgets;
  /** The running config becomes this one: sources come and go, what depends on it is published anew. */
  reconfigure(settings: Settings): Promise<void>;
  checkSource(due: DueSource, holder: string, signal: AbortSignal): Promise<JobResult>;
  /** Publishes all that was touched; for commands without a queue. */
  publishTouched(): Promise<void>;
  startWorkers(): Workers;
  /** Serves until the function it gives back is called. */
  startWeb(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** New sources are first checked within this time, so that a thousand of them do not start at once. */
const FIRST_CHECKS_WITHIN_MS = 30_000;

/** What was counted reaches Redis this often. */
const FLUSH_EVERY_MS = 5_000;

/** What one run of forgetting may do; the next one is ten minutes away. */
const RETAIN_BATCHES = 20;
const EXPIRE_BATCH = 5_000;

/** @throws StoreError where Redis is not to be had */
export async function openApp({ settings, log, now, random, shared = false }: AppOptions): Promise<App> {
  let plan = runningConfigOf(settings);
  const redis = await connectRedis(settings.redis, log, { shared });
  const prefix = `${redis.prefix}:`;
  const checks = createChecks(redis.client, prefix);
  const posts = createPosts(redis.client, prefix);
  const nearDuplicates = createNearDuplicates(redis.client, prefix);
  const outbox = createOutbox(redis.client, prefix);
  const documents = createDocuments(redis.client, prefix);
  const status = createSweepHeartbeat(redis.client, prefix);
  const trace = createTrace(redis.client, prefix);
  const lastDocuments = createLastDocuments(redis.client, prefix);
  const held = createHeld(redis.client, prefix);
  const queues = createQueues(redis.client, redis.prefix);
  const counters = createSharedCounters(redis.client, prefix);
  const fetcher = instrumentedFetcher(createFetcher(), counters);
  const httpClient = createHttpClient();
  const sourceSubscriptions = createSourceSubscriptions(redis.client, prefix);
  const budgets = createHostBudgets(redis.client, prefix);

  const checkDeps: CheckDeps = {
    config: () => plan,
    checks: instrumentedChecks(checks, counters),
    posts,
    nearDuplicates,
    trace: instrumentedTrace(trace, counters),
    lastDocuments,
    held,
    renames: createRenames(redis.client, prefix),
    sourceSubscriptions,
    fetcher,
    queue: queues,
    version,
    now,
    random,
    log,
  };
  const subscriber = createSubscriber({
    ...checkDeps,
    sourceSubscriptions,
    budgets,
    httpClient,
    jobs: queues,
    fresh: () => ({
      callbackId: randomBytes(24).toString('base64url'),
      secret: randomBytes(32).toString('base64url'),
    }),
  });
  const batchDeps: BatchDeps = {
    check: (due, holder, signal) => checkSource(due, holder, checkDeps, signal),
    budgetOf: (due) => budgetOf(due, plan),
    limit: createConcurrencyLimit(settings.fetch.concurrency),
    queue: queues,
    now,
    log,
  };
  const publishDeps: PublishDeps = {
    settings: () => plan.settings,
    posts,
    checks,
    outbox,
    fragments: createFragmentCache(),
    served: instrumentedPublisher(documents, 'site', counters),
    copies: directoryPublishers(settings).map((copy) => instrumentedPublisher(copy, 'directory', counters)),
    postFiles: postFilePublishers(settings).map((files) => instrumentedPublisher(files, 'post-files', counters)),
    pack: packageDocument,
    announce: (paths) => announce(paths, hub),
    ...listedIn(settings),
  };
  const recentDocument = createDocumentCache(documents);
  const hub: HubDeps = {
    settings: () => plan.settings,
    subscriptions: createHubSubscriptions(redis.client, prefix),
    httpClient,
    queue: queues,
    document: async (path) => {
      const published = await recentDocument(path);
      if (published !== undefined) return published;
      const made = await documentAt(path, undefined, publishDeps);
      return made === undefined ? undefined : packageDocument(made);
    },
    version,
    now,
    random,
    challenge: () => randomBytes(24).toString('base64url'),
    log,
  };

  const adminDeps = administration({
    settings: () => plan.settings,
    checks,
    posts,
    nearDuplicates,
    held,
    trace: checkDeps.trace,
    system: {
      posts,
      outbox,
      due: (at) => dueCounts(redis.client, prefix, at),
      failing: () => counters.failing(new Set(plan.sources.keys())),
      held: async () => (await held.summaries()).size,
      sweptAt: () => status.sweptAt(),
      jobs: () => queues.counts(),
    },
    failedJobs: (limit) => queues.failed(limit),
    touchHubs: (sourceId) => subscriber.touch([sourceId]),
    now,
  });
  const flush = () =>
    counters.flush().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'what was counted could not be written; trying again');
    });
  const flushing = setInterval(() => void flush(), FLUSH_EVERY_MS).unref();

  async function reconfigure(next: Settings): Promise<void> {
    plan = runningConfigOf(next);
    const { added, removed } = await checks.sync([...plan.sources.keys()], now(), FIRST_CHECKS_WITHIN_MS);
    await outbox.markDirty([...configKeys(next), ...obsoleteKeys(next, await documents.paths())]);
    await renewCopies(next);
    await subscriber.review();
    log.info({ sources: plan.sources.size, added, removed }, 'the config is in use');
  }

  /** What the web server makes when asked for is always new; what was written out is so only if it is written again. */
  async function renewCopies(next: Settings): Promise<void> {
    if (publishDeps.copies.length + publishDeps.postFiles.length === 0) return;
    const look = templateVersionOf(next, version);
    if ((await outbox.templateVersion()) === look) return;
    await outbox.markEverythingDirty();
    await outbox.setTemplateVersion(look);
  }

  async function publishTouched(): Promise<void> {
    const published = new Set<string>();
    const announceLater = (paths: readonly string[]): Promise<void> => {
      for (const path of paths) published.add(path);
      return Promise.resolve();
    };
    for (;;) {
      const [touched, rest] = await Promise.all([outbox.dirty(), outbox.bulkCount()]);
      const deps = { ...publishDeps, announce: announceLater };
      for (const { key } of touched) await publish(key, deps);
      if (rest > 0) await publish(BULK_KEY, deps);
      if (touched.length + rest === 0) break;
    }
    await announceNow([...published], hub);
  }

  function startAllWorkers(): Workers {
    return startWorkers(
      {
        sweep: async () => {
          await sweep({ config: () => plan, checks, outbox, queue: queues }, now());
          await subscriber.sweep();
          await status.swept(now());
        },
        retain: async () => {
          await hub.subscriptions.expire(now(), EXPIRE_BATCH);
          await discardOld(plan.settings.keep.postsMs, { held, trace: checkDeps.trace }, now());
          for (let batch = 0; batch < RETAIN_BATCHES; batch += 1) {
            const { more } = await expirePosts(plan.settings, { posts, trace }, now());
            if (!more) return;
          }
        },
        refresh: (due, signal) => checkOne(due, batchDeps, signal),
        refreshBatch: (due, signal) => checkBatch(due, batchDeps, signal),
        publish: (key) => publish(key, publishDeps),
        hub: (task, holder, signal) => runHubTask(task, holder, hub, signal),
        tend: (sourceId, holder, signal) => subscriber.tend(sourceId, holder, signal),
        read: (sourceId, holder, signal) => subscriber.read(sourceId, holder, signal),
      },
      {
        connection: redis.client,
        prefix: redis.prefix,
        queues,
        concurrency: settings.fetch.concurrency,
        now,
        log,
        onFailure: (queue) => {
          counters.add('failed-jobs', queue);
        },
      },
    );
  }

  return {
    config: () => plan,
    checks,
    posts,
    nearDuplicates,
    trace,
    lastDocuments,
    held,
    outbox,
    documents,
    status,
    queues,
    publishDeps,
    hub,
    subscriber,
    sourceSubscriptions,
    budgets,
    reconfigure,
    checkSource: (due, holder, signal) => checkSource(due, holder, checkDeps, signal),
    publishTouched,
    startWorkers: startAllWorkers,
    startWeb: () =>
      serve({
        settings: () => plan.settings,
        publishDeps,
        documents,
        adminDeps,
        splitDeps: { settings: () => plan.settings, posts, nearDuplicates, trace: checkDeps.trace },
        counters,
        hub,
        subscriber,
        status,
        now,
        log,
      }),
    close: async () => {
      clearInterval(flushing);
      await flush();
      await queues.close();
      await fetcher.close();
      await httpClient.close();
      await redis.close();
    },
  };
}
