/** What do the rules decide on the entries of a source? */
import { InvariantError } from '../../model/errors.ts';
import type { Draft } from '../../model/post.ts';
import type { RuleSettings, Settings, Source } from '../../model/settings.ts';
import { compileEntries, type EntryRules, enterCategories } from './enter-categories.ts';
import { findRule } from './registry.ts';
import type { CompiledRule } from './rule.ts';
import { type PostView, viewOf } from './view.ts';

/** All rules for the entries of one source. */
export interface CompiledRules {
  /** In the order in which they run: those of its groups, of the source, of all sources. */
  readonly rules: readonly CompiledRule[];
  /** Run last, on entries that the others have kept. */
  readonly categories: readonly EntryRules[];
}

export type FilterDecision =
  /** `applied`: one sentence for each rule that changed the draft, in order. */
  | { readonly kind: 'keep'; readonly draft: Draft; readonly applied: readonly string[] }
  /** `draft`: as it was when the rule dropped it. */
  | { readonly kind: 'drop'; readonly draft: Draft; readonly rule: string; readonly reason: string };

/** For sources with only these rules. @throws InvariantError */
export function compileRules(rules: readonly RuleSettings[]): CompiledRules {
  return { rules: compileList(rules), categories: [] };
}

/**
 * Compiles the rules of the config; shared rules only once.
 *
 * @returns the rules for the entries of a source of this config
 * @throws  InvariantError for a rule that the schema of the config should have refused
 */
export function ruleCompiler(
  settings: Pick<Settings, 'rules' | 'groupRules' | 'categories'>,
): (source: Pick<Source, 'id' | 'rules' | 'groups'>) => CompiledRules {
  const top = compileList(settings.rules);
  const groups = new Map(
    Object.entries(settings.groupRules).map(([name, rules]) => [name, compileList(rules, `groups.${name}.`)]),
  );
  const categories = compileEntries(settings.categories, compileList);
  return ({ id, rules, groups: names = [] }) => ({
    rules: [...names.flatMap((name) => groups.get(name) ?? []), ...compileList(rules, `sources.${id}.`), ...top],
    categories,
  });
}

/** @param place  prefix of the names of the rules: `groups.wires.` */
function compileList(rules: readonly RuleSettings[], place = ''): readonly CompiledRule[] {
  return rules.map((settings, index) => {
    const name = `${place}rules[${index}] ${settings.type}`;
    const definition = findRule(settings.type);
    if (definition === undefined) throw new InvariantError(`No rule is of the type of ${name}.`);
    return { name, run: definition.build(settings) };
  });
}

/** One decision for each draft, in order. @param now  epoch ms */
export function applyRules(drafts: readonly Draft[], rules: CompiledRules, now: number): readonly FilterDecision[] {
  return drafts.map((draft) => applyTo(draft, rules, now));
}

function applyTo(draft: Draft, { rules, categories }: CompiledRules, now: number): FilterDecision {
  const applied: string[] = [];
  let post: PostView = viewOf(draft);
  for (const { name, run } of rules) {
    const result = run(post, now);
    if (result.kind === 'drop') return { kind: 'drop', draft: post.draft, rule: name, reason: result.because };
    if (result.kind === 'change') {
      applied.push(`${name}: ${result.because}`);
      post = viewOf(result.draft, post);
    }
  }
  const entered = enterCategories(post, categories, now);
  return { kind: 'keep', draft: entered.draft, applied: [...applied, ...entered.applied] };
}
