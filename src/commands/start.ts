/** `feedmill start`: how does the system run until it gets a signal? */
import { type Command, Option } from 'commander';
import type { App } from '../app/app.ts';
import { ConfigError, describeProblem } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';

const ROLES = ['all', 'worker', 'web'] as const;
type Role = (typeof ROLES)[number];

/** Running jobs get this long to end, then as long again to be returned to the queue. */
const GRACE_MS = 20_000;
const LONGEST_STOP_MS = 29_000;

/** How often a worker checks that the sweep runs, and after how long without one it restarts it. */
const WATCH_SWEEP_EVERY_MS = 5_000;
const SWEEP_SILENT_MS = 10_000;

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

async function start(configDirectory: string, role: Role): Promise<void> {
  const [{ openApp }, { loadConfig }, { createLog }] = await Promise.all([
    import('../app/app.ts'),
    import('../config/load.ts'),
    import('../io/log.ts'),
  ]);
  const settings = await loadConfig(configDirectory, process.env);
  const log = createLog('info');
  const stopped = untilSignal(log);
  const app = await openApp({ settings, log, now: Date.now, random: Math.random });
  const closers: (() => Promise<void>)[] = [];
  try {
    await app.reconfigure(settings);
    if (role !== 'web') closers.push(await work(app, log));
    if (role !== 'worker') closers.push(await app.startWeb());
    closers.push(await followConfig(configDirectory, app, log));
    log.info({ role, sources: settings.sources.length }, 'running');
    await stopped;
    log.info({}, 'stopping');
    setTimeout(() => {
      log.error({ afterMs: LONGEST_STOP_MS }, 'stopped waiting; the queue will retry the running jobs');
      process.exit(1);
    }, LONGEST_STOP_MS).unref();
    for (const close of closers) await close();
  } finally {
    await app.close();
  }
  log.info({}, 'stopped');
}

/** There is one sweep for all workers; each worker makes sure that it runs. */
async function work(app: App, log: Log): Promise<() => Promise<void>> {
  await app.queues.scheduleSweep();
  await app.queues.scheduleRetention();
  const workers = app.startWorkers();
  let startedAt = Date.now();
  const watch = setInterval(() => {
    void (async () => {
      const sweptAt = Math.max(startedAt, (await app.status.sweptAt()) ?? 0);
      if (Date.now() - sweptAt < SWEEP_SILENT_MS) return;
      log.warn({ silentMs: Date.now() - sweptAt }, 'the sweep has stopped; restarting it');
      startedAt = Date.now();
      await app.queues.scheduleSweep();
    })().catch((error: unknown) => {
      log.error({ error: String(error) }, 'the sweep could not be checked; trying again');
    });
  }, WATCH_SWEEP_EVERY_MS);
  return async () => {
    clearInterval(watch);
    await workers.close(GRACE_MS);
  };
}

/** An invalid config is reported, and the running configuration stays in use. */
async function followConfig(directory: string, app: App, log: Log): Promise<() => Promise<void>> {
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
        if (wasRefused) log.info({}, 'the config is valid again, and equal to the running configuration');
        return;
      case 'refused':
        for (const problem of decision.problems) log.error({}, describeProblem(problem));
        log.error({ directory }, 'the changed config is invalid; the running configuration stays in use');
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
  return () => watcher.close();
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
