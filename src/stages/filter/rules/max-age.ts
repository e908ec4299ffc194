/** Is a post older than this? */
import { duration } from '../options.ts';
import { defineCondition } from '../rule.ts';

export const maxAge = defineCondition(
  'maxAge',
  {
    description: 'Posts that were published longer ago than this. Posts without a date stay as they are.',
    consequences: ['drop', 'categorise'],
    otherwise: 'drop',
  },
  {
    age: duration().describe('The age.'),
  },
  ({ age: ageMs }) =>
    ({ draft }, now) => {
      const publishedAt = draft.publishedAt ?? draft.updatedAt;
      if (publishedAt === undefined) return undefined;
      return now - publishedAt > ageMs && `it was published at ${new Date(publishedAt).toISOString()}`;
    },
);
