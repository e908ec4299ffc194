/**
 * What does Redis need for many sources, and how long does it answer nobody else?
 *
 *     npx tsx bench/capacity.ts [SOURCES] [POSTS]
 *
 * Starts a Redis of its own, fills it through the stores as the worker does, and prints memory for each source and each
 * post, and the longest calls of its slow log.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { connectRedis, type RedisClient } from '../src/io/redis/connect.ts';
import { createChecks } from '../src/io/store/checks.ts';
import { createOutbox } from '../src/io/store/outbox.ts';
import { createPosts } from '../src/io/store/posts.ts';
import { createSourceSubscriptions } from '../src/io/store/source-subscriptions.ts';
import { createTrace } from '../src/io/store/trace.ts';
import type { Draft } from '../src/model/post.ts';
import type { Source } from '../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../src/model/source-state.ts';
import { newPost } from '../src/stages/classify/posts.ts';
import { identify } from '../src/stages/identify/identify.ts';

const [sources = 100_000, posts = 100_000] = process.argv.slice(2).map(Number);
const T0 = Date.UTC(2026, 0, 1);
const SLOW_MICROSECONDS = 1_000;
const ENTRIES_OF_A_DOCUMENT = 50;
const CONTENT =
  'Nobody is quoted here, and nothing happened: these words only take as much room as those of a post do. ';

const directory = await mkdtemp(join(tmpdir(), 'feedmill-capacity-'));
const handle = await connectRedis({ urls: [], directory }, pino({ level: 'silent' }));
const { client } = handle;
const prefix = `${handle.prefix}:`;
const ids = Array.from({ length: sources }, (_, index) => `source-${index}.example.org`);
try {
  await client.config('SET', 'appendonly', 'no');
  await client.config('SET', 'slowlog-log-slower-than', SLOW_MICROSECONDS);
  await client.config('SET', 'slowlog-max-len', '1024');
  await phase('sources are added', sources, addSources);
  await phase('every source is checked once', sources, checkSources);
  await phase('posts are saved', posts, savePosts);
  await phase('their fate is noted', posts, noteFate);
  await phase('all sources leave the config', sources, removeSources);
} finally {
  await handle.close();
  await rm(directory, { recursive: true, force: true });
}

async function addSources(): Promise<void> {
  await createChecks(client, prefix).sync(ids, T0, () => 0);
}

function stateOf(id: string): SourceState {
  return {
    ...FIRST_STATE,
    nextCheckAt: T0 + 3_600_000,
    etag: '"5f3b7c2a9d1e4f60"',
    lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT',
    lastCheckAt: T0,
    title: `What is new at ${id}`,
    link: `https://${id}/`,
  };
}

async function checkSources(): Promise<void> {
  const checks = createChecks(client, prefix);
  const budget = { concurrency: 2, delayMs: 1_000, scope: 'host' } as const;
  for (;;) {
    const due = await checks.claimDue(T0, 500, 300_000);
    if (due.length === 0) break;
    await Promise.all(
      due.map(async ({ sourceId, dueAt }) => {
        const lease = { sourceId, holder: `${sourceId}@${dueAt}`, budgetKey: sourceId };
        await checks.open({ ...lease, dueAt, budget, now: T0, leaseMs: 90_000 });
        await checks.close({ ...lease, state: stateOf(sourceId), now: T0 });
      }),
    );
  }
  const subscriptions = createSourceSubscriptions(client, prefix);
  await subscriptions.touch(ids, T0);
  const outbox = createOutbox(client, prefix);
  await outbox.markDirty(ids.map((id) => `source:${id}`));
  await outbox.done((await outbox.bulk(sources)).slice(0, sources));
}

function draftOf(number: number): Draft {
  const id = ids[number % ids.length] ?? '';
  return {
    source: { id, feedUrl: `https://${id}/feed.xml`, title: `What is new at ${id}` },
    guid: `https://${id}/?p=${number}`,
    url: `https://${id}/post/${number}`,
    title: `What happened on day ${number}, and what did not`,
    content: { html: `<p>${CONTENT.repeat(15)}${number}</p>`, isFull: true },
    authors: [{ name: 'The Editor' }],
    tags: [`tag-${number % 500}`, `tag-${number % 77}`],
    categories: [`category-${number % 50}`],
    enclosures: [],
    publishedAt: T0 - number * 1_000,
  } as Draft;
}

async function savePosts(): Promise<void> {
  const store = createPosts(client, prefix);
  for (let from = 0; from < posts; from += ENTRIES_OF_A_DOCUMENT) {
    const drafts = Array.from({ length: Math.min(ENTRIES_OF_A_DOCUMENT, posts - from) }, (_, at) => draftOf(from + at));
    const source = { id: drafts[0]?.source.id ?? '', url: drafts[0]?.source.feedUrl ?? '' } as Source;
    const entries = identify(drafts, source).map((identified, index) => ({ identified, draft: drafts[index] }));
    await store.save(
      entries.flatMap(({ identified, draft }) =>
        draft === undefined
          ? []
          : [
              {
                post: newPost(identified.id, draft, {}, { at: T0, place: 0 }),
                mark: identified,
                keys: identified.keys.slice(1).map(({ hash }) => ({ hash, id: identified.id })),
                expectedVersion: 0,
              },
            ],
      ),
      T0,
    );
  }
}

async function noteFate(): Promise<void> {
  const trace = createTrace(client, prefix);
  for (let from = 0; from < posts; from += ENTRIES_OF_A_DOCUMENT) {
    const notes = Array.from({ length: Math.min(ENTRIES_OF_A_DOCUMENT, posts - from) }, (_, at) => {
      const id = (from + at).toString(16).padStart(16, '0');
      return { at: T0, postId: id, sourceId: ids[0] ?? '', decision: { kind: 'added' } as const, lookups: [id] };
    });
    await trace.note(notes, T0);
  }
}

async function removeSources(): Promise<void> {
  await createChecks(client, prefix).sync([], T0, () => 0);
}

async function phase(name: string, count: number, work: () => Promise<void>): Promise<void> {
  const before = await usedMemory(client);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const bytes = ((await usedMemory(client)) - before) / count;
  const [, calls = '0', average = '0'] =
    /cmdstat_evalsha:calls=(\d+),.*?usec_per_call=([\d.]+)/u.exec(await client.info('commandstats')) ?? [];
  await client.config('RESETSTAT');
  console.log(`${name}: ${count}, ${seconds.toFixed(1)} s, ${bytes.toFixed(0)} bytes each`);
  console.log(`  ${calls} calls of scripts, ${(Number(average) / 1_000).toFixed(2)} ms each`);
  // Newest first: number, time, microseconds, arguments.
  const slow = (await client.slowlog('GET', '1024')) as [number, number, number, string[]][];
  await client.slowlog('RESET');
  const longest = slow.sort(([, , a], [, , b]) => b - a).slice(0, 3);
  console.log(`  ${slow.length} calls over ${SLOW_MICROSECONDS / 1_000} ms, the longest:`);
  for (const [, , microseconds, args] of longest) {
    console.log(`    ${(microseconds / 1_000).toFixed(1)} ms  ${args.slice(0, 5).join(' ').slice(0, 90)}`);
  }
}

async function usedMemory(redis: RedisClient): Promise<number> {
  const info = 'nodes' in redis ? '' : await redis.info('memory');
  return Number(/used_memory:(\d+)/u.exec(info)?.[1] ?? 0);
}
