/** How many points does a post get? */
import * as z from 'zod';
import { condition, conditionOf } from '../conditions.ts';
import { wholeNumber } from '../options.ts';
import { defineRule, PASS } from '../rule.ts';

const error = 'must be a condition such as { type: keyword, any: [AI] }, or a list of them';

export const score = defineRule(
  'score',
  {
    description:
      'Adds points to posts that meet a condition. Points are compared by publish.minScore and publish.order.',
  },
  {
    points: wholeNumber(-1000, 1000).describe('Added to the score of the post, which starts at 0.'),
    if: z
      .union([condition().transform((one) => [one]), z.array(condition(), { error }).min(1, { error })], { error })
      .describe('A condition, or a list of conditions that must all hold. Default: every post.')
      .optional(),
  },
  ({ points, if: conditions = [] }, site) => {
    const tests = conditions.map((options) => conditionOf(options, site));
    return (post, now) => {
      const reasons: string[] = [];
      for (const test of tests) {
        const answer = test(post, now);
        if (answer === false || answer === undefined) return PASS;
        reasons.push(typeof answer === 'string' ? answer : answer.because);
      }
      if (points === 0) return PASS;
      const total = (post.draft.score ?? 0) + points;
      const because = `${reasons.length === 0 ? 'every post' : reasons.join(' and ')}: ${points > 0 ? '+' : ''}${points}, its score is ${total}`;
      return { kind: 'change', draft: { ...post.draft, score: total }, because };
    };
  },
);
