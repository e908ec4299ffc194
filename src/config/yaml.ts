/** How is one YAML file read into a tree of values with their positions? */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { ConfigProblem } from '../model/errors.ts';
import type { WrittenAt } from '../model/settings.ts';
import type { ConfigFile } from './files.ts';
import { joinPath, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';
import { expandVariables, type Environment } from './variables.ts';

/** Aliases can make a file contain itself or grow without limit. */
const MAX_DEPTH = 50;
const MAX_NODES = 2_000_000;

export interface YamlReading {
  /** Absent for an empty file, or one that cannot be read. */
  readonly root?: MapNode;
  readonly problems: readonly ConfigProblem[];
}

/** One file while it is read. */
interface Reading {
  readonly document: Document;
  readonly environment: Environment;
  readonly placeAt: (offset: number) => WrittenAt;
  readonly problems: ConfigProblem[];
  nodes: number;
}

/** Never throws: a value that cannot be read becomes a problem, and the rest of the file is read. */
export function readYaml(file: ConfigFile, environment: Environment): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (offset: number): WrittenAt => {
    const { line, col } = lines.linePos(offset);
    return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = [...document.errors, ...document.warnings].map((fault) => ({
    ...placeAt(fault.pos[0]),
    path: '',
    message: `is not YAML: ${fault.message.split('\n', 1)[0] ?? ''}`,
  }));
  // A file that does not parse is not checked further: the guesses of the parser would be reported too.
  if (document.errors.length > 0 || document.contents === null) return { problems };
  const root = readNode(document.contents, '', 0, { document, environment, placeAt, problems, nodes: 0 });
  if (root === undefined) return { problems };
  if (root.kind === 'map') return { root, problems };
  const found = root.kind === 'list' ? 'a list' : 'a plain value';
  const message = `must be a mapping of keys such as "sources:", not ${found}`;
  return { problems: [...problems, { ...root.place, path: '', message }] };
}

/** `undefined` if the value counts as not written: nothing after the key, or an empty variable. */
function readNode(node: Node | null, path: string, depth: number, reading: Reading): ConfigNode | undefined {
  if (node === null) return undefined;
  const place = reading.placeAt(node.range?.[0] ?? 0);
  const fault = (message: string): void => {
    reading.problems.push({ ...place, path, message });
  };
  reading.nodes += 1;
  if (depth > MAX_DEPTH || reading.nodes > MAX_NODES) {
    if (reading.nodes <= MAX_NODES + 1) fault('is nested too deeply or repeats itself by aliases');
    return undefined;
  }
  if (isAlias(node)) {
    const target = node.resolve(reading.document);
    if (target !== undefined) return readNode(target, path, depth + 1, reading);
    fault(`refers to *${node.source}, which no &${node.source} names`);
    return undefined;
  }
  if (isScalar(node)) return readScalar(node, place, path, reading);
  if (isSeq(node)) {
    // Entries of a sequence are nodes, or null if nothing follows the dash.
    const items = (node.items as (Node | null)[]).flatMap(
      (item, index) => readNode(item, joinPath(path, index), depth + 1, reading) ?? [],
    );
    return { kind: 'list', place, path, items };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  return { kind: 'map', place, path, entries: readEntries(node.items, path, depth, reading) };
}

function readEntries(
  pairs: readonly Pair<Node, Node | null>[],
  path: string,
  depth: number,
  reading: Reading,
): Map<string, MapEntry> {
  const entries = new Map<string, MapEntry>();
  for (const pair of pairs) {
    const place = reading.placeAt(pair.key.range?.[0] ?? 0);
    const key = isScalar(pair.key) ? scalarText(pair.key) : undefined;
    if (key === undefined) {
      reading.problems.push({ ...place, path, message: 'has a key that is not a word' });
      continue;
    }
    const node = readNode(pair.value, joinPath(path, key), depth + 1, reading);
    if (node !== undefined) entries.set(key, { place, node });
  }
  return entries;
}

function readScalar(node: Scalar, place: WrittenAt, path: string, reading: Reading): ConfigNode | undefined {
  const { value } = node;
  const written = scalarText(node);
  if (typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', place, path, value, written, fromEnvironment: false };
  }
  if (typeof value !== 'string') return undefined;
  const { text, fromEnvironment, whole, problems } = expandVariables(value, reading.environment);
  for (const message of problems) reading.problems.push({ ...place, path, message });
  if (whole && text === '' && problems.length === 0) return undefined;
  // After a problem the value stays as written; a complaint of the schema about it is then dropped as a second problem
  // at the same place.
  return { kind: 'scalar', place, path, value: problems.length > 0 ? value : text, written, fromEnvironment };
}

function scalarText(node: Scalar): string {
  return node.source ?? String(node.value);
}
