/** Which rules are there? A new rule is one file in rules/ and one line here. */
import type { RuleDefinition } from './rule.ts';
import { keyword } from './rules/keyword.ts';
import { tag } from './rules/tag.ts';

export const RULES = [keyword, tag] as const satisfies readonly RuleDefinition[];

export function findRule(type: string): RuleDefinition | undefined {
  return RULES.find((rule) => rule.type === type);
}
