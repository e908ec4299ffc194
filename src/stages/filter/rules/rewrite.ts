/** How are title, link or text of a post rewritten? */
import * as z from 'zod';
import type { Draft } from '../../../model/post.ts';
import { collapsed } from '../../../syntax/text/white-space.ts';
import { defineRule, PASS } from '../rule.ts';
import { highestGroup, pattern } from '../search.ts';
import { isWebAddress } from '../../../syntax/url/web-address.ts';

const FIELDS = ['title', 'link', 'summary', 'content'] as const;
const withError = 'must be text of at most 1000 characters, where $1 stands for a group of the pattern';

export const rewrite = defineRule(
  'rewrite',
  {
    description: 'Replaces every match of a regular expression (RE2). The resulting HTML is sanitised.',
    refine: (options, context) => {
      const { pattern: search, with: template } = options as { pattern: { groupCount: number }; with: string };
      if (highestGroup(template) > search.groupCount) {
        const groups = search.groupCount === 1 ? '1 group' : `${search.groupCount} groups`;
        const message = `must not use a group that the pattern does not have; it has ${groups}`;
        context.addIssue({ code: 'custom', path: ['with'], message });
      }
    },
  },
  {
    field: z
      .enum(FIELDS, { error: `must be one of ${FIELDS.join(', ')}` })
      .describe('What is rewritten; summary and content are HTML.'),
    pattern: pattern().describe('The expression.'),
    with: z
      .string({ error: withError })
      .max(1000, { error: withError })
      .describe('The replacement: $1 is the first group, $0 the whole match, $$ a dollar sign. Default: empty.')
      .prefault(''),
  },
  ({ field, pattern: search, with: template }) =>
    ({ draft }) => {
      const before = read(draft, field);
      if (before === undefined) return PASS;
      const after = write(draft, field, search.replace(before, template));
      return after === undefined || read(after, field) === before
        ? PASS
        : { kind: 'change', draft: after, because: `rewrote the ${field}` };
    },
);

type Field = (typeof FIELDS)[number];

function read(draft: Draft, field: Field): string | undefined {
  switch (field) {
    case 'title':
      return draft.title;
    case 'link':
      return draft.url;
    case 'summary':
    case 'content':
      return draft[field]?.html;
  }
}

/** `undefined` if the text cannot be a title or link: the post then stays as it is. */
function write(draft: Draft, field: Field, text: string): Draft | undefined {
  switch (field) {
    case 'title': {
      const title = collapsed(text);
      return title === '' ? undefined : { ...draft, title };
    }
    case 'link':
      return isWebAddress(text) ? { ...draft, url: text } : undefined;
    case 'summary':
    case 'content':
      return { ...draft, [field]: { ...draft[field], html: text } };
  }
}
