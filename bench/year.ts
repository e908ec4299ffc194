/**
 * Does a site live through years of edits, crashes, restarts and moves, whatever the operator does?
 *
 *     npx tsx bench/year.ts [--seeds 10] [--steps 1000] [--first 1] [--minutes 600]
 *
 * The steps of `test/system/year.test.ts` with other seeds, on a Redis of its own. Ends at the first seed that fails, and prints it.
 */
import { parseArgs } from 'node:util';
import { startTestRedis } from '../test/support/redis.ts';
import { liveThrough } from '../test/support/year/year.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    steps: { type: 'string', default: '1000' },
    first: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '600' },
  },
});
const [seeds, steps, first] = [Number(values.seeds), Number(values.steps), Number(values.first)];
const deadline = performance.now() + Number(values.minutes) * 60_000;

for (let seed = first; seed < first + seeds && performance.now() < deadline; seed += 1) {
  const redis = await startTestRedis();
  const startedAt = performance.now();
  try {
    const { days, posts, kinds } = await liveThrough(seed, steps, redis);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
    console.log(`seed ${seed}: ${steps} steps, ${days} days, ${posts} posts kept, ${seconds} s (${counts})`);
  } finally {
    await redis.close();
  }
}
