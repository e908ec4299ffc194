/** Does a post contain one of these words? */
import * as z from 'zod';
import { texts } from '../options.ts';
import { defineCondition } from '../rule.ts';
import { TEXT_FIELDS, textsOf } from '../view.ts';
import { wordFinder } from '../words.ts';

export const keyword = defineCondition(
  'keyword',
  { description: 'Posts that contain one of the words. Letter case and width are ignored.' },
  {
    field: z
      .enum(TEXT_FIELDS, { error: `must be one of ${TEXT_FIELDS.join(', ')}` })
      .describe('Where to look; text is title, summary and content.')
      .prefault('text'),
    any: texts('words').describe('The words, any of which is enough.'),
  },
  ({ field, any }) => {
    const find = wordFinder(any);
    return (post) => {
      for (const text of textsOf(post, field)) {
        const word = find(text);
        if (word !== undefined) return `${field} has "${word}"`;
      }
      return false;
    };
  },
);
