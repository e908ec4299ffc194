/** Is a post older than this? */
import * as z from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../../syntax/duration.ts';
import { defineCondition } from '../rule.ts';

const error = 'must be a duration such as 30s, 15m, 6h or 7d';

export const maxAge = defineCondition(
  'maxAge',
  {
    description: 'Posts that were published longer ago than this. Posts without a date stay as they are.',
    consequences: ['drop', 'categorise'],
    otherwise: 'drop',
  },
  {
    age: z
      .string({ error })
      .regex(DURATION_PATTERN, { error })
      .transform((written) => parseDuration(written) ?? 0)
      .describe('The age.'),
  },
  ({ age: ageMs }) =>
    ({ draft }, now) => {
      const publishedAt = draft.publishedAt ?? draft.updatedAt;
      if (publishedAt === undefined) return undefined;
      return now - publishedAt > ageMs && `it was published at ${new Date(publishedAt).toISOString()}`;
    },
);
