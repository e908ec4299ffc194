/** What is noted of a config that becomes the running one? */
import type { ConfigChange, RecordedConfig } from '../model/recorded-config.ts';
import type { Settings } from '../model/settings.ts';
import { configHash, withoutSecrets } from './identity.ts';
import { decideReload, describeChanges } from './reload.ts';

/** @param version  of Feedmill */
export function recordOf(settings: Settings, at: number, version: string): RecordedConfig {
  return { hash: configHash(settings), at, version, settings: withoutSecrets(settings) };
}

/**
 * What differs from the config that ran before.
 *
 * @param isEdit  whether the files were edited while the process ran; at a start, values of this one process do not count
 * @returns       undefined if nothing does
 */
export function changeFrom(
  before: RecordedConfig | undefined,
  { hash, at, settings }: RecordedConfig,
  isEdit: boolean,
): ConfigChange | undefined {
  if (before === undefined) return { at, text: 'first config in this store' };
  if (!isEdit && before.hash === hash) return undefined;
  // As it is read from the store, where absent values are left out.
  const written = JSON.parse(JSON.stringify(settings)) as Settings;
  const decision = decideReload(before.settings, written);
  if (decision.kind === 'applied') return { at, text: describeChanges(decision.changes) };
  return before.hash === hash
    ? undefined
    : { at, text: 'changed values that are not kept: headers, passwords, proxies' };
}
