/** What is recorded when a config becomes the running one? */
import type { ConfigChange, RecordedConfig } from '../model/recorded-config.ts';
import type { Settings } from '../model/settings.ts';
import { configHash, settingsWithoutSecrets } from './identity.ts';
import { decideReload, describeChanges } from './reload.ts';

/** @param version  of Feedmill */
export function recordOf(settings: Settings, at: number, version: string): RecordedConfig {
  return { hash: configHash(settings), at, version, settings: settingsWithoutSecrets(settings) };
}

/**
 * The changes from the config that ran before.
 *
 * @param isEdit  whether the files were edited while the process ran; at a start, values that concern only this
 * process are ignored
 * @returns       undefined if nothing changed
 */
export function changeFrom(
  before: RecordedConfig | undefined,
  { hash, at, settings }: RecordedConfig,
  isEdit: boolean,
): ConfigChange | undefined {
  if (before === undefined) return { at, text: 'first config in this store' };
  if (!isEdit && before.hash === hash) return undefined;
  // As read from the store, which leaves out absent values.
  const written = JSON.parse(JSON.stringify(settings)) as Settings;
  const decision = decideReload(before.settings, written);
  if (decision.kind === 'applied') return { at, text: describeChanges(decision.changes) };
  return before.hash === hash
    ? undefined
    : { at, text: 'values that are not recorded changed: headers, passwords, proxies' };
}
