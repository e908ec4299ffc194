/** Which values do the config files contain, and at which position? One tree of all files. */
import type { WrittenAt } from '../model/settings.ts';

interface Written {
  readonly place: WrittenAt;
  /** Its path in messages: `sources[2].url`, counted within its own file. */
  readonly path: string;
}

export interface ScalarNode extends Written {
  readonly kind: 'scalar';
  /** With variables replaced. */
  readonly value: string | number | boolean | null;
  /** As written in the file; messages quote this, because the value of a variable may be a secret. */
  readonly written: string;
  readonly fromEnvironment: boolean;
}

export interface ListNode extends Written {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Written {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  /** Of the key. */
  readonly place: WrittenAt;
  readonly node: ConfigNode;
}

export type ConfigNode = ScalarNode | ListNode | MapNode;

export type KeyPath = readonly (string | number)[];

/** The node at the path; undefined if there is none. */
export function nodeAt(node: ConfigNode | undefined, path: KeyPath): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>((here, key) => {
    if (here?.kind === 'list') return typeof key === 'number' ? here.items[key] : undefined;
    if (here?.kind === 'map') return here.entries.get(String(key))?.node;
    return undefined;
  }, node);
}

/** The deepest existing node on the path: messages about a missing value point to it. */
export function nearestNode(root: ConfigNode, path: KeyPath): ConfigNode {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

/** The values alone. */
export function plainValue(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.node)]));
  }
}

/** The text of a scalar that is text. */
export function textOf(node: ConfigNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The items of a list; none if there is no list. */
export function itemsOf(node: ConfigNode | undefined): readonly ConfigNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** `a.b`, `[0]`, with quotes around keys that are not one word. */
export function joinPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  const word = /^[\p{L}\p{N}_-]+$/u.test(key) ? key : JSON.stringify(key);
  return parent === '' ? word : `${parent}.${word}`;
}

/** `file:line:column`, for a message that names a second place. */
export function describePlace(place: WrittenAt): string {
  return `${place.file}:${place.line}:${place.column}`;
}
