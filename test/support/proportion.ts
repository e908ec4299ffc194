/** Does it take time in proportion to size? Judged so that a busy machine does not change the verdict. */
import { expect } from 'vitest';

const GROWTH = 8;
const TRIES = 5;
/** Collecting garbage, compiling. */
const CONSTANT_US = 50_000;

/**
 * Eight times as much may take eight times the CPU time, and four times that for chance; sixty-four times would be
 * quadratic. What other programs do to the caches can only make a try too long: one good try of five is enough.
 *
 * @param run  does `count` of it
 */
export function expectProportional(run: (count: number) => void, count: number): void {
  run(Math.ceil(count / 20));
  const tries: string[] = [];
  for (let i = 0; i < TRIES; i++) {
    const small = Math.min(cpuUs(run, count), cpuUs(run, count));
    const large = cpuUs(run, count * GROWTH);
    if (large < small * GROWTH * 4 + CONSTANT_US) return;
    tries.push(`${small} and ${large} µs`);
  }
  expect.fail(`${GROWTH} times as much takes far more than ${GROWTH} times as long: ${tries.join('; ')}`);
}

function cpuUs(run: (count: number) => void, count: number): number {
  const before = process.cpuUsage();
  run(count);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
