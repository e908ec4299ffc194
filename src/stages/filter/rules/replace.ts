/** What is written in place of title, link or text of a post? */
import * as z from 'zod';
import { ruleField } from '../../../model/template-fields.ts';
import { parseTemplate } from '../../../syntax/text/template.ts';
import { template } from '../options.ts';
import { readField, REWRITABLE, spelt, withField } from '../rewritable.ts';
import { defineRule, PASS } from '../rule.ts';

export const replace = defineRule(
  'replace',
  {
    description:
      'Writes a text in place of the title, the link or the text of a post. The resulting HTML is sanitised.',
  },
  {
    field: z
      .enum(REWRITABLE, { error: `must be one of ${REWRITABLE.join(', ')}` })
      .describe('What is replaced; summary and content are HTML.'),
    with: template("must be text such as '{source}: {title}'").describe(
      'The text; {source}, {title}, {tags}, {author}, {link} and {language} are those of the post.',
    ),
  },
  ({ field, with: written }) => {
    const text = parseTemplate(written);
    return ({ draft }) => {
      const after = withField(
        draft,
        field,
        text.fill((name) => spelt(ruleField(draft, name), field)),
      );
      return after === undefined || readField(after, field) === readField(draft, field)
        ? PASS
        : { kind: 'change', draft: after, because: `replaced the ${field}` };
    };
  },
);
