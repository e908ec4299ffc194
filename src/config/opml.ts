/** Which sources and categories do the OPML files below the config directory give? */
import type { ConfigProblem } from '../model/errors.ts';
import type { WrittenAt } from '../model/settings.ts';
import { readOpml } from '../syntax/opml.ts';
import type { ConfigFile } from './files.ts';
import { quote } from './problems.ts';
import { sourceId } from './references.ts';
import {
  type KnownConfig,
  type ListedSource,
  type OutlinePlace,
  type Subscriptions,
  subscriptionsOf,
} from './subscriptions.ts';
import { itemsOf, joinPath, nodeAt, textOf, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';

export interface OpmlReading {
  readonly root?: MapNode;
  readonly problems: readonly ConfigProblem[];
  /** What is left out or read differently from how it is written; warnings only. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Categories by the name that a feed reader may use for them: slug or title, case ignored.
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

/** What is there before the list is read; a list can only add to it. */
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
 * Go the same way as `feedmill opml import`; a feed that stands in several files gets the categories of all. Never throws.
 *
 * @param known   what the other files give
 * @param create  whether unknown folders become categories
 * @returns       one reading for each file
 */
export function readOpmlFiles(
  files: readonly ConfigFile[],
  known: KnownConfig,
  create: boolean,
): readonly OpmlReading[] {
  const documents = files.map((file) => readOpml(file.text));
  const all = subscriptionsOf(
    documents.map((document) => document ?? { subscriptions: [] }),
    known,
    create,
  );
  return files.map((file, list) => (documents[list] === undefined ? notAList(file) : readingOf(file, list, all)));
}

function notAList({ path }: ConfigFile): OpmlReading {
  const message = 'is not a subscription list, must have <opml> and <outline> elements';
  return { problems: [{ file: path, line: 1, column: 1, path: '', message }], warnings: [] };
}

/** What of all lists stands in one of them. */
function readingOf(file: ConfigFile, list: number, all: Subscriptions): OpmlReading {
  const here = <Item extends { readonly place: OutlinePlace }>(items: readonly Item[]) =>
    items.filter(({ place }) => place.list === list);
  const start: WrittenAt = { file: file.path, line: 1, column: 1 };
  const sources = here(all.sources);
  const categories = here(all.categories);
  const sourcePlace = placer(file);
  const nodes: readonly (readonly [string, readonly ConfigNode[]])[] = [
    ['categories', categories.map(({ slug, title }) => mapNode(start, `folder ${quote(title)}`, { slug, title }))],
    ['sources', sources.map((source) => sourceNode(source, sourcePlace(source.place.offset)))],
  ];
  const entries = nodes
    .filter(([, items]) => items.length > 0)
    .map(([path, items]): [string, MapEntry] => [
      path,
      { place: start, node: { kind: 'list', place: start, path, items } },
    ]);
  const warnings = warningsOf(file, { sources, skipped: here(all.skipped), unknownFolders: here(all.unknownFolders) });
  return { root: { kind: 'map', place: start, path: '', entries: new Map(entries) }, problems: [], warnings };
}

function warningsOf(
  file: ConfigFile,
  { sources, skipped, unknownFolders }: Omit<Subscriptions, 'categories'>,
): readonly ConfigProblem[] {
  const placeAt = placer(file);
  return [
    ...skipped.map(({ url, reason, place }) => ({
      place,
      path: `outline ${quote(url)}`,
      message: `${reason}; it is left out`,
    })),
    ...unknownFolders.map(({ title, place }) => ({
      place,
      path: `folder ${quote(title)}`,
      message:
        'is not the slug or title of a category; its sources get none. `opml.categories: create` makes it a category, ' +
        `and so does feedmill opml import ${file.path}`,
    })),
    ...sources
      .filter(({ auth }) => auth !== undefined)
      .map(({ url, place }) => ({
        place,
        path: `outline ${quote(url)}`,
        message: `has a password in its address; feedmill opml import ${file.path} replaces it by a variable`,
      })),
  ]
    .sort((a, b) => a.place.offset - b.place.offset)
    .map(({ place, ...warning }) => ({ ...placeAt(place.offset), ...warning }));
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
