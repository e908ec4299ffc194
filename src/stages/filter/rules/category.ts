/** Which categories does a post go to? */
import { defineRule, needsOneOf, PASS, texts } from '../rule.ts';

export const category = defineRule(
  'category',
  {
    description: 'Puts every post that comes here into categories, or takes it out of them.',
    categoryKeys: ['set', 'add', 'remove'],
    refine: needsOneOf('set', 'add', 'remove'),
  },
  {
    set: texts('category slugs').describe('These and no others.').optional(),
    add: texts('category slugs').describe('These too.').optional(),
    remove: texts('category slugs').describe('Not these.').optional(),
  },
  ({ set, add = [], remove = [] }) =>
    ({ draft }) => {
      const asked = [...(set ?? draft.categories), ...add].filter((slug) => !remove.includes(slug));
      const categories = [...new Set(asked)];
      if (categories.join() === draft.categories.join()) return PASS;
      const because = `categories are ${categories.length === 0 ? 'none' : categories.join(', ')}`;
      return { kind: 'change', draft: { ...draft, categories }, because };
    },
);
