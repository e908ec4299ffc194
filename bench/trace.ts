/**
 * How much of Redis' memory does it take to know for a month what became of an entry?
 *
 *     npx tsx bench/trace.ts [ENTRIES]
 *
 * Starts a Redis of its own. Nine entries of ten are new posts with a link and a guid, one rule has changed every third
 * of them; the tenth is dropped by a rule, and offered again three times.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { connectRedis } from '../src/io/redis/connect.ts';
import { createTrace } from '../src/io/store/trace.ts';
import type { TraceNote } from '../src/model/trace.ts';
import { lookupKeys } from '../src/stages/identify/lookups.ts';

const AT_ONCE = 20;
const NOW = Date.UTC(2026, 0, 24, 12);

const entries = Number(process.argv[2] ?? 100_000);
const directory = await mkdtemp(join(tmpdir(), 'feedmill-trace-'));
const handle = await connectRedis({ urls: [], directory }, pino({ level: 'silent' }));
try {
  const { client, prefix } = handle;
  await client.config('SET', 'appendonly', 'no');
  const trace = createTrace(client, `${prefix}:`);
  let spentMs = 0;
  for (let done = 0; done < entries; done += AT_ONCE) {
    const notes = Array.from({ length: AT_ONCE }, (_, place) => noteOf(done + place));
    const start = performance.now();
    await trace.note(notes, NOW);
    spentMs += performance.now() - start;
    const dropped = notes.filter(({ once }) => once === true);
    for (let again = 0; again < 3; again += 1) await trace.note(dropped, NOW);
  }
  const keys = await client.keys(`${prefix}:t:*`);
  let bytes = 0;
  for (const key of keys) bytes += (await client.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
  const { lost } = await trace.find([], NOW);
  console.log(`${entries} entries, ${(bytes / entries).toFixed(1)} bytes each by MEMORY USAGE, ${lost} found no place`);
  console.log(`${((1000 * spentMs) / entries).toFixed(1)} µs an entry, waiting`);
} finally {
  await handle.close();
  await rm(directory, { recursive: true, force: true });
}

function noteOf(number: number): TraceNote {
  const guid = `tag:news.example,2026:${number}`;
  const url = `https://news.example/${number % 500}/${number}`;
  const id = BigInt.asUintN(64, BigInt(number + 1) * 0x9e3779b97f4a7c15n)
    .toString(16)
    .padStart(16, '0');
  const note = {
    at: NOW,
    postId: id,
    sourceId: `source-${number % 500}`,
    documentUrl: `https://news.example/${number % 500}.xml`,
    lookups: lookupKeys({ guid, url }),
  };
  if (number % 10 === 0) {
    const decision = { kind: 'dropped', rule: 'rules[0] keyword', reason: 'title has "广告"' } as const;
    return { ...note, decision, entry: { title: `本周广告，第${number}期`, url, guid }, once: true };
  }
  const rules = ['rules[1] keyword: title has "基金": added category jijin'];
  return { ...note, decision: { kind: 'added' }, key: 'guid', ...(number % 3 === 0 && { rules }) };
}
