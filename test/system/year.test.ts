/** A year of changes of mind, crashes and moves: is everything published once, under one id, and does every old address answer? */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { liveThrough } from '../support/year/year.ts';

/** Set it to see a failure again, or to look for others; `bench/year.ts` looks for hours. */
const SEED = Number(process.env['YEAR_SEED'] ?? 20_261_201);
const STEPS = Number(process.env['YEAR_STEPS'] ?? 60);

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

it(`nothing is lost, doubled or renamed in ${STEPS} steps of seed ${SEED}`, async () => {
  const report = await liveThrough(SEED, STEPS, redis);
  expect(report.looks).toBe(STEPS);
  expect(report.days).toBeGreaterThan(STEPS / 2);
  expect([...report.kinds.keys()].sort()).toEqual([
    'address',
    'crash',
    'edit',
    'restart',
    'restore',
    'upgrade',
    'wait',
    'wrong',
  ]);
}, 400_000);
