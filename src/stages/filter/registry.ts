/** Which rule types exist? A new type is one file in rules/ and one line here, or in conditions.ts for a condition. */
import { CONDITIONS } from './conditions.ts';
import type { RuleDefinition } from './rule.ts';
import { category } from './rules/category.ts';
import { dedupeTitle } from './rules/dedupe-title.ts';
import { perDay } from './rules/per-day.ts';
import { replace } from './rules/replace.ts';
import { rewrite } from './rules/rewrite.ts';
import { score } from './rules/score.ts';
import { tags } from './rules/tags.ts';

export const RULES = [
  ...CONDITIONS,
  category,
  dedupeTitle,
  perDay,
  replace,
  rewrite,
  score,
  tags,
] as const satisfies readonly RuleDefinition[];

export function findRule(type: string): RuleDefinition | undefined {
  return RULES.find((rule) => rule.type === type);
}
