/** Which categories does a post go to? */
import { texts } from '../options.ts';
import { defineRule, needsOneOf, PASS } from '../rule.ts';

export const category = defineRule(
  'category',
  {
    description: 'Puts every post that reaches this rule into categories, or removes it from categories.',
    categoryKeys: ['set', 'add', 'remove'],
    refine: needsOneOf('set', 'add', 'remove'),
  },
  {
    set: texts('category slugs').describe('Exactly these categories.').optional(),
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
