/** Does a post match this pattern? */
import * as z from 'zod';
import type { PostView } from '../view.ts';
import { defineCondition } from '../rule.ts';
import { pattern } from '../search.ts';
import { TEXT_FIELDS, textsOf } from '../view.ts';

const FIELDS = [...TEXT_FIELDS, 'link', 'author', 'tag'] as const;

export const regex = defineCondition(
  'regex',
  { description: 'Posts that match a regular expression (RE2). (?i) at the start ignores letter case.' },
  {
    field: z
      .enum(FIELDS, { error: `must be one of ${FIELDS.join(', ')}` })
      .describe('Where to look; text is title, summary and content.')
      .prefault('text'),
    pattern: pattern().describe('The expression.'),
  },
  ({ field, pattern: search }) =>
    (post) => {
      for (const text of fieldTexts(post, field)) {
        const found = search.find(text);
        if (found !== undefined) return `${field} has "${found.slice(0, 60)}"`;
      }
      return false;
    },
);

function fieldTexts(post: PostView, field: (typeof FIELDS)[number]): Iterable<string> {
  const { url, authors, tags } = post.draft;
  switch (field) {
    case 'link':
      return url === undefined ? [] : [url];
    case 'author':
      return authors.flatMap(({ name, email }) => [name ?? [], email ?? []].flat());
    case 'tag':
      return tags;
    case 'title':
    case 'summary':
    case 'content':
    case 'text':
      return textsOf(post, field);
  }
}
