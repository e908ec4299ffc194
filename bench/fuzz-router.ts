/**
 * Is every request answered, whatever stands in it, and does memory stay level?
 *
 *     node --expose-gc --import tsx bench/fuzz-router.ts [--requests 1000000] [--seed 1] [--clients 32]
 *
 * The web server with every route on loopback; requests go out byte by byte, as no client library would send them.
 * Heap and resident memory are read after a collection at each tenth.
 */
import { parseArgs } from 'node:util';
import { fuzzSite, openFuzzedSite } from '../test/support/fuzzed-site.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '32' },
  },
});
const requests = Number(values.requests);
const MB = 1024 * 1024;

const site = await openFuzzedSite();
const startedAt = performance.now();
const usedBefore = process.cpuUsage();
const run = { requests, seed: Number(values.seed), clients: Number(values.clients) };
const { statuses, findings } = await fuzzSite(site, run, (done) => {
  if (done % Math.ceil(requests / 10) !== 0) return;
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `${done} requests, ${seconds.toFixed(0)} s: heap ${(heapUsed / MB).toFixed(0)} MB, resident ${(rss / MB).toFixed(0)} MB`,
  );
});
const { user, system } = process.cpuUsage(usedBefore);
await site.close();
console.log(`CPU, both sides: ${((user + system) / 1_000 / requests).toFixed(3)} ms a request`);
console.log(
  [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', '),
);
for (const finding of findings) console.error(`FOUND ${finding}`);
process.exitCode = findings.length === 0 ? 0 : 1;
