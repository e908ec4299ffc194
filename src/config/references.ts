/**
 * Do the parts of the config fit together? Checked on the tree as written, so that an error elsewhere hides nothing.
 */
import { channelFeed } from '../syntax/url/channel-address.ts';
import type { ConfigProblem } from '../model/errors.ts';
import { findRule } from '../stages/filter/registry.ts';
import { parseDuration } from '../syntax/duration.ts';
import { groupNodes } from './groups.ts';
import { nearest } from './nearest.ts';
import { quote } from './problems.ts';
import { scheduleOf, type ScheduleValues } from './schedule.ts';
import { SHORT_FORMS } from './short-forms.ts';
import { sourceIdFor } from './source-id.ts';
import { describePlace, itemsOf, nodeAt, textOf, type ConfigNode, type MapNode } from './tree.ts';
import { isWebAddress } from '../syntax/url/web-address.ts';

export function checkReferences(root: MapNode, certificates: readonly string[]): readonly ConfigProblem[] {
  const categories = itemsOf(nodeAt(root, ['categories']));
  const sources = itemsOf(nodeAt(root, ['sources']));
  const slugs = categories.flatMap((category) => textOf(nodeAt(category, ['slug'])) ?? []);
  const ids = sources.flatMap((source) => sourceId(source) ?? []);
  const groupEntries = entriesOf(nodeAt(root, ['groups']));
  const groups = groupEntries.map(([, node]) => node);
  const groupNames = groupEntries.map(([name]) => name);
  return [
    ...(sources.length === 0 ? [noSources(root)] : []),
    ...twice(categories, 'slug', (category) => nodeAt(category, ['slug'])),
    ...formerSlugs(categories, slugs),
    ...sameSources(sources),
    ...[root, ...groups, ...categories].flatMap((place) => ruleCategories(place, slugs)),
    ...groups.flatMap((group) => unknown(itemsOf(nodeAt(group, ['categories'])), slugs, 'category')),
    ...sources.flatMap((source) => [
      ...unknown(groupNodes(source), groupNames, 'group'),
      ...unknown(itemsOf(nodeAt(source, ['categories'])), slugs, 'category'),
      ...ruleCategories(source, slugs),
      ...sourceProblems(source),
      ...scheduleProblems(root, source),
      ...unknownCertificate(nodeAt(source, ['ca']), certificates),
      ...unknownCertificate(nodeAt(source, ['fetch', 'ca']), certificates),
    ]),
    ...categories.flatMap((category) => [
      ...unknown(itemsOf(nodeAt(category, ['primary'])), ids, 'source'),
      ...unknown(itemsOf(nodeAt(category, ['from', 'sources'])), ids, 'source'),
      ...unknown(itemsOf(nodeAt(category, ['include'])), slugs, 'category'),
      ...emptyQuery(category),
    ]),
    ...includeLoops(categories),
    ...scheduleProblems(root, undefined),
    ...unknownCertificate(nodeAt(root, ['fetch', 'ca']), certificates),
    ...redisProblems(root),
    ...siteProblems(root),
  ];
}

/**
 * Allowed but probably a mistake: sources without a category although categories exist. One warning for all of them.
 */
export function uncategorised(root: MapNode): readonly ConfigProblem[] {
  if (itemsOf(nodeAt(root, ['categories'])).length === 0) return [];
  const categories = itemsOf(nodeAt(root, ['categories']));
  const draws = categories.flatMap((category) => nodeAt(category, ['from']) ?? []);
  // Tags and site-wide rules may put posts of any source into a category.
  if (givesCategories(root) || draws.some((from) => nodeAt(from, ['sources']) === undefined)) return [];
  const drawn = new Set(draws.flatMap((from) => itemsOf(nodeAt(from, ['sources']))).map(textOf));
  const groups = nodeAt(root, ['groups']);
  const without = itemsOf(nodeAt(root, ['sources'])).filter((source) => {
    const places = [source, ...groupNodes(source).flatMap((name) => nodeAt(groups, [textOf(name) ?? '']) ?? [])];
    return (
      itemsOf(nodeAt(source, ['categories'])).length === 0 &&
      !places.some(givesCategories) &&
      !drawn.has(sourceId(source))
    );
  });
  const [first] = without;
  if (first === undefined) return [];
  const names = enumerate(without.flatMap((source) => sourceId(source) ?? []));
  const [has, its] = without.length === 1 ? ['has', 'its posts appear'] : ['have', 'their posts appear'];
  return [{ ...first.place, path: first.path, message: `${names} ${has} no category; ${its} under /all only` }];
}

function givesCategories(place: ConfigNode): boolean {
  return itemsOf(nodeAt(place, ['rules'])).some((rule) => categoriesNamed(rule).length > 0);
}

/** The id as written, or made from the URL if that is valid. */
export function sourceId(source: ConfigNode): string | undefined {
  const url = textOf(nodeAt(source, ['url']));
  return textOf(nodeAt(source, ['id'])) ?? (url !== undefined && isWebAddress(url) ? sourceIdFor(url) : undefined);
}

function problem(node: ConfigNode, message: string): ConfigProblem {
  return { ...node.place, path: node.path, message };
}

function noSources(root: MapNode): ConfigProblem {
  return problem(root, 'there are no sources; list at least one under sources: with its url');
}

/** Ids and slugs become file names, so two that differ only in case are the same. */
function twice(
  items: readonly ConfigNode[],
  what: string,
  named: (item: ConfigNode) => ConfigNode | undefined,
): ConfigProblem[] {
  const first = new Map<string, ConfigNode>();
  return items.flatMap((item) => {
    const node = named(item);
    const name = textOf(node);
    if (node === undefined || name === undefined) return [];
    const before = first.get(name.toLowerCase());
    if (before === undefined) first.set(name.toLowerCase(), node);
    return before === undefined
      ? []
      : [problem(node, `the ${what} ${quote(name)} is already taken at ${describePlace(before.place)}`)];
  });
}

/** A former slug leads to one category; case is ignored, as in `twice`. */
function formerSlugs(categories: readonly ConfigNode[], slugs: readonly string[]): ConfigProblem[] {
  const present = new Set(slugs.map((slug) => slug.toLowerCase()));
  const first = new Map<string, ConfigNode>();
  return categories
    .flatMap((category) => itemsOf(nodeAt(category, ['was'])))
    .flatMap((node) => {
      const name = textOf(node);
      if (name === undefined) return [];
      if (present.has(name.toLowerCase())) {
        return [problem(node, `${quote(name)} is the slug of a category now; its address cannot lead to another one`)];
      }
      const before = first.get(name.toLowerCase());
      first.set(name.toLowerCase(), before ?? node);
      return before === undefined
        ? []
        : [problem(node, `${quote(name)} already leads to the category at ${describePlace(before.place)}`)];
    });
}

function sameSources(sources: readonly ConfigNode[]): ConfigProblem[] {
  const byUrl = new Map<string, ConfigNode>();
  const byId = new Map<string, ConfigNode>();
  return sources.flatMap((source) => {
    const url = nodeAt(source, ['url']);
    const address = textOf(url);
    if (url !== undefined && address !== undefined && isWebAddress(address)) {
      const { href } = new URL(address);
      const before = byUrl.get(href);
      if (before !== undefined) {
        return [problem(url, `the same source is already written at ${describePlace(before.place)}`)];
      }
      byUrl.set(href, url);
    }
    const id = sourceId(source);
    if (id === undefined) return [];
    const before = byId.get(id.toLowerCase());
    const named = nodeAt(source, ['id']) ?? url ?? source;
    if (before === undefined) {
      byId.set(id.toLowerCase(), named);
      return [];
    }
    const remedy = nodeAt(source, ['id']) === undefined ? '; give this one an id of its own' : '';
    return [problem(named, `the id ${quote(id)} is already taken at ${describePlace(before.place)}${remedy}`)];
  });
}

const PLURALS = { category: 'categories', group: 'groups', source: 'sources' };

function unknown(items: readonly ConfigNode[], known: readonly string[], what: keyof typeof PLURALS): ConfigProblem[] {
  return items.flatMap((item) => {
    const name = textOf(item);
    if (name === undefined || known.includes(name)) return [];
    const meant = nearest(name, known);
    const guess = meant === undefined ? '' : `, did you mean ${meant}?`;
    const plural = PLURALS[what];
    const allowed = known.length === 0 ? `no ${plural} are defined` : `defined are ${enumerate(known)}`;
    return [problem(item, `there is no ${what} ${quote(name)}${guess === '' ? ';' : guess} ${allowed}`)];
  });
}

function enumerate(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

/** @param place  where the rules are written: the root, a group, a category or a source */
function ruleCategories(place: ConfigNode, slugs: readonly string[]): ConfigProblem[] {
  return unknown(itemsOf(nodeAt(place, ['rules'])).flatMap(categoriesNamed), slugs, 'category');
}

function categoriesNamed(rule: ConfigNode): readonly ConfigNode[] {
  const definition = findRule(textOf(nodeAt(rule, ['type'])) ?? '');
  return (definition?.categoryKeys ?? []).flatMap((key) => leavesOf(nodeAt(rule, [key])));
}

function emptyQuery(category: ConfigNode): ConfigProblem[] {
  const from = nodeAt(category, ['from']);
  if (from?.kind !== 'map' || ['sources', 'tags', 'any'].some((key) => from.entries.has(key))) return [];
  return [problem(from, 'must have sources, tags or any: true')];
}

/** A category that includes itself through others; reported once for each category of the loop. */
function includeLoops(categories: readonly ConfigNode[]): ConfigProblem[] {
  const includes = new Map(
    categories.flatMap((category) => {
      const slug = textOf(nodeAt(category, ['slug']));
      return slug === undefined ? [] : [[slug, itemsOf(nodeAt(category, ['include']))] as const];
    }),
  );
  /** The chain from a category back to the one in question. */
  const wayBack = (from: string, to: string, seen: ReadonlySet<string>): readonly string[] | undefined => {
    if (from === to) return [to];
    if (seen.has(from)) return undefined;
    for (const next of includes.get(from) ?? []) {
      const rest = wayBack(textOf(next) ?? '', to, new Set([...seen, from]));
      if (rest !== undefined) return [from, ...rest];
    }
    return undefined;
  };
  return [...includes].flatMap(([slug, items]) =>
    items.flatMap((item) => {
      const way = wayBack(textOf(item) ?? '', slug, new Set());
      return way === undefined
        ? []
        : [problem(item, `leads back to ${slug}: ${[slug, ...way].join(' > ')}; one of them must go`)];
    }),
  );
}

function entriesOf(node: ConfigNode | undefined): readonly (readonly [string, ConfigNode])[] {
  return node?.kind === 'map' ? [...node.entries].map(([key, entry]) => [key, entry.node] as const) : [];
}

function leavesOf(node: ConfigNode | undefined): readonly ConfigNode[] {
  if (node === undefined) return [];
  if (node.kind === 'scalar') return [node];
  return node.kind === 'list'
    ? node.items.flatMap(leavesOf)
    : [...node.entries.values()].flatMap((entry) => leavesOf(entry.node));
}

/** Channels of sites without feeds, if no bridge is configured that could make one. */
export function withoutBridge(root: MapNode): readonly ConfigProblem[] {
  const hasBridge = (node: ConfigNode): boolean => nodeAt(node, ['fetch', 'bridge']) !== undefined;
  if (hasBridge(root)) return [];
  return itemsOf(nodeAt(root, ['sources'])).flatMap((source) => {
    const url = nodeAt(source, ['url']);
    const feed = channelFeed(textOf(url) ?? '');
    if (url === undefined || feed?.kind !== 'bridge' || hasBridge(source)) return [];
    const message = `is a channel of ${feed.site}, which has no feeds; set fetch.bridge to the address of an RSSHub server`;
    return [problem(url, message)];
  });
}

function sourceProblems(source: ConfigNode): ConfigProblem[] {
  const problems = SHORT_FORMS.flatMap(([short, long]) => {
    const [shortNode, longNode] = [nodeAt(source, [short]), nodeAt(source, long)];
    if (shortNode === undefined || longNode === undefined) return [];
    return [
      problem(shortNode, `is the same as ${long.join('.')} at ${describePlace(longNode.place)}; one of them must go`),
    ];
  });
  const pin = nodeAt(source, ['fetch', 'pin']);
  if (pin !== undefined && /^http:/iu.test(textOf(nodeAt(source, ['url'])) ?? '')) {
    problems.push(problem(pin, 'needs a source with an https:// address; over http there is no key to compare'));
  }
  const auth = nodeAt(source, ['auth']);
  if (auth?.kind !== 'map') return problems;
  const has = (key: string) => auth.entries.has(key);
  // Both are variables that are not set: no password is sent.
  if (auth.entries.size === 0) return problems;
  if (has('bearer') === (has('username') || has('password')) || has('username') !== has('password')) {
    problems.push(problem(auth, 'must have either username and password, or bearer'));
  }
  if (textOf(nodeAt(auth, ['username']))?.includes(':') === true) {
    problems.push(problem(auth, 'must have a username without a colon (RFC 7617 §2)'));
  }
  const headers = nodeAt(source, ['headers']);
  if (headers?.kind === 'map') {
    for (const [name, entry] of headers.entries) {
      if (name.toLowerCase() !== 'authorization') continue;
      const path = entry.node.path;
      problems.push({ ...entry.place, path, message: 'must not be set together with auth, which makes this header' });
    }
  }
  return problems;
}

function scheduleProblems(root: MapNode, source: ConfigNode | undefined): ConfigProblem[] {
  const general = nodeAt(root, ['schedule']);
  const particular = source === undefined ? undefined : nodeAt(source, ['schedule']);
  const judged = source === undefined ? general : particular;
  if (judged === undefined) return [];
  const { conflict } = scheduleOf(
    source === undefined ? [scheduleValues(general)] : [scheduleValues(general), scheduleValues(particular)],
  );
  if (conflict === undefined) return [];
  const [low, high] = conflict;
  const [lowNode, highNode] = [nodeAt(judged, [low]), nodeAt(judged, [high])];
  // A contradiction within the general schedule is reported once, not again for each source.
  if (lowNode?.kind !== 'scalar' || highNode?.kind !== 'scalar') return [];
  return [problem(lowNode, `is ${lowNode.written}, must not be longer than ${high}, which is ${highNode.written}`)];
}

function scheduleValues(node: ConfigNode | undefined): ScheduleValues {
  const at = (key: string) => parseDuration(textOf(nodeAt(node, [key])) ?? '');
  return { default: at('default'), min: at('min'), max: at('max') ?? Number.POSITIVE_INFINITY };
}

function unknownCertificate(node: ConfigNode | undefined, certificates: readonly string[]): ConfigProblem[] {
  const written = textOf(node);
  if (node === undefined || written === undefined || isPem(written) || certificates.includes(written)) return [];
  const there = certificates.length === 0 ? 'there is none' : `there are ${enumerate(certificates)}`;
  return [
    problem(
      node,
      `must be PEM text, or name a .pem or .crt file below the config directory by its path there; ${there}`,
    ),
  ];
}

export function isPem(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----');
}

function redisProblems(root: MapNode): ConfigProblem[] {
  const url = nodeAt(root, ['redis', 'url']);
  const sentinel = nodeAt(root, ['redis', 'sentinel']);
  if (sentinel !== undefined && url === undefined) {
    return [problem(sentinel, 'needs redis.url, the list of sentinels that know this name')];
  }
  const sockets = itemsOf(url).filter((item) => /^(\/|unix:)/.test(textOf(item) ?? ''));
  return itemsOf(url).length > 1 && sockets[0] !== undefined
    ? [problem(sockets[0], 'must not be a socket where several addresses are listed')]
    : [];
}

function siteProblems(root: MapNode): ConfigProblem[] {
  const url = nodeAt(root, ['site', 'url']);
  const address = textOf(url);
  if (url === undefined || address === undefined || !isWebAddress(address)) return [];
  const { search, hash } = new URL(address);
  return search === '' && hash === ''
    ? []
    : [problem(url, 'must be an address without ? and #, since paths are added to it')];
}
