/** Which of the configured sources did the operator name? */
import { nearest } from '../config/nearest.ts';
import { ConfigError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

/** All ids, or those named. @throws ConfigError for an id that no source has, naming the nearest right one */
export function pickSources({ sources }: Settings, wanted: readonly string[]): readonly string[] {
  const known = sources.map(({ id }) => id);
  const problems = wanted
    .filter((id) => !known.includes(id))
    .map((id) => {
      const guess = nearest(id, known);
      const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
      return { file: 'command line', line: 1, column: 1, path: '', message: `no source is called "${id}"${hint}` };
    });
  if (problems.length > 0) throw new ConfigError(problems);
  return wanted.length > 0 ? wanted : known;
}
