/** How are all config files merged into one? */
import type { ConfigProblem } from '../model/errors.ts';
import { describePlace, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';

/** Lists that every file may add to. */
const GROWING = new Set(['categories', 'sources']);

export interface Merged {
  readonly root: MapNode;
  readonly problems: readonly ConfigProblem[];
}

/** Sections are merged key by key; a key that is set in two files is a problem that names both places. */
export function mergeFiles(roots: readonly MapNode[], directory: string): Merged {
  const problems: ConfigProblem[] = [];
  const empty: MapNode = {
    kind: 'map',
    place: { file: directory, line: 1, column: 1 },
    path: '',
    entries: new Map<string, MapEntry>(),
  };
  return { root: roots.reduce((merged, root) => mergeMaps(merged, root, problems), empty), problems };
}

function mergeMaps(first: MapNode, second: MapNode, problems: ConfigProblem[]): MapNode {
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? entry : { ...before, node: mergeNodes(before.node, entry.node, problems) });
  }
  // Messages about the config as a whole point to the first file that is not empty.
  return { ...(first.entries.size > 0 ? first : second), entries };
}

function mergeNodes(first: ConfigNode, second: ConfigNode, problems: ConfigProblem[]): ConfigNode {
  if (first.kind === 'map' && second.kind === 'map') return mergeMaps(first, second, problems);
  if (first.kind === 'list' && second.kind === 'list' && GROWING.has(first.path)) {
    return { ...first, items: [...first.items, ...second.items] };
  }
  problems.push({
    ...second.place,
    path: second.path,
    message: `is set twice, first at ${describePlace(first.place)}; one of them must go`,
  });
  return first;
}
