/** Do the sources named on the command line exist? */
import { nearest } from '../config/nearest.ts';
import { ConfigError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

/** @throws ConfigError for an unknown source id, with the most similar known one */
export function expectSources({ sources }: Settings, wanted: readonly string[]): void {
  const known = sources.map(({ id }) => id);
  const problems = wanted
    .filter((id) => !known.includes(id))
    .map((id) => {
      const guess = nearest(id, known);
      const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
      return { file: 'command line', line: 1, column: 1, path: '', message: `no source is called "${id}"${hint}` };
    });
  if (problems.length > 0) throw new ConfigError(problems);
}
