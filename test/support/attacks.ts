/** What do people write who want a reader's browser to run something? */
import { readFileSync } from 'node:fs';

export interface AttackGroup {
  readonly group: string;
  readonly vectors: readonly string[];
}

/**
 * Every classic class of cross-site scripting, collected for this project from what is publicly known.
 *
 * @param canaryHost  where a vector fetches from when it succeeds, host and port
 */
export function attackGroups(canaryHost: string): readonly AttackGroup[] {
  const file = readFileSync(new URL('../stages/sanitise/fixtures/vectors.json', import.meta.url), 'utf8');
  // The file is ours; this is its shape.
  const groups = JSON.parse(file.replaceAll('{{canary}}', canaryHost)) as readonly {
    readonly group: string;
    readonly html: readonly string[];
  }[];
  return groups.map(({ group, html }) => ({ group, vectors: html }));
}
