/** Which keys does a source have, together with those of its groups? */
import { SHORT_FORMS } from './short-forms.ts';
import { nodeAt, textOf, type ConfigNode, type MapEntry, type MapNode } from './tree.ts';

/** Mappings that are merged with those of a group key by key; any other value replaces that of the group. */
const MERGED_BY_KEY = new Set(['fetch', 'flood', 'headers', 'host', 'publish', 'schedule']);

/** Names of the groups of a source, as written: one, or a list. */
export function groupNodes(source: ConfigNode): readonly ConfigNode[] {
  const written = nodeAt(source, ['group']);
  if (written === undefined) return [];
  return written.kind === 'list' ? written.items : [written];
}

export function groupNames(source: ConfigNode): readonly string[] {
  return groupNodes(source).flatMap((node) => textOf(node) ?? []);
}

/**
 * Each source with the keys of its groups: its own keys win over those of a group, and a later group wins over an
 * earlier one. Rules are not merged: those of a group run in addition to those of its sources. Unknown group names are
 * ignored.
 */
export function withGroups(root: MapNode): MapNode {
  const groups = nodeAt(root, ['groups']);
  const list = nodeAt(root, ['sources']);
  const entry = root.entries.get('sources');
  if (groups?.kind !== 'map' || list?.kind !== 'list' || entry === undefined) return root;
  const items = list.items.map((source) => {
    const bundles = groupNames(source).flatMap((name) => nodeAt(groups, [name]) ?? []);
    return bundles.reduceRight((upper, group) => over(upper, withoutRules(group)), source);
  });
  return { ...root, entries: new Map(root.entries).set('sources', { ...entry, node: { ...list, items } }) };
}

function withoutRules(group: ConfigNode): ConfigNode {
  if (group.kind !== 'map') return group;
  return { ...group, entries: new Map([...group.entries].filter(([key]) => key !== 'rules')) };
}

/** `upper`, with the keys that only `lower` has. */
function over(upper: ConfigNode, lower: ConfigNode): ConfigNode {
  if (upper.kind !== 'map' || lower.kind !== 'map') return upper;
  const entries = new Map<string, MapEntry>(upper.entries);
  for (const [key, entry] of withoutOtherForms(lower, upper).entries) {
    const mine = entries.get(key);
    if (mine === undefined) entries.set(key, entry);
    else if (MERGED_BY_KEY.has(key)) entries.set(key, { ...mine, node: over(mine.node, entry.node) });
  }
  return { ...upper, entries };
}

/** If both set the same thing, one of them in its short form, `upper` wins. */
function withoutOtherForms(lower: MapNode, upper: MapNode): MapNode {
  const said = SHORT_FORMS.filter(
    ([short, long]) => nodeAt(upper, [short]) !== undefined || nodeAt(upper, long) !== undefined,
  );
  return said.reduce((left, [short, long]) => withoutKey(withoutKey(left, [short]), long), lower);
}

function withoutKey(node: MapNode, path: readonly string[]): MapNode {
  const [key = '', ...rest] = path;
  const entry = node.entries.get(key);
  if (entry === undefined) return node;
  const entries = new Map(node.entries);
  if (rest.length === 0) entries.delete(key);
  else if (entry.node.kind === 'map') entries.set(key, { ...entry, node: withoutKey(entry.node, rest) });
  return { ...node, entries };
}
