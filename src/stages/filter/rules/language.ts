/** Is a post in one of these languages? */
import * as z from 'zod';
import { defineCondition } from '../rule.ts';

const error = 'must be a list of language tags such as [zh, en-GB]';

export const language = defineCondition(
  'language',
  {
    description:
      'Posts in one of the languages; zh includes zh-CN and zh-TW. Posts of unknown language stay as they are.',
    otherwise: 'keep',
  },
  {
    any: z
      .array(z.string({ error }).regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, { error }), { error })
      .min(1, { error })
      .describe('Language tags (BCP 47), any of which is enough.'),
  },
  ({ any }) => {
    const ranges = any.map((tag) => tag.toLowerCase());
    return (post) => {
      const tag = post.draft.language?.toLowerCase().replaceAll('_', '-');
      if (tag === undefined) return undefined;
      // Basic filtering, RFC 4647 §3.3.1.
      const matches = ranges.some((range) => tag === range || tag.startsWith(`${range}-`));
      return matches && `its language is ${tag}`;
    };
  },
);
