/** `feedmill start`: how does the system run until it gets a signal? */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { App } from '../app/app.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Liveness } from '../app/liveness.ts';
import type { Heartbeat } from '../io/heartbeat-file.ts';
import type { ProcessLog } from '../io/log/log.ts';
import { ConfigError, describeProblem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import type { Log } from '../ports/log.ts';
import { versionAndBuild } from '../version.ts';
import { EXIT, exitCodeOf } from './exit.ts';

const ROLES = ['all', 'worker', 'web'] as const;
type Role = (typeof ROLES)[number];

/** Running jobs get this long to end, then the same time again to be returned to the queue. */
const GRACE_MS = 20_000;
const LONGEST_STOP_MS = 29_000;
/** After an error at the start, no work is in progress that is worth waiting for. */
const LONGEST_FAILED_STOP_MS = 2_000;
/** Interval of retries while Redis refuses writes at the start. */
const REFUSED_AGAIN_MS = 1_000;
const REPORT_EVERY_MS = 3_600_000;

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('fetch, publish and serve until a signal arrives')
    .addOption(new Option('--role <role>', 'the work of this process').choices(ROLES).default('all'))
    .action(async (_own, command: Command) => {
      const { config, role } = command.optsWithGlobals<{ config: string; role: Role }>();
      process.exitCode = await start(config, role);
    });
}

async function start(configDirectory: string, role: Role): Promise<number> {
  // First of all, so that a signal while the config is read ends the process too.
  const stopping = new AbortController();
  const stopped = untilSignal(stopping);
  const [{ openApp }, { loadConfigAndSecrets }, { createLog }, { secretsOf }] = await Promise.all([
    import('../app/app.ts'),
    import('../config/load.ts'),
    import('../io/log/log.ts'),
    import('../config/secrets.ts'),
  ]);
  const log = createLog('info');
  log.takeOver(() => process.exit(EXIT.failed));
  let app: App | undefined;
  const health = await beginHeartbeat(() => app?.liveness(), log);
  try {
    const { settings, secrets } = await loadConfigAndSecrets(configDirectory, process.env);
    log.hide([...secretsOf(settings), ...secrets]);
    expectSharedRedis(settings, role, configDirectory);
    stopping.signal.throwIfAborted();
    app = await openApp({ settings, log, now: Date.now, random: Math.random, signal: stopping.signal });
    await run(app, { settings, secrets, configDirectory, role, stopped, signal: stopping.signal, log });
    return EXIT.done;
  } catch (error) {
    if (error instanceof StoppedEarly) log.info({}, 'stopped before Redis could be reached');
    else report(error, log);
    return error instanceof StoppedEarly ? EXIT.done : exitCodeOf(error);
  } finally {
    await health.stop();
  }
}

interface Run extends Omit<LoadedConfig, 'files'> {
  readonly configDirectory: string;
  readonly role: Role;
  readonly stopped: Promise<void>;
  /** Aborted by the same signal. */
  readonly signal: AbortSignal;
  readonly log: ProcessLog;
}

/** Until a signal, or the first error. Closes the app. */
async function run(app: App, { settings, secrets, configDirectory, role, stopped, signal, log }: Run): Promise<void> {
  const { secretsOf } = await import('../config/secrets.ts');
  const closers: (() => Promise<void>)[] = [];
  try {
    // First the steps that fail if the config is wrong, so that a port in use changes nothing in Redis.
    if (role !== 'worker') closers.push(await app.startWeb());
    await reconfigureOnceAccepted(app, settings, signal, log);
    if (role !== 'web') closers.push(await work(app, log));
    const reload = await followConfig(
      configDirectory,
      app,
      (next) => {
        // Work in progress still uses the former config.
        log.hide([...secretsOf(settings), ...secrets, ...secretsOf(next.settings), ...next.secrets]);
      },
      log,
    );
    closers.push(reload.close);
    const reporting = await reportHourly(app, log);
    closers.push(reporting);
    log.info({ role, sources: app.config().sources.size, version: versionAndBuild }, 'running');
    await stopped;
    log.info({}, 'stopping');
    exitAfter(LONGEST_STOP_MS, log);
  } catch (error) {
    exitAfter(LONGEST_FAILED_STOP_MS, log);
    throw error;
  } finally {
    // In the order in which they were opened: the web server stops before the jobs end.
    for (const close of closers) await close();
    await app.close();
  }
  log.info({}, 'stopped');
}

/**
 * Separate roles share Redis: a private one would stay empty, and its web server would answer 404.
 *
 * @throws ConfigError
 */
function expectSharedRedis({ redis }: Settings, role: Role, directory: string): void {
  if (role === 'all' || redis.urls.length > 0) return;
  throw new ConfigError([
    {
      file: directory,
      line: 1,
      column: 1,
      path: 'redis.url',
      message:
        `is not set, and neither is REDIS_URL; --role ${role} needs the Redis that the other roles use. ` +
        'Set one of them, or start one process with --role all',
    },
  ]);
}

/** One line of the log for each problem, as for all messages of a service. */
function report(error: unknown, log: ProcessLog): void {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) log.fatal({ problem }, describeProblem(problem));
    return;
  }
  const name = error instanceof Error ? error.name : typeof error;
  log.fatal({ name }, `feedmill ends: ${error instanceof Error ? error.message : String(error)}`);
}

/** If FEEDMILL_HEARTBEAT names a file, as in the container image. */
async function beginHeartbeat(ask: () => Promise<Liveness> | undefined, log: Log): Promise<Pick<Heartbeat, 'stop'>> {
  const file = process.env['FEEDMILL_HEARTBEAT'] ?? '';
  if (file === '') return { stop: () => Promise.resolve() };
  const { startHeartbeat } = await import('../io/heartbeat-file.ts');
  const starting: Liveness = { ok: false, message: 'it is starting' };
  return startHeartbeat({ file, assess: async () => (await ask()) ?? starting, now: Date.now, log });
}

/**
 * Waits for a Redis that is out of memory or read-only at the start, as is done later: readers get what is published.
 *
 * @throws the reason of the signal, StoreError, ConfigError
 */
async function reconfigureOnceAccepted(app: App, settings: Settings, signal: AbortSignal, log: Log): Promise<void> {
  const { redisRefusal } = await import('../syntax/redis-refusal.ts');
  for (;;) {
    signal.throwIfAborted();
    try {
      await app.reconfigure(settings);
      return;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (redisRefusal(message) === undefined) throw error;
      log.error({ error: message }, 'Redis refuses writes; the start continues when it accepts them');
      await sleep(REFUSED_AGAIN_MS);
    }
  }
}

function exitAfter(ms: number, log: Log): void {
  setTimeout(() => {
    log.error({ afterMs: ms }, 'stopped waiting; the queue will retry the running jobs');
    process.exit(1);
  }, ms).unref();
}

/** All workers share one sweep; each worker makes sure that it runs. */
async function work(app: App, log: Log): Promise<() => Promise<void>> {
  await app.queues.scheduleSweep();
  await app.queues.scheduleRetention();
  const workers = await app.startWorkers((queue) => {
    log.error(
      { queue },
      'the worker takes no jobs, and neither do new workers that replaced it; ending the process so that it is restarted',
    );
    process.exit(1);
  });
  const stopWatching = await app.watchStore();
  return async () => {
    await stopWatching();
    await workers.close(GRACE_MS);
  };
}

/** An invalid config is reported, and the running configuration stays in use. */
async function followConfig(
  directory: string,
  app: App,
  onRead: (config: LoadedConfig) => void,
  log: Log,
): Promise<{ readonly close: () => Promise<void> }> {
  const [{ loadConfigAndSecrets }, { decideReload, describeChanges }, { watchConfig }] = await Promise.all([
    import('../config/load.ts'),
    import('../config/reload.ts'),
    import('../io/config-watch.ts'),
  ]);
  let isRefused = false;
  const reload = async () => {
    const next = await loadConfigAndSecrets(directory, process.env).catch((error: unknown) => {
      if (error instanceof ConfigError) return error;
      throw error;
    });
    if (!(next instanceof ConfigError)) onRead(next);
    const decision = decideReload(app.config().settings, next instanceof ConfigError ? next : next.settings);
    const wasRefused = isRefused;
    isRefused = decision.kind === 'refused';
    switch (decision.kind) {
      case 'unchanged':
        app.noteProblems([]);
        if (wasRefused) log.info({}, 'the config is valid again, and equal to the running configuration');
        return;
      case 'refused':
        for (const problem of decision.problems) log.error({}, describeProblem(problem));
        log.error({ directory }, 'the changed config is invalid; the running configuration stays in use');
        app.noteProblems(decision.problems.map(describeProblem));
        return;
      case 'applied': {
        await app.reconfigure(decision.settings);
        const { needRestart } = decision.changes;
        log.info({}, `the config has changed: ${describeChanges(decision.changes)}`);
        if (needRestart.length > 0) log.warn({ keys: needRestart }, 'these values take effect at the next start');
      }
    }
  };
  const watcher = await watchConfig(directory, reload, (error) => {
    log.error({ directory, error: String(error) }, 'the config directory could not be watched; trying again');
  });
  // Changes that were saved after the config was read and before the watch began.
  await watcher.look();
  return { close: () => watcher.close() };
}

/** One line an hour, so that a healthy process is not silent. */
async function reportHourly(app: App, log: Log): Promise<() => Promise<void>> {
  const { hourlyReport } = await import('../stages/schedule/hourly-report.ts');
  let before = await app.counters.read();
  const timer = setInterval(() => {
    void (async () => {
      const [after, failing] = await Promise.all([
        app.counters.read(),
        app.counters.failing(new Set(app.config().sources.keys())),
      ]);
      const report = hourlyReport(before, after, {
        failing,
        sources: app.config().sources.size,
        rssBytes: process.memoryUsage.rss(),
      });
      before = after;
      log.info(report.facts, report.message);
    })().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the hourly report could not be made');
    });
  }, REPORT_EVERY_MS);
  return () => {
    clearInterval(timer);
    return Promise.resolve();
  };
}

/** Resolves at the first signal, and aborts everything that waits; a second signal ends the process immediately. */
async function untilSignal(stopping: AbortController): Promise<void> {
  await new Promise<void>((resolve) => {
    const onSignal = () => {
      if (stopping.signal.aborted) {
        process.stderr.write(
          `${JSON.stringify({ level: 40, time: Date.now(), msg: 'second signal: ending immediately' })}\n`,
        );
        process.exit(EXIT.failed);
      }
      stopping.abort(new StoppedEarly('a signal came before Redis could be reached'));
      resolve();
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

/** The reason of the signal that ends the wait for Redis. */
class StoppedEarly extends Error {
  override readonly name = 'StoppedEarly';
}
