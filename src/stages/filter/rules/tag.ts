/** Does a post have one of these tags, or a tag that stands for a category? */
import * as z from 'zod';
import { oneOrMore, texts } from '../options.ts';
import { defineCondition, needsOneOf } from '../rule.ts';
import { fold } from '../words.ts';

export const tag = defineCondition(
  'tag',
  {
    description: 'Posts that have one of the tags. Letter case and width are ignored.',
    categoryKeys: ['map'],
    addsBy: 'map',
    refine: needsOneOf('any', 'map'),
  },
  {
    any: texts('tags').describe('The tags; one is enough. Default: those of map.').optional(),
    map: z
      .record(z.string(), oneOrMore('category slugs'), { error: 'must be a mapping of tags to category slugs' })
      .describe('Tags and the categories each stands for.')
      .optional(),
  },
  ({ any, map = {} }) => {
    const slugs = new Map(Object.entries(map).map(([name, mapped]) => [fold(name), mapped]));
    const wanted = new Set([...(any ?? []).map(fold), ...slugs.keys()]);
    return (post) => {
      const found = post.draft.tags.filter((candidate) => wanted.has(fold(candidate)));
      if (found.length === 0) return false;
      return {
        because: `it is tagged "${found.join('", "')}"`,
        categories: found.flatMap((name) => slugs.get(fold(name)) ?? []),
      };
    };
  },
);
