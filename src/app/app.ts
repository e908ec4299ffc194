/** How do the rooms become one system? */
import { randomBytes } from 'node:crypto';
import { administration } from './administration.ts';
import { directoryPublishers, listedIn, postFilePublishers } from './publishers.ts';
import { serve } from './serve.ts';
import { createCaller } from '../io/fetch/call.ts';
import { createFetcher } from '../io/fetch/fetcher.ts';
import { packageDocument } from '../io/publish/package.ts';
import { createQueues, type Queues } from '../io/queue/queue.ts';
import { startWorkers, type Workers } from '../io/queue/workers.ts';
import { dueCounts } from '../io/metrics/due.ts';
import { measuredChecks, measuredFetcher, measuredPublisher, measuredTrace } from '../io/metrics/instrument.ts';
import { createTally } from '../io/metrics/shared-counters.ts';
import { connectRedis } from '../io/redis/connect.ts';
import { createChecks } from '../io/store/checks.ts';
import { createDocuments, type StoredDocuments } from '../io/store/documents.ts';
import { createHostBudgets } from '../io/store/host-budgets.ts';
import { createHeld } from '../io/store/held.ts';
import { createOriginals } from '../io/store/last-documents.ts';
import { createOutbox } from '../io/store/outbox.ts';
import { createPosts } from '../io/store/posts.ts';
import { createRenames } from '../io/store/renames.ts';
import { createSimilar } from '../io/store/near-duplicates.ts';
import { createStandings } from '../io/store/source-subscriptions.ts';
import { createRecentDocuments } from '../io/store/document-cache.ts';
import { createStatus, type Status } from '../io/store/sweep-heartbeat.ts';
import { createSubscriptions } from '../io/store/hub-subscriptions.ts';
import { createTrace } from '../io/store/trace.ts';
import { announce, type HubDeps } from '../jobs/hub/hub.ts';
import { announceAtOnce, workForHub } from '../jobs/hub/deliver.ts';
import { discardOld } from '../jobs/operator/held-entries.ts';
import { configKeys, leftKeys, lookOf, publish, type PublishDeps, REST_KEY } from '../jobs/publish/publish.ts';
import { createGate } from '../jobs/check/concurrency-limit.ts';
import { type Plan, planOf } from '../jobs/running-config.ts';
import { budgetOf, refresh, type RefreshDeps } from '../jobs/check/check-source.ts';
import { type BatchDeps, refreshBatch, refreshOne } from '../jobs/check/check-batch.ts';
import { retain } from '../jobs/ingest/expire-posts.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';
import { sweep } from '../jobs/check/sweep.ts';
import { documentAt } from '../jobs/publish/site-documents.ts';
import type { Settings } from '../model/settings.ts';
import type { Checks, DueSource, HostBudgets } from '../ports/checks.ts';
import type { Held } from '../ports/held.ts';
import type { Originals } from '../ports/last-documents.ts';
import type { Log } from '../ports/log.ts';
import type { Similar } from '../ports/near-duplicates.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Posts } from '../ports/posts.ts';
import type { JobResult } from '../ports/queue.ts';
import type { Standings } from '../ports/source-subscriptions.ts';
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
  readonly plan: () => Plan;
  readonly checks: Checks;
  readonly posts: Posts;
  readonly similar: Similar;
  readonly trace: Trace;
  readonly originals: Originals;
  readonly held: Held;
  readonly outbox: Outbox;
  readonly documents: StoredDocuments;
  readonly status: Status;
  readonly queues: Queues;
  readonly publishing: PublishDeps;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  readonly standings: Standings;
  readonly budgets: HostBudgets;
  /** The running config becomes this one: sources come and go, what depends on it is published anew. */
  reconfigure(settings: Settings): Promise<void>;
  refresh(due: DueSource, holder: string, signal: AbortSignal): Promise<JobResult>;
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
  let plan = planOf(settings);
  const redis = await connectRedis(settings.redis, log, { shared });
  const prefix = `${redis.prefix}:`;
  const checks = createChecks(redis.client, prefix);
  const posts = createPosts(redis.client, prefix);
  const similar = createSimilar(redis.client, prefix);
  const outbox = createOutbox(redis.client, prefix);
  const documents = createDocuments(redis.client, prefix);
  const status = createStatus(redis.client, prefix);
  const trace = createTrace(redis.client, prefix);
  const originals = createOriginals(redis.client, prefix);
  const held = createHeld(redis.client, prefix);
  const queues = createQueues(redis.client, redis.prefix);
  const tally = createTally(redis.client, prefix);
  const fetcher = measuredFetcher(createFetcher(), tally);
  const caller = createCaller();
  const standings = createStandings(redis.client, prefix);
  const budgets = createHostBudgets(redis.client, prefix);

  const refreshing: RefreshDeps = {
    plan: () => plan,
    checks: measuredChecks(checks, tally),
    posts,
    similar,
    trace: measuredTrace(trace, tally),
    originals,
    held,
    renames: createRenames(redis.client, prefix),
    standings,
    fetcher,
    queue: queues,
    version,
    now,
    random,
    log,
  };
  const subscriber = createSubscriber({
    ...refreshing,
    standings,
    budgets,
    caller,
    jobs: queues,
    fresh: () => ({
      callbackId: randomBytes(24).toString('base64url'),
      secret: randomBytes(32).toString('base64url'),
    }),
  });
  const batching: BatchDeps = {
    refresh: (due, holder, signal) => refresh(due, holder, refreshing, signal),
    budgetOf: (due) => budgetOf(due, plan),
    gate: createGate(settings.fetch.concurrency),
    queue: queues,
    now,
    log,
  };
  const publishing: PublishDeps = {
    settings: () => plan.settings,
    posts,
    checks,
    outbox,
    fragments: createFragmentCache(),
    served: measuredPublisher(documents, 'site', tally),
    copies: directoryPublishers(settings).map((copy) => measuredPublisher(copy, 'directory', tally)),
    postFiles: postFilePublishers(settings).map((files) => measuredPublisher(files, 'post-files', tally)),
    pack: packageDocument,
    announce: (paths) => announce(paths, hub),
    ...listedIn(settings),
  };
  const recentDocument = createRecentDocuments(documents);
  const hub: HubDeps = {
    settings: () => plan.settings,
    subscriptions: createSubscriptions(redis.client, prefix),
    caller,
    queue: queues,
    document: async (path) => {
      const published = await recentDocument(path);
      if (published !== undefined) return published;
      const made = await documentAt(path, undefined, publishing);
      return made === undefined ? undefined : packageDocument(made);
    },
    version,
    now,
    random,
    challenge: () => randomBytes(24).toString('base64url'),
    log,
  };

  const administering = administration({
    settings: () => plan.settings,
    checks,
    posts,
    similar,
    held,
    trace: refreshing.trace,
    system: {
      posts,
      outbox,
      due: (at) => dueCounts(redis.client, prefix, at),
      failing: () => tally.failing(new Set(plan.sources.keys())),
      held: async () => (await held.summaries()).size,
      sweptAt: () => status.sweptAt(),
      jobs: () => queues.counts(),
    },
    failedJobs: (limit) => queues.failed(limit),
    touchHubs: (sourceId) => subscriber.touch([sourceId]),
    now,
  });
  const flush = () =>
    tally.flush().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'what was counted could not be written; trying again');
    });
  const flushing = setInterval(() => void flush(), FLUSH_EVERY_MS).unref();

  async function reconfigure(next: Settings): Promise<void> {
    plan = planOf(next);
    const { added, removed } = await checks.sync([...plan.sources.keys()], now(), FIRST_CHECKS_WITHIN_MS);
    await outbox.touch([...configKeys(next), ...leftKeys(next, await documents.paths())]);
    await renewCopies(next);
    await subscriber.review();
    log.info({ sources: plan.sources.size, added, removed }, 'the config is in use');
  }

  /** What the web server makes when asked for is always new; what was written out is so only if it is written again. */
  async function renewCopies(next: Settings): Promise<void> {
    if (publishing.copies.length + publishing.postFiles.length === 0) return;
    const look = lookOf(next, version);
    if ((await outbox.look()) === look) return;
    await outbox.touchEverything();
    await outbox.setLook(look);
  }

  async function publishTouched(): Promise<void> {
    const published = new Set<string>();
    const announceLater = (paths: readonly string[]): Promise<void> => {
      for (const path of paths) published.add(path);
      return Promise.resolve();
    };
    for (;;) {
      const [touched, rest] = await Promise.all([outbox.touched(), outbox.restCount()]);
      const deps = { ...publishing, announce: announceLater };
      for (const { key } of touched) await publish(key, deps);
      if (rest > 0) await publish(REST_KEY, deps);
      if (touched.length + rest === 0) break;
    }
    await announceAtOnce([...published], hub);
  }

  function startAllWorkers(): Workers {
    return startWorkers(
      {
        sweep: async () => {
          await sweep({ plan: () => plan, checks, outbox, queue: queues }, now());
          await subscriber.sweep();
          await status.swept(now());
        },
        retain: async () => {
          await hub.subscriptions.expire(now(), EXPIRE_BATCH);
          await discardOld(plan.settings.keep.postsMs, { held, trace: refreshing.trace }, now());
          for (let batch = 0; batch < RETAIN_BATCHES; batch += 1) {
            const { more } = await retain(plan.settings, { posts, trace }, now());
            if (!more) return;
          }
        },
        refresh: (due, signal) => refreshOne(due, batching, signal),
        refreshBatch: (due, signal) => refreshBatch(due, batching, signal),
        publish: (key) => publish(key, publishing),
        hub: (task, holder, signal) => workForHub(task, holder, hub, signal),
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
          tally.add('failed-jobs', queue);
        },
      },
    );
  }

  return {
    plan: () => plan,
    checks,
    posts,
    similar,
    trace,
    originals,
    held,
    outbox,
    documents,
    status,
    queues,
    publishing,
    hub,
    subscriber,
    standings,
    budgets,
    reconfigure,
    refresh: (due, holder, signal) => refresh(due, holder, refreshing, signal),
    publishTouched,
    startWorkers: startAllWorkers,
    startWeb: () =>
      serve({
        settings: () => plan.settings,
        publishing,
        documents,
        administering,
        splitting: { settings: () => plan.settings, posts, similar, trace: refreshing.trace },
        tally,
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
      await caller.close();
      await redis.close();
    },
  };
}
