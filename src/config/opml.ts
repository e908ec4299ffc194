/** Which sources and categories does an OPML file below the config directory give? */
import type { ConfigProblem } from '../model/errors.ts';
import type { WrittenAt } from '../model/settings.ts';
import { readOpml } from '../syntax/opml.ts';
import type { ConfigFile } from './files.ts';
import { quote } from './problems.ts';
import { sourceId } from './references.ts';
import { type KnownConfig, type ListedSource, subscriptionsOf } from './subscriptions.ts';
import { itemsOf, joinPath, nodeAt, textOf, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';

export interface OpmlReading {
  readonly root?: MapNode;
  readonly problems: readonly ConfigProblem[];
  /** What is left out or comes otherwise than it is written; no reason not to start. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Categories by what a reader program may have called them: slug or title, letter case aside.
 *
 * @returns folded name -> slug
 */
export function categoryNames(root: ConfigNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const category of itemsOf(nodeAt(root, ['categories']))) {
    const slug = textOf(nodeAt(category, ['slug']));
    if (slug === undefined) continue;
    const title = textOf(nodeAt(category, ['title']));
    if (title !== undefined && !names.has(title.toLowerCase())) names.set(title.toLowerCase(), slug);
    names.set(slug.toLowerCase(), slug);
  }
  return names;
}

/** What a list can only add to. */
export function knownConfig(root: ConfigNode): KnownConfig {
  const sources = itemsOf(nodeAt(root, ['sources']));
  return {
    urls: new Set(
      sources.flatMap((source) => {
        const url = textOf(nodeAt(source, ['url'])) ?? '';
        return URL.canParse(url) ? [new URL(url).href] : [];
      }),
    ),
    ids: new Set(sources.flatMap((source) => sourceId(source)?.toLowerCase() ?? [])),
    names: categoryNames(root),
  };
}

/**
 * Goes the same way as `feedmill opml import`. Never throws.
 *
 * @param known   what the files before it give
 * @param create  whether folders that are no category become one
 */
export function readOpmlFile(file: ConfigFile, known: KnownConfig, create: boolean): OpmlReading {
  const start: WrittenAt = { file: file.path, line: 1, column: 1 };
  const document = readOpml(file.text);
  if (document === undefined) {
    return {
      problems: [
        { ...start, path: '', message: 'is not a subscription list, must have <opml> and <outline> elements' },
      ],
      warnings: [],
    };
  }
  const { sources, categories, skipped, unknownFolders } = subscriptionsOf(document, known, create);
  const placeAt = placer(file);
  const warnings = [
    ...skipped.map(({ url, reason, offset }) => ({
      offset,
      path: `outline ${quote(url)}`,
      message: `${reason}; it is left out`,
    })),
    ...unknownFolders.map(({ title, offset }) => ({
      offset,
      path: `folder ${quote(title)}`,
      message:
        'is the slug or title of no category; its sources go in without one. `opml.categories: create` makes it one, ' +
        `and so does feedmill opml import ${file.path}`,
    })),
    ...sources
      .filter(({ auth }) => auth !== undefined)
      .map(({ url, offset }) => ({
        offset,
        path: `outline ${quote(url)}`,
        message: `has a password in its address; feedmill opml import ${file.path} replaces it by a variable`,
      })),
  ]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, ...warning }) => ({ ...placeAt(offset), ...warning }));
  const sourcePlace = placer(file);
  const lists: readonly (readonly [string, readonly ConfigNode[]])[] = [
    ['categories', categories.map(({ slug, title }) => mapNode(start, `folder ${quote(title)}`, { slug, title }))],
    ['sources', sources.map((source) => sourceNode(source, sourcePlace(source.offset)))],
  ];
  const entries = lists
    .filter(([, items]) => items.length > 0)
    .map(([path, items]): [string, MapEntry] => [
      path,
      { place: start, node: { kind: 'list', place: start, path, items } },
    ]);
  return { root: { kind: 'map', place: start, path: '', entries: new Map(entries) }, problems: [], warnings };
}

function sourceNode({ id, url, title, categories, auth }: ListedSource, place: WrittenAt): MapNode {
  const path = `outline ${quote(title ?? url)}`;
  const node = mapNode(place, path, { id, url, ...(title !== undefined && { title }) });
  const slugs = categories.map((slug) => scalarNode(place, joinPath(path, 'categories'), slug));
  return {
    ...node,
    entries: new Map<string, MapEntry>([
      ...node.entries,
      ['categories', { place, node: { kind: 'list', place, path: joinPath(path, 'categories'), items: slugs } }],
      ...(auth === undefined
        ? []
        : [['auth', { place, node: mapNode(place, joinPath(path, 'auth'), auth) }] satisfies [string, MapEntry]]),
    ]),
  };
}

function mapNode(place: WrittenAt, path: string, values: Readonly<Record<string, string>>): MapNode {
  const entries = Object.entries(values).map(([key, value]): [string, MapEntry] => [
    key,
    { place, node: scalarNode(place, joinPath(path, key), value) },
  ]);
  return { kind: 'map', place, path, entries: new Map(entries) };
}

function scalarNode(place: WrittenAt, path: string, value: string): ConfigNode {
  return { kind: 'scalar', place, path, value, written: value, fromEnvironment: false };
}

/** Offsets come in ascending order, so each line is counted once. */
function placer(file: ConfigFile): (offset: number) => WrittenAt {
  let [line, lineStart, searched] = [1, 0, 0];
  return (offset) => {
    for (let at = file.text.indexOf('\n', searched); at !== -1 && at < offset; at = file.text.indexOf('\n', searched)) {
      line += 1;
      lineStart = at + 1;
      searched = at + 1;
    }
    return { file: file.path, line, column: offset - lineStart + 1 };
  };
}
