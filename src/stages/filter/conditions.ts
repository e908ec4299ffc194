/** Which rule types test a condition? A new one is one file in rules/ and one line here. */
import * as z from 'zod';
import type { Condition, ConditionDefinition, RuleSite } from './rule.ts';
import { author } from './rules/author.ts';
import { keyword } from './rules/keyword.ts';
import { language } from './rules/language.ts';
import { link } from './rules/link.ts';
import { maxAge } from './rules/max-age.ts';
import { minLength } from './rules/min-length.ts';
import { regex } from './rules/regex.ts';
import { schedule } from './rules/schedule.ts';
import { tag } from './rules/tag.ts';

export const CONDITIONS = [
  author,
  keyword,
  language,
  link,
  maxAge,
  minLength,
  regex,
  schedule,
  tag,
] as const satisfies readonly ConditionDefinition[];

const types = CONDITIONS.map(({ type }) => type).join(', ');

// `CONDITIONS` is never empty, which a mapped tuple does not tell the compiler.
const schemas = CONDITIONS.map(({ conditionSchema }) => conditionSchema) as unknown as [
  z.ZodObject<{ type: z.ZodLiteral<string> }>,
];

/** Schema of a condition as an option of another rule: what the condition's own rule says, without what follows from it. */
export function condition() {
  return z.discriminatedUnion('type', schemas, {
    // What is no mapping at all comes here too, which the type does not tell.
    error: ({ code }: { readonly code?: string }) =>
      code === 'invalid_type' ? 'must be a condition with a type' : `must be one of ${types}`,
  });
}

/** @param options  what the schema of `condition` made of them */
export function conditionOf(options: { readonly type: string }, site: RuleSite): Condition {
  const definition = CONDITIONS.find(({ type }) => type === options.type);
  // The schema accepts no other type.
  return definition?.buildCondition(options, site) ?? (() => undefined);
}
