/** Which rules are written where in the config? */
import type { Category, CategoryEntry, RuleSettings } from '../model/settings.ts';
import { hash64 } from '../syntax/hash.ts';
import type { WrittenCategory } from './schema.ts';
import { itemsOf, nodeAt, plainValue, type ConfigNode } from './tree.ts';

/** As written: `plan` compares this, and the filter stage compiles it. */
export function rulesIn(node: ConfigNode | undefined): readonly RuleSettings[] {
  // The schema has accepted each: a mapping with a `type`.
  return itemsOf(nodeAt(node, ['rules'])).map((rule) => plainValue(rule) as RuleSettings);
}

/** Undefined where posts enter a category by their source and by other rules only. */
export function entryOf(
  { from, include, publish }: WrittenCategory,
  node: ConfigNode | undefined,
): CategoryEntry | undefined {
  const rules = rulesIn(node);
  const { minScore } = publish;
  if (from === undefined && include.length === 0 && rules.length === 0 && minScore === undefined) return undefined;
  return {
    include,
    rules,
    ...(minScore !== undefined && { minScore }),
    ...(from !== undefined && {
      from: {
        any: from.any,
        ...(from.sources !== undefined && { sources: from.sources }),
        ...(from.tags !== undefined && { tags: from.tags }),
      },
    }),
  };
}

export interface SharedRules {
  readonly rules: readonly RuleSettings[];
  readonly groupRules: Readonly<Record<string, readonly RuleSettings[]>>;
  readonly categories: readonly Category[];
}

/** Hash of the rules that apply to the entries of a source and are not its own; undefined if there are none. */
export function sharedRulesHasher({ rules, groupRules, categories }: SharedRules) {
  const entries = categories.flatMap(({ slug, entry }) => (entry === undefined ? [] : [{ slug, ...entry }]));
  const common = rules.length === 0 && entries.length === 0 ? '' : hash64(JSON.stringify({ rules, entries }));
  const hashes = new Map<string, string | undefined>();
  return (groups: readonly string[]): string | undefined => {
    const key = JSON.stringify(groups);
    if (!hashes.has(key)) {
      const own = groups.flatMap((name) => groupRules[name] ?? []);
      hashes.set(key, own.length === 0 ? common || undefined : hash64(common + JSON.stringify(own)));
    }
    return hashes.get(key);
  };
}
