/** What do the rules of a source decide on its entries? */
import { InvariantError } from '../../model/errors.ts';
import type { Draft } from '../../model/post.ts';
import type { RuleSettings } from '../../model/settings.ts';
import { findRule } from './registry.ts';
import type { Rule } from './rule.ts';
import { viewOf } from './view.ts';

export interface CompiledRule {
  /** Name for the operator: `rules[2] keyword`. */
  readonly name: string;
  readonly run: Rule;
}

export type CompiledRules = readonly CompiledRule[];

export type FilterDecision =
  /** `applied`: one sentence for each rule that changed the draft, in order. */
  | { readonly kind: 'keep'; readonly draft: Draft; readonly applied: readonly string[] }
  /** `draft`: as it was when the rule dropped it. */
  | { readonly kind: 'drop'; readonly draft: Draft; readonly rule: string; readonly reason: string };

/**
 * Compiles rules; once, when the config is read.
 *
 * @throws InvariantError for a rule that the schema of the config should have refused
 */
export function compileRules(rules: readonly RuleSettings[]): CompiledRules {
  return rules.map((settings, index) => {
    const name = `rules[${index}] ${settings.type}`;
    const definition = findRule(settings.type);
    if (definition === undefined) throw new InvariantError(`No rule is of the type of ${name}.`);
    return { name, run: definition.build(settings) };
  });
}

/** One decision for each draft, in their order. @param now  epoch ms */
export function applyRules(drafts: readonly Draft[], rules: CompiledRules, now: number): readonly FilterDecision[] {
  return drafts.map((draft) => applyTo(draft, rules, now));
}

function applyTo(draft: Draft, rules: CompiledRules, now: number): FilterDecision {
  const applied: string[] = [];
  let post = viewOf(draft);
  for (const { name, run } of rules) {
    const result = run(post, now);
    if (result.kind === 'drop') return { kind: 'drop', draft: post.draft, rule: name, reason: result.because };
    if (result.kind === 'change') {
      applied.push(`${name}: ${result.because}`);
      post = viewOf(result.draft, post);
    }
  }
  return { kind: 'keep', draft: post.draft, applied };
}
