/** `feedmill start`: how does the system run until it gets a signal? */
import { type Command, Option } from 'commander';
import type { App } from '../app/app.ts';
import { ConfigError, describeProblem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import type { Log } from '../ports/log.ts';

const ROLES = ['all', 'worker', 'web'] as const;
type Role = (typeof ROLES)[number];

/** Running jobs get this long to end, then as long again to be returned to the queue. */
const GRACE_MS = 20_000;
const LONGEST_STOP_MS = 29_000;
/** After an error at the start, nothing that is worth a wait is in hand. */
const LONGEST_FAILED_STOP_MS = 2_000;
const REPORT_EVERY_MS = 3_600_000;

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('fetch, publish and serve until a signal arrives')
    .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
    .action(async (_own, command: Command) => {
      const { config, role } = command.optsWithGlobals<{ config: string; role: Role }>();
      await start(config, role);
    });
}

/** The reason of the signal that ends the wait for Redis. */
class StoppedEarly extends Error {
  override readonly name = 'StoppedEarly';
}

async function start(configDirectory: string, role: Role): Promise<void> {
  const [{ openApp }, { loadConfig }, { createLog }, { secretsOf }] = await Promise.all([
    import('../app/app.ts'),
    import('../config/load.ts'),
    import('../io/log/log.ts'),
    import('../config/secrets.ts'),
  ]);
  const settings = await loadConfig(configDirectory, process.env);
  const log = createLog('info');
  log.hide(secretsOf(settings));
  log.takeOver(() => process.exit(1));
  const stopping = new AbortController();
  const stopped = untilSignal(log).then(() => {
    stopping.abort(new StoppedEarly('a signal came before Redis could be reached'));
  });
  let app: App;
  try {
    app = await openApp({ settings, log, now: Date.now, random: Math.random, signal: stopping.signal });
  } catch (error) {
    if (!(error instanceof StoppedEarly)) throw error;
    log.info({}, 'stopped before Redis could be reached');
    return;
  }
  const closers: (() => Promise<void>)[] = [];
  try {
    // First what fails if the config is wrong: a port in use changes nothing in Redis.
    if (role !== 'worker') closers.push(await app.startWeb());
    await app.reconfigure(settings);
    if (role !== 'web') closers.push(await work(app, log));
    const reload = await followConfig(
      configDirectory,
      app,
      (next) => {
        log.hide([...secretsOf(settings), ...secretsOf(next)]);
      },
      log,
    );
    closers.push(reload.close);
    const reporting = await reportHourly(app, log);
    closers.push(reporting);
    log.info({ role, sources: app.config().sources.size }, 'running');
    await stopped;
    log.info({}, 'stopping');
    exitAfter(LONGEST_STOP_MS, log);
  } catch (error) {
    exitAfter(LONGEST_FAILED_STOP_MS, log);
    throw error;
  } finally {
    // In the order in which they were opened: the web server answers no more while jobs end.
    for (const close of closers) await close();
    await app.close();
  }
  log.info({}, 'stopped');
}

function exitAfter(ms: number, log: Log): void {
  setTimeout(() => {
    log.error({ afterMs: ms }, 'stopped waiting; the queue will retry the running jobs');
    process.exit(1);
  }, ms).unref();
}

/** There is one sweep for all workers; each worker makes sure that it runs. */
async function work(app: App, log: Log): Promise<() => Promise<void>> {
  await app.queues.scheduleSweep();
  await app.queues.scheduleRetention();
  const workers = app.startWorkers((queue) => {
    log.error(
      { queue },
      'the worker fetches no jobs, new ones neither; ending the process so that it is started again',
    );
    process.exit(1);
  });
  const stopWatching = app.watchStore();
  return async () => {
    await stopWatching();
    await workers.close(GRACE_MS);
  };
}

/** An invalid config is reported, and the running configuration stays in use. */
async function followConfig(
  directory: string,
  app: App,
  onRead: (settings: Settings) => void,
  log: Log,
): Promise<{ readonly close: () => Promise<void> }> {
  const [{ loadConfig }, { decideReload, describeChanges }, { watchConfig }] = await Promise.all([
    import('../config/load.ts'),
    import('../config/reload.ts'),
    import('../io/config-watch.ts'),
  ]);
  let isRefused = false;
  const reload = async () => {
    const next = await loadConfig(directory, process.env).catch((error: unknown) => {
      if (error instanceof ConfigError) return error;
      throw error;
    });
    const decision = decideReload(app.config().settings, next);
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
        onRead(decision.settings);
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
  // What was saved since the config was read and before the watch began.
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

/** Resolves at the first signal; a second one ends the process at once. */
async function untilSignal(log: Log): Promise<void> {
  await new Promise<void>((resolve) => {
    let signals = 0;
    const onSignal = () => {
      signals += 1;
      if (signals === 1) {
        resolve();
        return;
      }
      log.warn({}, 'a second signal: ending at once');
      process.exit(1);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}
