/** What does one YAML file say, and where does it say it? */
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

/** Aliases can nest a file in itself or grow it without end. */
const MAX_DEPTH = 50;
const MAX_NODES = 2_000_000;

export interface YamlReading {
  /** Absent for an empty file, or one that cannot be read. */
  readonly root?: MapNode;
  readonly problems: readonly ConfigProblem[];
}

/** Never throws; what cannot be read is a problem, and the rest of the file is read. */
export function readYaml(file: ConfigFile, environment: Environment): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const reader = new Reader(file.path, lines, document, environment);
  for (const fault of [...document.errors, ...document.warnings]) {
    reader.report(reader.placeAt(fault.pos[0]), '', `is not YAML: ${firstLine(fault.message)}`);
  }
  // A file that does not parse is judged no further: what the parser made up would be reported too.
  if (document.errors.length > 0 || document.contents === null) return { problems: reader.problems };
  const root = reader.read(document.contents, '', 0);
  if (root === undefined) return { problems: reader.problems };
  if (root.kind !== 'map') {
    reader.report(
      root.place,
      '',
      `must be a mapping of keys such as "sources:", not a ${root.kind === 'list' ? 'list' : 'plain value'}`,
    );
    return { problems: reader.problems };
  }
  return { root, problems: reader.problems };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** State of one reading: the file's places, its problems and how much was read. */
class Reader {
  readonly problems: ConfigProblem[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #document: Document;
  readonly #environment: Environment;
  #nodes = 0;

  constructor(file: string, lines: LineCounter, document: Document, environment: Environment) {
    this.#file = file;
    this.#lines = lines;
    this.#document = document;
    this.#environment = environment;
  }

  placeAt(offset: number): WrittenAt {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  report(place: WrittenAt, path: string, message: string): void {
    this.problems.push({ ...place, path, message });
  }

  /** `undefined` where the value counts as not written: nothing after the key, or an empty variable. */
  read(node: Node | null, path: string, depth: number): ConfigNode | undefined {
    if (node === null) return undefined;
    const place = this.placeAt(node.range?.[0] ?? 0);
    this.#nodes += 1;
    if (depth > MAX_DEPTH || this.#nodes > MAX_NODES) {
      if (depth > MAX_DEPTH || this.#nodes === MAX_NODES + 1) {
        this.report(place, path, 'is nested too deeply or repeats itself by aliases');
      }
      return undefined;
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined) return this.read(target, path, depth + 1);
      this.report(place, path, `refers to *${node.source}, which no &${node.source} names`);
      return undefined;
    }
    if (isScalar(node)) return this.#scalar(node, place, path);
    if (isSeq(node)) {
      // Entries of a sequence are nodes, or null where nothing follows the dash.
      const items = (node.items as (Node | null)[]).flatMap((item, index) => {
        const read = this.read(item, joinPath(path, index), depth + 1);
        return read === undefined ? [] : [read];
      });
      return { kind: 'list', place, path, items };
    }
    if (isMap<Node, Node | null>(node))
      return { kind: 'map', place, path, entries: this.#entries(node.items, path, depth) };
    return undefined;
  }

  #entries(pairs: readonly Pair<Node, Node | null>[], path: string, depth: number): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    for (const pair of pairs) {
      const place = this.placeAt(pair.key.range?.[0] ?? 0);
      const key = isScalar(pair.key) ? scalarText(pair.key) : undefined;
      if (key === undefined) {
        this.report(place, path, 'has a key that is not a word');
        continue;
      }
      const node = this.read(pair.value, joinPath(path, key), depth + 1);
      if (node !== undefined) entries.set(key, { place, node });
    }
    return entries;
  }

  #scalar(node: Scalar, place: WrittenAt, path: string): ConfigNode | undefined {
    const { value } = node;
    const written = scalarText(node);
    if (typeof value === 'number' || typeof value === 'boolean') {
      return { kind: 'scalar', place, path, value, written, fromEnvironment: false };
    }
    if (typeof value !== 'string') return undefined;
    const expanded = expandVariables(value, this.#environment);
    for (const problem of expanded.problems) this.report(place, path, problem);
    // After a problem the value stays as written, so that nothing is said twice.
    const text = expanded.problems.length > 0 ? value : expanded.text;
    if (expanded.whole && text === '') return undefined;
    return { kind: 'scalar', place, path, value: text, written, fromEnvironment: expanded.fromEnvironment };
  }
}

function scalarText(node: Scalar): string {
  return node.source ?? String(node.value);
}
