/** Which sources does an OPML file give, and which categories do its folders mean? */
import type { ConfigProblem } from '../model/errors.ts';
import type { WrittenAt } from '../model/settings.ts';
import { readOpml, type OpmlSubscription } from '../syntax/opml.ts';
import type { ConfigFile } from './files.ts';
import { itemsOf, joinPath, nodeAt, textOf, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';

export interface OpmlReading {
  readonly root?: MapNode;
  readonly problems: readonly ConfigProblem[];
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

/** The categories that its folders and its `category` attribute name; none of them known is a problem. */
export function categoriesOf(subscription: OpmlSubscription, names: ReadonlyMap<string, string>) {
  const asked = [...subscription.folders, ...subscription.categories.flat()];
  const slugs = [...new Set(asked.flatMap((name) => names.get(name.toLowerCase()) ?? []))];
  return { asked, slugs };
}

/** Never throws. @param names  of the categories that the YAML files define */
export function readOpmlFile(file: ConfigFile, names: ReadonlyMap<string, string>): OpmlReading {
  const start: WrittenAt = { file: file.path, line: 1, column: 1 };
  const document = readOpml(file.text);
  if (document === undefined) {
    return {
      problems: [
        { ...start, path: '', message: 'is not a subscription list, must have <opml> and <outline> elements' },
      ],
    };
  }
  const problems: ConfigProblem[] = [];
  const placeAt = placer(file);
  const items = document.subscriptions.map((subscription) => {
    const place = placeAt(subscription.offset);
    const path = `outline ${JSON.stringify(subscription.title ?? subscription.text ?? subscription.xmlUrl)}`;
    const { asked, slugs } = categoriesOf(subscription, names);
    if (asked.length > 0 && slugs.length === 0) {
      problems.push({ ...place, path, message: unknownCategory(asked, names) });
    }
    return sourceNode(subscription, slugs, place, path);
  });
  const list: ConfigNode = { kind: 'list', place: start, path: 'sources', items };
  const entries = new Map<string, MapEntry>(items.length === 0 ? [] : [['sources', { place: start, node: list }]]);
  return { root: { kind: 'map', place: start, path: '', entries }, problems };
}

function unknownCategory(asked: readonly string[], names: ReadonlyMap<string, string>): string {
  const called = asked.map((name) => JSON.stringify(name)).join(', ');
  const slugs = [...new Set(names.values())];
  const defined = slugs.length === 0 ? 'no categories are defined' : `defined are ${slugs.join(', ')}`;
  return `its folder or category is ${called}, must be the slug or title of a category; ${defined}`;
}

function sourceNode(subscription: OpmlSubscription, slugs: readonly string[], place: WrittenAt, path: string): MapNode {
  const scalar = (key: string, value: string): [string, MapEntry] => [
    key,
    {
      place,
      node: { kind: 'scalar', place, path: joinPath(path, key), value, written: value, fromEnvironment: false },
    },
  ];
  const title = subscription.title ?? subscription.text;
  const categories: ConfigNode = {
    kind: 'list',
    place,
    path: joinPath(path, 'categories'),
    items: slugs.map((slug) => scalar('categories', slug)[1].node),
  };
  return {
    kind: 'map',
    place,
    path,
    entries: new Map([
      scalar('url', subscription.xmlUrl),
      ...(title === undefined ? [] : [scalar('title', title)]),
      ['categories', { place, node: categories }],
    ]),
  };
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
