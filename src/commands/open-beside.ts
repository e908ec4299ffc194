/** How does a command get at the data, beside a running Feedmill or alone? */
import { type App, openApp } from '../app/app.ts';
import { loadConfig } from '../config/load.ts';
import { createLog } from '../io/log.ts';
import { expectSources } from './expect-sources.ts';

/**
 * On the config of that directory.
 *
 * @param named       ids of sources that must be there
 * @param mayMigrate  true for a command that works as `start` does: it brings older data up to date
 * @throws            ConfigError before anything is opened, StoreError
 */
export async function openBeside(directory: string, named: readonly string[] = [], mayMigrate = false): Promise<App> {
  const settings = await loadConfig(directory, process.env);
  expectSources(settings, named);
  return openApp({ settings, log: createLog('warn'), now: Date.now, random: Math.random, shared: true, mayMigrate });
}
