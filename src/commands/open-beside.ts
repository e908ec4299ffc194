/** How does a command open the data, with or without a running Feedmill? */
import { type App, openApp } from '../app/app.ts';
import { loadConfig } from '../config/load.ts';
import { createLog } from '../io/log/log.ts';
import { expectSources } from './expect-sources.ts';

/**
 * Opens the data with the config of the directory.
 *
 * @param named  ids of sources that must exist
 * @throws       ConfigError before anything is opened, StoreError
 */
export async function openBeside(directory: string, named: readonly string[] = [], mayMigrate = false): Promise<App> {
  const settings = await loadConfig(directory, process.env);
  expectSources(settings, named);
  return openApp({ settings, log: createLog('warn'), now: Date.now, random: Math.random, shared: true, mayMigrate });
}
