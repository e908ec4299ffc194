/**
 * Does a site survive whatever happens to it: is every entry published once, and is `/readyz` true at every moment?
 *
 *     npm run build && npx tsx bench/faults.ts [--rounds 1000] [--chunk 40] [--sources 6] [--seed N] [--minutes 600]
 *
 * A web server and a worker on a Redis of their own, on feeds that grow as they are asked. Each round has one fault, drawn at random:
 * `kill -9` and SIGSTOP of worker, web server and Redis, a Redis out of memory or read-only, FLUSHALL, a full disk, a replaced
 * publish directory, a clock that jumps. Twice a second the feed and `/readyz` are read. A round ends when `/readyz` is 200
 * and all that was offered when the fault ended is published; that may take 15 s. Violations: an entry twice, a feed that
 * shrinks or answers an error although the web server runs, `/readyz` 200 while nothing was published for 20 s, a process
 * that ends by itself, a recovery of more than 15 s. After each chunk the installation is made again, so that feeds stay short.
 */
import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultsOf } from './faults/faults.ts';
import { install } from './faults/installation.ts';
import { startGrowingOrigin } from './faults/origin.ts';
import { watch } from './faults/watch.ts';
import { seededRandom } from './fuzz/random.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    chunk: { type: 'string', default: '40' },
    sources: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '600' },
    only: { type: 'string' },
  },
});
const [rounds, chunk, sources, seed] = [values.rounds, values.chunk, values.sources, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const RECOVERED_WITHIN_MS = 15_000;
const REFILLED_WITHIN_MS = 10_000;
/** Beyond this a round is given up. */
const GIVEN_UP_MS = 60_000;
const deadline = performance.now() + Number(values.minutes) * 60_000;
const random = seededRandom(seed);
const times = new Map<string, number[]>();
const violations: string[] = [];
let done = 0;

console.log(`seed ${seed}`);
while (done < rounds && performance.now() < deadline) await runChunk(Math.min(chunk, rounds - done));
report();
process.exitCode = violations.length > 0 ? 1 : 0;

async function runChunk(length: number): Promise<void> {
  const origin = await startGrowingOrigin(() => random.int(1_000) / 1_000);
  const site = await install(origin.url, sources);
  const seen = watch(site.site, origin);
  try {
    if ((await recovered()) === undefined) throw new Error(`it did not start:\n${tail(site.logFile)}`);
    const known = faultsOf(site).filter(({ name }) => values.only === undefined || name.includes(values.only));
    for (let round = 0; round < length && performance.now() < deadline; round += 1) {
      const fault = random.pick(known);
      origin.setLoad(random.pick([0.1, 0.3, 0.6]));
      await sleep(random.int(1_500));
      if (fault.hitsReaders) seen.lenient();
      else seen.strict();
      await fault.strike(site, random);
      if (fault.losesData) {
        origin.forgetUnlisted();
        seen.forget();
        // Its feed is filled source by source; until then readers may have the one of before.
        await sleep(REFILLED_WITHIN_MS);
        seen.forget();
      }
      const ms = await recovered();
      seen.strict();
      note(fault.name, ms, [...seen.violations(), ...site.unexpectedEnds.splice(0)], site.logFile);
      if (ms === undefined) break;
    }
  } finally {
    await seen.stop();
    await site.close();
    await origin.close();
  }

  /** Ms until all that was offered by now is published and `/readyz` is 200. */
  async function recovered(): Promise<number | undefined> {
    const endedAt = performance.now();
    const offered = origin.offered();
    const looks = seen.looks();
    while (performance.now() - endedAt < GIVEN_UP_MS) {
      const titles = new Set(seen.titles());
      const isFresh = seen.looks() >= looks + 2;
      if (isFresh && seen.isReady() && titles.size > 0 && [...offered].every((title) => titles.has(title)))
        return performance.now() - endedAt;
      await sleep(100);
    }
    return undefined;
  }
}

function note(name: string, ms: number | undefined, found: readonly string[], logFile: string): void {
  done += 1;
  const all = [
    ...found,
    ...(ms === undefined
      ? ['never ready again']
      : ms > RECOVERED_WITHIN_MS
        ? [`ready after ${(ms / 1000).toFixed(1)} s`]
        : []),
  ];
  times.set(name, [...(times.get(name) ?? []), ms ?? GIVEN_UP_MS]);
  for (const violation of all) {
    violations.push(`round ${done}, ${name}: ${violation}`);
    console.log(violations.at(-1));
  }
  if (ms === undefined) console.log(tail(logFile));
  if (done % 20 === 0) console.log(`${done} rounds, ${violations.length} violations`);
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-25).join('\n');
}

function report(): void {
  console.log(
    `\n${done} rounds, ${violations.length} violations\n\n| fault | rounds | s until ready, median | most |\n| --- | --- | --- | --- |`,
  );
  for (const [name, list] of [...times].sort()) {
    const sorted = [...list].sort((one, other) => one - other);
    const seconds = (ms = 0) => (ms / 1000).toFixed(1);
    console.log(`| ${name} | ${list.length} | ${seconds(sorted[sorted.length >> 1])} | ${seconds(sorted.at(-1))} |`);
  }
}
