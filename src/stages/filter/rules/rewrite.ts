/** How are title, link or text of a post rewritten? */
import * as z from 'zod';
import { ruleField } from '../../../model/template-fields.ts';
import { parseTemplate } from '../../../syntax/text/template.ts';
import { template } from '../options.ts';
import { readField, REWRITABLE, spelt, withField } from '../rewritable.ts';
import { defineRule, PASS } from '../rule.ts';
import { highestGroup, pattern } from '../search.ts';

const withError = 'must be text of at most 1000 characters, where $1 stands for a group of the pattern';

export const rewrite = defineRule(
  'rewrite',
  {
    description: 'Replaces every match of a regular expression (RE2). The resulting HTML is sanitised.',
    refine: (options, context) => {
      const { pattern: search, with: replacement } = options as { pattern: { groupCount: number }; with: string };
      if (highestGroup(replacement) > search.groupCount) {
        const groups = search.groupCount === 1 ? '1 group' : `${search.groupCount} groups`;
        const message = `must not use a group that the pattern does not have; it has ${groups}`;
        context.addIssue({ code: 'custom', path: ['with'], message });
      }
    },
  },
  {
    field: z
      .enum(REWRITABLE, { error: `must be one of ${REWRITABLE.join(', ')}` })
      .describe('What is rewritten; summary and content are HTML.'),
    pattern: pattern().describe('The expression.'),
    with: template(withError)
      .describe(
        'The replacement: $1 is the first group, $0 the whole match, $$ a dollar sign, {source} and the like as for replace. Default: empty.',
      )
      .prefault(''),
  },
  ({ field, pattern: search, with: written }) => {
    const replacement = parseTemplate(written);
    return ({ draft }) => {
      const before = readField(draft, field);
      if (before === undefined) return PASS;
      // A dollar sign in a title is no group.
      const filled = replacement.fill((name) => spelt(ruleField(draft, name), field).replaceAll('$', '$$$$'));
      const after = withField(draft, field, search.replace(before, filled));
      return after === undefined || readField(after, field) === before
        ? PASS
        : { kind: 'change', draft: after, because: `rewrote the ${field}` };
    };
  },
);
