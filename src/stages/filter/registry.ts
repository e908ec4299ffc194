/** Which rule types exist? A new type is one file in rules/ and one line here. */
import type { RuleDefinition } from './rule.ts';
import { author } from './rules/author.ts';
import { category } from './rules/category.ts';
import { keyword } from './rules/keyword.ts';
import { language } from './rules/language.ts';
import { link } from './rules/link.ts';
import { maxAge } from './rules/max-age.ts';
import { minLength } from './rules/min-length.ts';
import { regex } from './rules/regex.ts';
import { rewrite } from './rules/rewrite.ts';
import { tag } from './rules/tag.ts';
import { tags } from './rules/tags.ts';

export const RULES = [
  author,
  category,
  keyword,
  language,
  link,
  maxAge,
  minLength,
  regex,
  rewrite,
  tag,
  tags,
] as const satisfies readonly RuleDefinition[];

export function findRule(type: string): RuleDefinition | undefined {
  return RULES.find((rule) => rule.type === type);
}
