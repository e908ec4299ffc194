/** How are stores, jobs, workers and the web server wired into one system? */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { changeFrom, recordOf } from '../config/record.ts';
import { createHttpClient } from '../io/fetch/call.ts';
import { createResolve } from '../io/fetch/resolve.ts';
import { createFetcher } from '../io/fetch/fetcher.ts';
import { dueCounts } from '../io/metrics/due.ts';
import {
  instrumentedChecks,
  instrumentedFetcher,
  instrumentedPublisher,
  instrumentedTrace,
} from '../io/metrics/instrument.ts';
import type { SharedCounters } from '../io/metrics/shared-counters.ts';
import { packageDocument, packing } from '../io/publish/package.ts';
import type { Queues } from '../io/queue/queue.ts';
import type { Workers } from '../io/queue/workers.ts';
import { connectRedis, type RedisClient } from '../io/redis/connect.ts';
import { createDocumentCache } from '../io/store/document-cache.ts';
import type { StoredDocuments } from '../io/store/documents.ts';
import type { SweepHeartbeat } from '../io/store/sweep-heartbeat.ts';
import { createWakeups } from '../io/store/wakeups.ts';
import { askOwnHealth } from '../io/web/own-health.ts';
import { type BatchDeps, checkOne } from '../jobs/check/check-batch.ts';
import { budgetOf, checkSource, type CheckDeps, type CheckEnd } from '../jobs/check/check-source.ts';
import { createBytesInFlight } from '../jobs/check/bytes-in-flight.ts';
import { createConcurrencyLimit } from '../jobs/check/concurrency-limit.ts';
import type { HubDeps } from '../jobs/hub/hub.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import { createNetworkWatch } from '../jobs/check/network-watch.ts';
import { tendCopies } from '../jobs/publish/tend-copies.ts';
import { notingSourceNames } from '../jobs/publish/source-names.ts';
import { type RunningConfig, runningConfigOf } from '../jobs/running-config.ts';
import { scopeFromPath } from '../model/paths.ts';
import type { ConfigState, RecordedConfig } from '../model/recorded-config.ts';
import type { RedisSettings, Settings } from '../model/settings.ts';
import { identified, type SiteRecord } from '../model/site-id.ts';
import type { Checks, DueSource, HostBudgets, Wakeups } from '../ports/checks.ts';
import type { AssignedCategories } from '../ports/assigned-categories.ts';
import type { HeldStore } from '../ports/held.ts';
import type { LastDocuments } from '../ports/last-documents.ts';
import type { Log } from '../ports/log.ts';
import type { NearDuplicates } from '../ports/near-duplicates.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Posts } from '../ports/posts.ts';
import type { Copy } from '../ports/publisher.ts';
import type { RunningConfigs } from '../ports/running-configs.ts';
import type { SourceSubscriptionStore } from '../ports/source-subscriptions.ts';
import type { Takedowns } from '../ports/takedowns.ts';
import type { Trace } from '../ports/trace.ts';
import { createFragmentCache } from '../stages/render/fragments.ts';
import { version } from '../version.ts';
import { administration } from './administration.ts';
import { claimSite, expectOwnSite } from './claim-site.ts';
import { expireOld } from './expire.ts';
import { liveness, type Liveness } from './liveness.ts';
import { createMembership } from './membership.ts';
import { bytesInFlightFor, memoryLimitBytes } from './memory-limit.ts';
import { closingOnError, prepareStore } from './prepare-store.ts';
import { directoryCopies, postFilePublishers } from './publishers.ts';
import { readiness } from './readiness.ts';
import { reconfigure } from './reconfigure.ts';
import { openStores, type Stores } from './stores.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

export interface AppOptions extends OpenOptions {
  readonly settings: Settings;
  /** For commands that run beside a running Feedmill: they use its embedded Redis. */
  readonly shared?: boolean;
}

/** For a command beside a running Feedmill: chooses its settings, which depend on the running config. */
export interface BesideOptions extends OpenOptions {
  readonly redis: RedisSettings;
  /** @param running  the config that another process runs, if one does */
  readonly choose: (running: RecordedConfig | undefined) => Choice;
  /** How long to wait for a Redis that cannot be reached yet. */
  readonly startTimeoutMs?: number;
}

export interface Choice {
  readonly settings: Settings;
  /** The settings are those that another process recorded, without passwords, tokens and headers. */
  readonly isRecord: boolean;
}

interface OpenOptions {
  readonly log: Log;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /**
   * Whether older data are brought up to date, and a private store is created. By default, a command beside a running
   * Feedmill does neither.
   */
  readonly mayMigrate?: boolean;
  /** For the last steps of an import; no other process may write meanwhile. */
  readonly isImporting?: boolean;
  /** Ends the wait for Redis; `openApp` then throws its reason. */
  readonly signal?: AbortSignal;
}

/** The whole system, connected; the command decides which parts run. */
export interface App {
  readonly config: () => RunningConfig;
  readonly checks: Checks;
  readonly posts: Posts;
  readonly nearDuplicates: NearDuplicates;
  readonly trace: Trace;
  readonly lastDocuments: LastDocuments;
  readonly held: HeldStore;
  readonly takedowns: Takedowns;
  readonly outbox: Outbox;
  readonly documents: StoredDocuments;
  readonly status: SweepHeartbeat;
  readonly queues: Queues;
  readonly publishDeps: PublishDeps;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  readonly sourceSubscriptions: SourceSubscriptionStore;
  readonly budgets: HostBudgets;
  readonly assigned: AssignedCategories;
  /** The site that Redis belonged to when the app was opened; undefined for an empty store. */
  readonly storedSite: SiteRecord | undefined;
  /** The config that another process ran when the app was opened. */
  readonly elsewhere: RecordedConfig | undefined;
  /** Whether the settings are those that another process recorded: without passwords, tokens and headers. */
  readonly worksByRecord: boolean;
  readonly runningConfigs: RunningConfigs;
  readonly wakeups: Wakeups;
  readonly counters: SharedCounters;
  /** Makes this the running config: adds and removes sources, and publishes documents again that depend on it. */
  reconfigure(settings: Settings): Promise<void>;
  /** Records whether the files on disk are valid, for the readiness check, the metrics and the admin pages. */
  noteProblems(problems: readonly string[]): void;
  /** At most `fetch.concurrency` run at the same time in this process; further checks wait. */
  checkSource(due: DueSource, holder: string, signal: AbortSignal): Promise<CheckEnd>;
  /**
   * Has copies filled whose directory is new, was emptied or was replaced. @throws PublishError if one cannot be
   * reached
   */
  tendCopies(): Promise<void>;
  /** Publishes everything that is dirty; for commands that run no workers. */
  publishTouched(options?: PublishTouchedOptions): Promise<void>;
  /** Removes posts and held entries that are too old or too many; for commands that run no workers. */
  expireOld(): Promise<void>;
  /** @param onDead  called if the workers of a queue stay silent, however often they are started again */
  startWorkers(onDead?: (queue: string) => void): Promise<Workers>;
  /** Repairs the schedule after a loss of data in Redis, a clock that was set back, or a stopped sweep. */
  watchStore(): Promise<() => Promise<void>>;
  /** Serves until the returned function is called. */
  startWeb(): Promise<() => Promise<void>>;
  /** Whether the parts that were started in this process work. Does not throw. */
  liveness(): Promise<Liveness>;
  close(): Promise<void>;
}

export interface PublishTouchedOptions {
  /** Ends the work after the current step: further keys stay dirty, further announcements go to the queue. */
  readonly signal?: AbortSignal;
  /** Called after each step: how many dirty keys were published, and how many are known to be left. */
  readonly onProgress?: (published: number, left: number) => void;
}

/** Interval at which counters are written to Redis. */
const FLUSH_EVERY_MS = 5_000;

/** Longest time that a request of a reader waits for one answer of Redis. */
const WEB_COMMAND_MS = 2_000;

/** @throws StoreError if Redis cannot be reached */
export async function openApp({ settings, shared = false, ...options }: AppOptions): Promise<App> {
  const choose = (): Choice => ({ settings, isRecord: false });
  return open({ ...options, redis: settings.redis, choose }, shared);
}

/** Another version of Feedmill may have recorded settings that this one does not know. */
function readable(running: RecordedConfig | undefined): RecordedConfig | undefined {
  return running?.version === version ? running : undefined;
}

/** @throws StoreError if Redis cannot be reached; errors of `choose` */
export async function openAppBeside(options: BesideOptions): Promise<App> {
  return open(options, true);
}

async function open(options: BesideOptions, shared: boolean): Promise<App> {
  const { log, now, random, mayMigrate = !shared, isImporting = false, signal, startTimeoutMs } = options;
  const redis = await connectRedis(options.redis, log, {
    shared,
    mayCreate: mayMigrate,
    ...(signal !== undefined && { signal }),
    ...(startTimeoutMs !== undefined && { startTimeoutMs }),
  });
  const stores = openStores(redis);
  const { storedSite, elsewhere, choice } = await closingOnError(redis, stores, async () => {
    const site = await prepareStore(redis, stores, mayMigrate, isImporting, log);
    const running = shared && (await stores.generations.running()) > 0 ? await stores.runningConfigs.read() : undefined;
    return { storedSite: site, elsewhere: running, choice: options.choose(readable(running)) };
  });
  const { settings } = choice;
  const membership = createMembership(stores.generations, () => !shared, log);
  let runningUrl: string | undefined;
  let servingAt: AddressInfo | undefined;
  let workers: Workers | undefined;
  let leave: (() => Promise<void>) | undefined;
  let running = runningConfigOf(identified(settings, storedSite));
  const { counters } = stores;
  const fetcher = instrumentedFetcher(createFetcher(), counters);
  const httpClient = createHttpClient();
  const limit = createConcurrencyLimit(settings.fetch.concurrency);
  const bytesInFlight = createBytesInFlight(settings.fetch.maxBytesInFlight ?? bytesInFlightFor(memoryLimitBytes()));
  const fragments = createFragmentCache();
  const copies = directoryCopies(settings, () => running.settings).map(({ publisher, encodings }) => ({
    publisher: instrumentedPublisher(publisher, 'directory', counters),
    encodings,
  }));
  const postFiles = postFilePublishers(settings).map((files) => instrumentedPublisher(files, 'post-files', counters));
  const workerId = randomUUID();
  let configState: ConfigState = { readAt: now(), problems: [] };

  /** The jobs on these stores; the workers and the web server have a connection each. */
  function connected(client: RedisClient, on: Stores) {
    const { checks, posts, nearDuplicates, outbox, documents, status, lastDocuments, held, queues } = on;
    const { sourceSubscriptions, budgets } = on;
    const trace = instrumentedTrace(on.trace, counters);

    const checkDeps: CheckDeps = {
      network: createNetworkWatch({
        config: () => running,
        publish: (outSinceAt, at) => status.networkOut(workerId, outSinceAt, at),
        log,
      }),
      config: () => running,
      checks: notingSourceNames(instrumentedChecks(checks, counters), on.siteFacts),
      posts,
      nearDuplicates,
      trace,
      lastDocuments,
      bytesInFlight,
      held,
      takedowns: on.takedowns,
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
      budgetOf: (due) => budgetOf(due, running),
      limit,
      queue: queues,
      now,
      log,
    };
    const publishDeps: PublishDeps = {
      settings: () => running.settings,
      posts,
      siteFacts: on.siteFacts,
      outbox,
      fragments,
      served: instrumentedPublisher(documents, 'site', counters),
      copies,
      postFiles,
      packing,
      counts: {
        add: (step, kind, by) => {
          counters.add(step, kind, by);
        },
      },
      announce: async (paths) => {
        const { announce } = await import('../jobs/hub/hub.ts');
        await announce(paths, hub);
      },
    };
    const recentDocument = createDocumentCache(documents);
    const hub: HubDeps = {
      settings: () => running.settings,
      subscriptions: on.hubSubscriptions,
      httpClient,
      queue: queues,
      document: async (path) => {
        const published = await recentDocument(path);
        if (published !== undefined) return published;
        const { documentAt } = await import('../jobs/publish/site-documents.ts');
        const made = await documentAt(path, undefined, publishDeps);
        return made === undefined ? undefined : packageDocument(made);
      },
      hasPosts: async (path) => {
        const scope = scopeFromPath(path)?.scope;
        return scope?.kind !== 'tag' || (await posts.count(scope)) > 0;
      },
      resolve: createResolve(),
      version,
      now,
      random,
      challenge: () => randomBytes(24).toString('base64url'),
      log,
    };

    const adminDeps = administration({
      settings: () => running.settings,
      checks,
      posts,
      nearDuplicates,
      held,
      trace,
      system: {
        posts,
        outbox,
        due: (at) => dueCounts(client, `${redis.prefix}:`, at),
        failing: () => on.counters.failing(new Set(running.sources.keys())),
        held: async () => (await held.summaries()).size,
        sweptAt: () => status.sweptAt(),
        networkOutSince: (at) => status.networkOutSince(at),
        jobs: () => queues.counts(),
      },
      failedJobs: (limit) => queues.failed(limit),
      budgets,
      touchHubs: (sourceId) => subscriber.touch([sourceId]),
      config: async () => ({ ...configState, changes: await on.runningConfigs.changes() }),
      now,
    });
    return { stores: on, trace, subscriber, batchDeps, publishDeps, hub, adminDeps };
  }

  const main = connected(redis.client, stores);
  const { trace, subscriber, batchDeps, publishDeps, hub } = main;
  const { checks, posts, nearDuplicates, outbox, documents, status, lastDocuments, held, queues } = stores;
  const { sourceSubscriptions, budgets } = stores;
  const flush = () =>
    counters.flush().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the counters could not be written; trying again');
    });
  const flushing = setInterval(() => void flush(), FLUSH_EVERY_MS).unref();

  function reportDead(queue: string): void {
    log.error({ queue }, 'the worker takes no jobs, and neither do new workers that replaced it');
  }

  async function lookAtCopies(): Promise<void> {
    const named = new Map<string, Copy>([
      ...copies.map(({ publisher }) => ['directory', publisher] as const),
      ...postFiles.map((files) => ['post-files', files] as const),
    ]);
    const filled = await tendCopies({ copies: named, siteFacts: stores.siteFacts, outbox, newMark: randomUUID });
    if (filled.length > 0) log.info({ copies: filled }, 'a directory is new, was emptied or was replaced; filling it');
  }

  let reconfiguring = Promise.resolve();
  /** One at a time, in the order of the requests. */
  async function makeRunning(next: Settings): Promise<void> {
    const { generations, siteRecords } = stores;
    const owner = { siteRecords, generations, address: redis.address, log };
    await expectOwnSite(next, running.settings.site.id, runningUrl, owner);
    const isLatest = await membership.claim(next);
    const isEdit = runningUrl !== undefined;
    running = runningConfigOf(
      isLatest ? await claimSite(next, running.settings.site.id, owner) : identified(next, storedSite),
    );
    runningUrl = next.site.url;
    const bringInLine = async (): Promise<void> => {
      await reconfigure(running, { stores, publishDeps, subscriber, now, log });
      const { runningConfigs } = stores;
      const record = recordOf(running.settings, now(), version);
      await runningConfigs.record(record, changeFrom(await runningConfigs.read(), record, isEdit));
    };
    if (isLatest) await bringInLine();
    if (!shared) leave ??= membership.keepUp(bringInLine);
    configState = { readAt: now(), problems: [] };
  }

  async function publishTouched({
    signal = new AbortController().signal,
    onProgress,
  }: PublishTouchedOptions = {}): Promise<void> {
    const published = new Set<string>();
    const announceLater = (paths: readonly string[]): Promise<void> => {
      for (const path of paths) published.add(path);
      return Promise.resolve();
    };
    let done = 0;
    let left = 0;
    const deps: PublishDeps = {
      ...publishDeps,
      signal,
      announce: announceLater,
      onStep: (count) => {
        done += count;
        left = Math.max(0, left - count);
        onProgress?.(done, left);
      },
    };
    while (!signal.aborted) {
      const [touched, rest, behind] = await Promise.all([outbox.dirty(), outbox.bulkCount(), outbox.behindCount()]);
      left = touched.length + rest + behind;
      if (left === 0) break;
      const { BULK_KEY, COPIES_KEY, publish } = await import('../jobs/publish/publish.ts');
      for (const { key } of touched) await publish(key, deps);
      if (rest > 0) await publish(BULK_KEY, deps);
      // Everything that is served is complete by then; a copy that cannot be written ends the command with the reason.
      if (touched.length + rest === 0) await publish(COPIES_KEY, deps);
    }
    if (published.size === 0) return;
    const { announceNow } = await import('../jobs/hub/deliver.ts');
    await announceNow([...published], hub, signal);
  }

  return {
    config: () => running,
    checks,
    posts,
    nearDuplicates,
    trace: stores.trace,
    lastDocuments,
    held,
    takedowns: stores.takedowns,
    outbox,
    documents,
    status,
    queues,
    publishDeps,
    hub,
    subscriber,
    sourceSubscriptions,
    budgets,
    wakeups: createWakeups(() => redis.duplicate({ name: 'wakeups' }), `${redis.prefix}:`),
    assigned: stores.assigned,
    storedSite,
    elsewhere,
    worksByRecord: choice.isRecord,
    runningConfigs: stores.runningConfigs,
    counters,
    reconfigure: (next) => (reconfiguring = reconfiguring.catch(() => undefined).then(() => makeRunning(next))),
    noteProblems: (problems) => {
      configState = { ...configState, problems };
    },
    watchStore: async () => {
      const { watchStore } = await import('./watch-store.ts');
      return watchStore({
        config: () => running,
        stores,
        isLatest: () => membership.renew(),
        tendCopies: lookAtCopies,
        reconcile: () =>
          (reconfiguring = reconfiguring.catch(() => undefined).then(() => makeRunning(running.settings))),
        now,
        log,
      });
    },
    checkSource: (due, holder, signal) => checkOne(due, batchDeps, signal, holder),
    tendCopies: lookAtCopies,
    publishTouched,
    expireOld: () => expireOld({ config: () => running, stores, trace: stores.trace, now }),
    startWorkers: async (onDead = reportDead) => {
      const { startAppWorkers } = await import('./workers.ts');
      workers = startAppWorkers({
        config: () => running,
        redis,
        stores,
        trace,
        batchDeps,
        publishDeps,
        hub,
        subscriber,
        onDead,
        concurrency: settings.fetch.concurrency,
        now,
        log,
      });
      return workers;
    },
    startWeb: async () => {
      // Commands and workers do not load the web server and its packages, which take a tenth of the CPU of a start.
      const { serve } = await import('./serve.ts');
      const client = redis.duplicate({ name: 'web', commandTimeoutMs: WEB_COMMAND_MS });
      const web = connected(client, openStores({ client, prefix: redis.prefix }));
      const { posts, nearDuplicates, documents, queues } = web.stores;
      const settings = () => running.settings;
      const serving = await serve({
        settings,
        publishDeps: web.publishDeps,
        documents,
        adminDeps: web.adminDeps,
        takedownDeps: {
          settings,
          posts,
          takedowns: web.stores.takedowns,
          outbox: web.stores.outbox,
          trace: web.trace,
        },
        splitDeps: { settings, posts, nearDuplicates, trace: web.trace },
        counters: web.stores.counters,
        hub: web.hub,
        subscriber: web.subscriber,
        ready: () =>
          readiness({
            stores: web.stores,
            // The schedule may belong to a later config, which another process runs.
            sources: () => (membership.isLatest() ? running.sources.size : 0),
            configState: () => configState,
            now,
          }),
        configState: () => configState,
        now,
        log,
      });
      servingAt = serving.at;
      return async () => {
        servingAt = undefined;
        await serving.stop();
        await queues.close();
      };
    },
    liveness: async () =>
      liveness({
        ...(servingAt !== undefined && { web: await askOwnHealth(servingAt) }),
        ...(workers !== undefined && { jobLoopMs: workers.loopAgeMs() }),
        isRedisInReach: redis.client.status === 'ready',
      }),
    close: async () => {
      clearInterval(flushing);
      await leave?.();
      await flush();
      await queues.close();
      await fetcher.close();
      await httpClient.close();
      await redis.close();
    },
  };
}
