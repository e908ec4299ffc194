/** Does a post carry one of these tags? */
import { defineCondition, texts } from '../rule.ts';
import { fold } from '../words.ts';

export const tag = defineCondition(
  'tag',
  { description: 'Posts that carry one of the tags. Letter case and width do not count.' },
  { any: texts('tags').describe('The tags, any of which is enough.') },
  ({ any }) => {
    const wanted = new Set(any.map(fold));
    return (post) => {
      const found = post.draft.tags.find((candidate) => wanted.has(fold(candidate)));
      return found === undefined ? false : `it is tagged "${found}"`;
    };
  },
);
