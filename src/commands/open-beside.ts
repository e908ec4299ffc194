/** How does a command open the data, with or without a running Feedmill, and which config does it use? */
import { type App, type Choice, openAppBeside } from '../app/app.ts';
import { configHash } from '../config/identity.ts';
import { loadConfigAndSecrets, loadRedisSettings } from '../config/load.ts';
import { secretsOf } from '../config/secrets.ts';
import { createLog } from '../io/log/log.ts';
import { ConfigError, StoreError } from '../model/errors.ts';
import type { RecordedConfig } from '../model/recorded-config.ts';
import type { Settings } from '../model/settings.ts';
import { expectSources } from './expect-sources.ts';
import { complain, when } from './say.ts';

/** The Redis address in an invalid config may be wrong too. */
const WAIT_BY_WRONG_CONFIG_MS = 3_000;

export interface BesideNeeds {
  /** Ids of sources that must exist. */
  readonly named?: readonly string[];
  /** Whether the command may be the first to write to a store. */
  readonly mayCreate?: boolean;
  /** Whether the config of the directory is used even if another one runs. */
  readonly asWritten?: boolean;
  /** Ends the wait for Redis; the command then fails with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the data. If a Feedmill runs with another config, or the config of the directory is invalid, the command uses
 * the running config and says so on standard error.
 *
 * @throws ConfigError, StoreError
 */
export async function openBeside(place: string, needs: BesideNeeds = {}): Promise<App> {
  const { named = [], mayCreate = false, asWritten = false, signal } = needs;
  const log = createLog('warn');
  const common = { log, now: Date.now, random: Math.random, ...(signal !== undefined && { signal }) };
  const loaded = await loadConfigAndSecrets(place, process.env).catch((error: unknown) => {
    if (error instanceof ConfigError) return error;
    throw error;
  });
  if (!(loaded instanceof ConfigError)) {
    const { settings: read, secrets } = loaded;
    log.hide([...secretsOf(read), ...secrets]);
    const choose = (running: RecordedConfig | undefined) => {
      const choice = asWritten ? written(read) : byRunning(place, read, running);
      expectSources(choice.settings, named);
      return choice;
    };
    return openAppBeside({ ...common, redis: read.redis, choose, mayMigrate: mayCreate }).catch((error: unknown) => {
      // An unknown id is an error of the command line, whatever else is wrong.
      if (error instanceof StoreError) expectSources(read, named);
      throw error;
    });
  }
  if (asWritten) throw loaded;
  return openAppBeside({
    ...common,
    redis: await loadRedisSettings(place, process.env),
    mayMigrate: false,
    startTimeoutMs: WAIT_BY_WRONG_CONFIG_MS,
    choose: (running) => {
      const choice = insteadOf(loaded, running);
      expectSources(choice.settings, named);
      return choice;
    },
  }).catch((error: unknown) => {
    throw error instanceof StoreError ? loaded : error;
  });
}

function written(settings: Settings): Choice {
  return { settings, isRecord: false };
}

function byRunning(place: string, settings: Settings, running: RecordedConfig | undefined): Choice {
  if (running === undefined || running.hash === configHash(settings)) return written(settings);
  note(`${place} is not the config that runs. This command uses the one that runs since ${when(running.at)}.`);
  return recorded(running, settings);
}

function insteadOf(wrong: ConfigError, running: RecordedConfig | undefined): Choice {
  if (running === undefined) throw wrong;
  note(`${wrong.message}\nThe config is invalid. This command uses the one that runs since ${when(running.at)}.`);
  return recorded(running, running.settings);
}

function recorded({ settings }: RecordedConfig, { redis }: Pick<Settings, 'redis'>): Choice {
  return { settings: { ...settings, redis }, isRecord: true };
}

function note(text: string): void {
  complain(text);
}
