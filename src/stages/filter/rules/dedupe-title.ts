/** Has another post the same title? */
import { formatDuration } from '../../../syntax/duration.ts';
import * as z from 'zod';
import type { Post } from '../../../model/post.ts';
import { duration } from '../options.ts';
import { isFromSource } from '../published.ts';
import { defineJointRule, PASS, type RuleResult } from '../rule.ts';
import { fold } from '../words.ts';

const AMONG = ['source', 'all'] as const;

export const dedupeTitle = defineJointRule(
  'dedupe-title',
  {
    description:
      'Drops posts that have the title of an earlier post. Letter case, width, punctuation and blanks do not count. Published posts stay.',
  },
  {
    among: z
      .enum(AMONG, { error: `must be one of ${AMONG.join(', ')}` })
      .describe('source: posts of the same source. all: posts of all sources.')
      .prefault('source'),
    within: duration().describe('How far apart in time the two may be.').prefault('3d'),
  },
  ({ among, within: withinMs }) => ({
    lookBack: { among, ms: withinMs },
    judge: (posts, { now, published }) => {
      const seen = new Map<string, number[]>();
      const note = (key: string, at: number): void => {
        seen.set(key, [...(seen.get(key) ?? []), at]);
      };
      const sourceIds = new Set(posts.map(({ draft }) => draft.source.id));
      for (const post of published) {
        const isCompared = among === 'all' || [...sourceIds].some((id) => isFromSource(post, id));
        if (isCompared) for (const title of titlesOf(post)) note(keyOf(title), post.publishedAt);
      }
      const times = posts.map(({ draft }) => draft.publishedAt ?? now);
      // Documents list the newest first, so of equal times the last is the earliest.
      const order = posts.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || b - a);
      const results: RuleResult[] = posts.map(() => PASS);
      for (const index of order) {
        const key = keyOf(posts[index]?.draft.title ?? '');
        const at = times[index] ?? now;
        if (key === '') continue;
        if (seen.get(key)?.some((other) => Math.abs(at - other) <= withinMs) === true) {
          results[index] = { kind: 'drop', because: `another post within ${formatDuration(withinMs)} has its title` };
        } else note(key, at);
      }
      return results;
    },
  }),
);

function titlesOf({ title, alsoFrom }: Post): readonly string[] {
  return [title, ...alsoFrom.flatMap((also) => also.title ?? [])];
}

function keyOf(title: string): string {
  return fold(title).replace(/[\p{P}\p{S}\s]+/gu, '');
}
