/** Is a post one of the best few of its source on its day? */
import { millisecondsInDay } from 'date-fns/constants';
import * as z from 'zod';
import type { Draft } from '../../../model/post.ts';
import { isoDay, localParts } from '../../../syntax/date/local-time.ts';
import { condition, conditionOf } from '../conditions.ts';
import { timezone, wholeNumber } from '../options.ts';
import { isFromSource } from '../published.ts';
import { defineJointRule, PASS, type RuleSite } from '../rule.ts';
import type { PostView } from '../view.ts';

const ORDERS = ['score', 'newest', 'oldest', 'longest'] as const;
const firstError = `must be one of ${ORDERS.join(', ')}, or a condition such as { type: keyword, any: [AI] }`;

export const perDay = defineJointRule(
  'per-day',
  {
    description:
      'Limits how many posts of a source enter on one day. The best posts of a document enter first. Published posts stay.',
  },
  {
    most: wholeNumber(1, 1000).describe('How many posts of a source enter on one day.'),
    first: z
      .union([z.enum(ORDERS), condition()], { error: firstError })
      .describe(
        'Which posts of a document come first; posts that meet a condition, if it is one. Equal ones: the newest.',
      )
      .prefault('score'),
    timezone: timezone().describe('Zone in which days begin and end. Default: that of the site.').optional(),
  },
  ({ most, first, timezone: zone }, site) => {
    const dayOf = (at: number): string => isoDay(localParts(at, zone ?? site.timezone));
    const rank = rankBy(first, site);
    return {
      // A day has 25 hours at most, and the day of the oldest post begins before it.
      lookBack: { among: 'source', ms: 2 * millisecondsInDay },
      judge: (posts, { now, published }) => {
        const taken = new Map<string, number>();
        const keyOf = (sourceId: string, at: number): string => `${dayOf(at)} ${sourceId}`;
        const add = (key: string): number => {
          const count = (taken.get(key) ?? 0) + 1;
          taken.set(key, count);
          return count;
        };
        for (const sourceId of new Set(posts.map(({ draft }) => draft.source.id))) {
          for (const post of published) if (isFromSource(post, sourceId)) add(keyOf(sourceId, post.publishedAt));
        }
        const ranks = posts.map((post) => rank(post, now));
        const order = posts
          .map((_, index) => index)
          .sort((a, b) => (ranks[b] ?? 0) - (ranks[a] ?? 0) || timeOf(posts[b], now) - timeOf(posts[a], now) || a - b);
        const results = posts.map(() => PASS);
        for (const index of order) {
          const post = posts[index];
          if (post === undefined) continue;
          const key = keyOf(post.draft.source.id, timeOf(post, now));
          if (add(key) <= most) continue;
          results[index] = {
            kind: 'drop',
            because: `its source has ${most === 1 ? 'a post' : `${most} posts`} on ${key.slice(0, 10)} already`,
          };
        }
        return results;
      },
    };
  },
);

type Order = (typeof ORDERS)[number] | { readonly type: string };

/** Higher is better. */
function rankBy(first: Order, site: RuleSite): (post: PostView, now: number) => number {
  if (typeof first === 'object') {
    const test = conditionOf(first, site);
    return (post, now) => {
      const answer = test(post, now);
      return answer === undefined || answer === false ? 0 : 1;
    };
  }
  switch (first) {
    case 'score':
      return ({ draft }) => draft.score ?? 0;
    case 'newest':
      return timeOf;
    case 'oldest':
      return (post, now) => -timeOf(post, now);
    case 'longest':
      return (post) => post.body().length;
  }
}

function timeOf(post: { readonly draft: Draft } | undefined, now: number): number {
  return post?.draft.publishedAt ?? now;
}
