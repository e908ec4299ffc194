/** Which part of the running config do the jobs use? */
import type { Settings, Source } from '../model/settings.ts';
import { type CompiledRules, ruleCompiler } from '../stages/filter/filter.ts';

/** The configuration of one source, ready for use. */
export interface PreparedSource {
  readonly source: Source;
  readonly rules: CompiledRules;
}

/** The running config; a new one replaces it as a whole. */
export interface RunningConfig {
  readonly settings: Settings;
  readonly sources: ReadonlyMap<string, PreparedSource>;
}

/** With all rules compiled, once. */
export function runningConfigOf(settings: Settings): RunningConfig {
  const rulesFor = ruleCompiler(settings);
  const prepared = settings.sources.map((source) => [source.id, { source, rules: rulesFor(source) }] as const);
  return { settings, sources: new Map(prepared) };
}
