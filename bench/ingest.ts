/**
 * What does the whole way in cost for a document that has changed, beside the same way built from well-known parts?
 *
 *     NODE_OPTIONS=--max-semi-space-size=8 npx tsx bench/ingest.ts [SOURCES]
 *
 * Every source has a document of 35 entries; in each round one of them is new and the oldest is gone. Ours is the job's
 * own code from the fetched body on: inflate, hash, cut, read, normalise, identify, claim, settle, judge, sanitise, save, note,
 * remember. The
 * other way is what one would write with feedsmith and sanitize-html: inflate, decode, parse, ask Redis which ids are
 * known, sanitise the new ones, store them. It has nothing like our search for the same story in other words, so ours is
 * measured without (`duplicates.threshold: 1`) and with it. Each has a process and a Redis of its own, with as many
 * documents at once. CPU time of the process for a document, medians over turns of some rounds.
 */
import { compileRules } from '../src/stages/filter/filter.ts';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseFeed } from 'feedsmith';
import { pino } from 'pino';
import sanitizeHtml from 'sanitize-html';
import { readConfig } from '../src/config/read.ts';
import { connectRedis, type RedisClient } from '../src/io/redis/connect.ts';
import { gunzipAgain, inflate } from '../src/io/fetch/inflate.ts';
import { createHeld } from '../src/io/store/held.ts';
import { createLastDocuments } from '../src/io/store/last-documents.ts';
import { createPosts } from '../src/io/store/posts.ts';
import { createNearDuplicates } from '../src/io/store/near-duplicates.ts';
import { createTrace } from '../src/io/store/trace.ts';
import { asFetched } from '../src/jobs/check/stored-response.ts';
import type { PreparedSource } from '../src/jobs/running-config.ts';
import { readDocument } from '../src/jobs/check/read-document.ts';
import type { FetchedBody } from '../src/model/fetch-outcome.ts';
import { FIRST_STATE, type SourceState } from '../src/model/source-state.ts';
import { nextState } from '../src/stages/schedule/next-state.ts';
import { documentOf, ENTRIES, publishedAt } from './read/documents.ts';

/** Rounds that a way makes before it is another's turn: V8 clears away more often in a process that waits much, as no busy worker does. */
const TURN_ROUNDS = 8;
/** Until all of it is compiled, as it is in a worker that runs for days. */
const WARM_UP_TURNS = 6;
const TURNS = 9;
const AT_ONCE = 16;
const LARGEST_PACKED_BYTES = 64 * 1024;

const count = Number(process.argv[2] ?? 200);
const addresses = Array.from({ length: count }, (_, i) => `https://origin-${i}.example.org/feed`);
const [, , , only, documents = ''] = process.argv;
const settings = readConfig(
  [
    {
      path: 'bench.yaml',
      name: 'bench.yaml',
      text: `site: { url: https://news.example.org }
categories: [{ slug: news }]
${only === 'ours' ? 'duplicates: { threshold: 1 }' : ''}
sources:
${addresses.map((url, i) => `  - { id: s${i}, url: ${url}, categories: [news] }`).join('\n')}
`,
    },
  ],
  {},
);
const sources: readonly PreparedSource[] = settings.sources.map((source) => ({ source, rules: compileRules([]) }));

/** The second of ours also looks for the same story in other words. */
const WAYS = ['ours', 'ours-alike', 'theirs'] as const;
type WayName = (typeof WAYS)[number];

const way = WAYS.find((name) => name === only);
if (way === undefined) await parent();
else await child(way, documents);

/**
 * Each way has a process of its own, so that neither clears away the other's garbage, and none that of making documents;
 * they work in turns.
 */
async function parent(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-documents-'));
  const children = WAYS.map((name) => ({
    name,
    process: fork(process.argv[1] ?? '', [String(count), name, directory]),
  }));
  const times = new Map<WayName, number[]>(WAYS.map((name) => [name, []]));
  // The first round stands alone: nothing is compiled, and all entries are new.
  for (let turn = 0; turn <= WARM_UP_TURNS + TURNS; turn += 1) {
    const rounds = turn === 0 ? [0] : Array.from({ length: TURN_ROUNDS }, (_, i) => (turn - 1) * TURN_ROUNDS + 1 + i);
    for (const round of rounds) {
      sources.forEach((_, i) => {
        writeFileSync(join(directory, `${round}-${i}.gz`), gzipSync(documentOf(i, round)));
      });
    }
    for (const { name, process: worker } of children) {
      worker.send(rounds);
      const [time] = (await once(worker, 'message')) as [number]; // what child() sends
      times.get(name)?.push(time);
    }
  }
  for (const { process: worker } of children) worker.disconnect();
  await rm(directory, { recursive: true, force: true });
  const warm = (name: WayName): number => median(times.get(name)?.slice(-TURNS) ?? []);
  const cold = (name: WayName): string => (times.get(name)?.[0] ?? NaN).toFixed(0);
  const theirs = warm('theirs');
  const beside = (name: WayName): string => (theirs / warm(name)).toFixed(2);
  console.log(`${count} documents of ${ENTRIES} entries, one of them new; CPU of the process, us a document`);
  console.log(`  feedsmith and sanitize-html  ${theirs.toFixed(0)}`);
  console.log(`  ours                         ${warm('ours').toFixed(0)}: ${beside('ours')} times as fast (goal: 2.5)`);
  console.log(`  and looking for like stories ${warm('ours-alike').toFixed(0)}: ${beside('ours-alike')} times as fast`);
  console.log(
    `all entries new, not warm: theirs ${cold('theirs')}, ours ${cold('ours')}, and looking ${cold('ours-alike')}`,
  );
}

async function child(name: WayName, documents: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-ingest-'));
  const redis = await connectRedis({ urls: [], directory }, pino({ level: 'silent' }));
  const read =
    name !== 'theirs'
      ? ourWay({
          posts: createPosts(redis.client, redis.prefix),
          nearDuplicates: createNearDuplicates(redis.client, redis.prefix),
          trace: createTrace(redis.client, redis.prefix),
          lastDocuments: createLastDocuments(redis.client, redis.prefix),
          held: createHeld(redis.client, redis.prefix),
        })
      : theirWay(redis.client);
  // Read to the same places in each round: 200 files at once are no garbage of the way that is measured.
  const slots = sources.map(() => Buffer.alloc(LARGEST_PACKED_BYTES));
  process.on('message', (rounds: readonly number[]) => {
    void turn(rounds).then((time) => process.send?.(time));
  });
  async function turn(rounds: readonly number[]): Promise<number> {
    let time = 0;
    for (const round of rounds) {
      const packed = slots.map((slot, i) => readInto(slot, join(documents, `${round}-${i}.gz`)));
      time += await timed(read, packed, round);
    }
    return time / rounds.length;
  }
  await once(process, 'disconnect');
  await redis.close();
  await rm(directory, { recursive: true, force: true });
}

/** Reads one packed document of one source. */
type Way = (packed: Buffer, source: number, now: number) => Promise<void>;

function ourWay(deps: Omit<Parameters<typeof readDocument>[4], 'now'>): Way {
  const states: SourceState[] = sources.map(() => FIRST_STATE);
  return async (packed, i, now) => {
    const prepared = sources[i];
    const state = states[i];
    if (prepared === undefined || state === undefined) return;
    const fetched = (url: string): FetchedBody => {
      const inflated = inflate(packed, ['gzip'], settings.fetch.maxBodyBytes);
      if ('then' in inflated || inflated.kind !== 'body') throw new Error(`${url} is not read at once`);
      const contentType = 'application/xml; charset=utf-8';
      return {
        ...asFetched({ url, body: inflated.body, contentType }, { delta: false }),
        gzip: packed,
        again: () => gunzipAgain(packed),
      };
    };
    const result = await readDocument(fetched(prepared.source.url), prepared, state, settings, {
      ...deps,
      now: () => now,
    });
    if (result.kind !== 'feed') throw new Error(result.kind);
    states[i] = nextState({ source: prepared.source, state, checkedAt: now, now, jitter: 0.5, result });
  };
}

function readInto(slot: Buffer, path: string): Buffer {
  const file = openSync(path, 'r');
  const length = readSync(file, slot);
  closeSync(file);
  return slot.subarray(0, length);
}

interface TheirEntry {
  readonly id: string;
  readonly html: string;
  readonly post: object;
}

function theirWay(client: RedisClient): Way {
  const decoder = new TextDecoder();
  return async (packed, i, now) => {
    const entries = theirEntries(decoder.decode(gunzipSync(packed)));
    const known = await client.smismember(`seen:${i}`, ...entries.map(({ id }) => id));
    const fresh = entries.filter((_, at) => known[at] === 0);
    if (fresh.length === 0) return;
    const pipeline = client.pipeline();
    for (const { id, html, post } of fresh) {
      const key = `post:${i}:${id}`;
      pipeline.set(key, JSON.stringify({ ...post, html: sanitizeHtml(html) }));
      pipeline.zadd('category:news', now, key);
    }
    pipeline.sadd(`seen:${i}`, ...fresh.map(({ id }) => id));
    await pipeline.exec();
  };
}

function theirEntries(text: string): readonly TheirEntry[] {
  const { format, feed } = parseFeed(text);
  if (format === 'rss') {
    return (feed.items ?? []).map((item) => ({
      id: item.guid?.value ?? '',
      html: item.description ?? '',
      post: { title: item.title, link: item.link, date: Date.parse(item.pubDate ?? ''), categories: item.categories },
    }));
  }
  if (format !== 'atom') throw new Error(format);
  return (feed.entries ?? []).map((entry) => ({
    id: entry.id ?? '',
    html: entry.content?.value ?? '',
    post: { title: entry.title?.value, link: entry.links?.[0]?.href, date: Date.parse(entry.updated ?? '') },
  }));
}

/** CPU us a document, for all sources' documents as they are in a round. */
async function timed(way: Way, packed: readonly Buffer[], round: number): Promise<number> {
  const now = publishedAt(round + ENTRIES);
  const start = process.cpuUsage();
  let next = 0;
  const readNext = async () => {
    for (let i = next++; i < packed.length; i = next++) {
      const document = packed[i];
      if (document !== undefined) await way(document, i, now);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readNext));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / packed.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
