/** What do the rules decide on the entries of a source? */
import { InvariantError } from '../../model/errors.ts';
import type { Draft, Post } from '../../model/post.ts';
import type { RuleSettings, Settings, Source } from '../../model/settings.ts';
import { compileEntries, type EntryRules, enterCategories, tooFewPoints } from './enter-categories.ts';
import { findRule } from './registry.ts';
import type { CompiledRule, LookBack, RuleSite } from './rule.ts';
import { isKept, judgedOf, runRules } from './run-rules.ts';

/** All rules for the entries of one source. */
export interface CompiledRules {
  /** In the order in which they run: those of its groups, of the source, of all sources. */
  readonly rules: readonly CompiledRule[];
  /** Run last, on entries that the others have kept. */
  readonly categories: readonly EntryRules[];
  /** Posts with fewer points than this are dropped when all rules have run. */
  readonly minScore?: number;
}

export type FilterDecision =
  /** `applied`: one sentence for each rule that changed the draft, in order. */
  | { readonly kind: 'keep'; readonly draft: Draft; readonly applied: readonly string[] }
  /** `draft`: as it was when the rule dropped it. */
  | { readonly kind: 'drop'; readonly draft: Draft; readonly rule: string; readonly reason: string };

/** For sources to which nothing applies but these rules. @throws InvariantError */
export function compileRules(rules: readonly RuleSettings[], site: RuleSite = { timezone: 'UTC' }): CompiledRules {
  return { rules: listCompiler(site)(rules, ''), categories: [] };
}

/**
 * Compiles the rules of the config; shared rules only once.
 *
 * @returns the rules for the entries of a source of this config
 * @throws  InvariantError for a rule that the schema of the config should have refused
 */
export function ruleCompiler(
  settings: Pick<Settings, 'rules' | 'groupRules' | 'categories'> & { readonly site: RuleSite },
): (source: Pick<Source, 'id' | 'rules' | 'groups' | 'minScore'>) => CompiledRules {
  const compileList = listCompiler(settings.site);
  const top = compileList(settings.rules, '');
  const groups = new Map(
    Object.entries(settings.groupRules).map(([name, rules]) => [name, compileList(rules, `groups.${name}.`)]),
  );
  const categories = compileEntries(settings.categories, compileList);
  return ({ id, rules, groups: names = [], minScore }) => ({
    rules: [...names.flatMap((name) => groups.get(name) ?? []), ...compileList(rules, `sources.${id}.`), ...top],
    categories,
    ...(minScore !== undefined && { minScore }),
  });
}

/** Of the second argument, the names of the rules are made: `groups.wires.` */
function listCompiler(site: RuleSite): (rules: readonly RuleSettings[], place: string) => readonly CompiledRule[] {
  return (rules, place) =>
    rules.map((settings, index) => {
      const name = `${place}rules[${index}] ${settings.type}`;
      const definition = findRule(settings.type);
      if (definition === undefined) throw new InvariantError(`No rule is of the type of ${name}.`);
      return { name, ...definition.build(settings, site) };
    });
}

/**
 * One decision for each draft, in their order.
 *
 * @param now        epoch ms
 * @param published  stored posts as far back as the rules look (see `lookBackOf`), newest first
 */
export function applyRules(
  drafts: readonly Draft[],
  { rules, categories, minScore }: CompiledRules,
  now: number,
  published: readonly Post[] = [],
): readonly FilterDecision[] {
  const surroundings = { now, published };
  const posts = drafts.map(judgedOf);
  runRules(posts, rules, surroundings);
  enterCategories(posts.filter(isKept), categories, surroundings);
  return posts.map(({ view: { draft }, applied, dropped }) => {
    if (dropped !== undefined) return { kind: 'drop', draft, rule: dropped.rule, reason: dropped.because };
    const poor = tooFewPoints(draft, minScore);
    if (poor !== undefined) return { kind: 'drop', draft, rule: 'publish.minScore', reason: poor };
    return { kind: 'keep', draft, applied };
  });
}

/** How far back the rules look at stored posts, and at whose; one for each kind, none if no rule does. */
export function lookBackOf({ rules, categories }: CompiledRules): readonly LookBack[] {
  const all = [...rules, ...categories.flatMap((category) => category.rules)];
  const looks = all.flatMap((rule) => (rule.kind === 'joint' ? [rule.lookBack] : []));
  return (['source', 'all'] as const).flatMap((among) => {
    const found = looks.filter((look) => look.among === among);
    return found.length === 0 ? [] : [{ among, ms: found.reduce((most, { ms }) => Math.max(most, ms), 0) }];
  });
}
