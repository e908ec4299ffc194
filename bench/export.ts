/**
 * What do an export of a large store and its import cost, in memory and time?
 *
 *     npm run build && npx tsx bench/export.ts [--entries 1000000] [--posts 200000] [--limit 200]
 *
 * Fills a Redis of its own through the store, runs `feedmill export` and `feedmill import` as processes of their own, and
 * compares the two stores. `--limit` is the most MB that either process may use. Exits with 1 if a store differs or the
 * limit is passed.
 */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { connectRedis, type RedisClient, type RedisHandle } from '../src/io/redis/connect.ts';
import { createSchemaVersions } from '../src/io/store/schema-version.ts';
import { createPosts } from '../src/io/store/posts.ts';
import { createSiteRecords } from '../src/io/store/site-record.ts';
import type { Post } from '../src/model/post.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '1000000' },
    posts: { type: 'string', default: '200000' },
    limit: { type: 'string', default: '200' },
  },
});
const [entries, posts, limitMb] = [Number(values.entries), Number(values.posts), Number(values.limit)];

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const MB = 1024 * 1024;
const T0 = Date.UTC(2026, 0, 1);
const SITE = 'https://news.example.org';
const BATCH = 500;
const TEXT =
  'The city council voted on Tuesday to extend the tram line by two stops before the end of the year. '.repeat(8);

const directory = await mkdtemp(join(tmpdir(), 'feedmill-export-'));
const log = pino({ level: 'silent' });
const from = await connectRedis({ urls: [], directory: join(directory, 'from') }, log, { prefix: '{from}' });
const to = await connectRedis({ urls: [], directory: join(directory, 'to') }, log, { prefix: '{to}' });
try {
  for (const { client } of [from, to]) await client.config('SET', 'appendonly', 'no');
  await fill(from);
  const file = join(directory, 'backup.gz');
  const exported = await run('from', ['export', file]);
  const { size } = await stat(file);
  console.log(`export: ${exported.seconds.toFixed(1)} s, ${exported.mb} MB at most, file ${Math.round(size / MB)} MB`);
  const imported = await run('to', ['import', file, '--yes']);
  console.log(`import: ${imported.seconds.toFixed(1)} s, ${imported.mb} MB at most`);
  const [before, after] = [await digest(from), await digest(to)];
  console.log(before === after ? 'both stores hold the same posts and entries' : 'THE STORES DIFFER');
  if (before !== after || Math.max(exported.mb, imported.mb) > limitMb) process.exitCode = 1;
} finally {
  await from.close();
  await to.close();
  await rm(directory, { recursive: true, force: true });
}

/** Entries through `save`; those without a post are left as tombstones, as `remove` leaves them. */
async function fill({ client, prefix }: RedisHandle): Promise<void> {
  const store = createPosts(client, `${prefix}:`);
  await createSiteRecords(client, `${prefix}:`).claim({ id: SITE, url: SITE });
  await createSchemaVersions(client, `${prefix}:`, '').write(2);
  for (let first = 0; first < entries; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, entries - first) }, (_, index) => first + index);
    const ids = numbers.map((number) => hex(`entry ${number}`, 16));
    await store.save(
      numbers.map((number, index) => {
        const id = ids[index] ?? '';
        const identity = {
          fingerprint: hex(`f${number}`, 16),
          sourceKey: hex('s', 16),
          titleKey: hex(`t${number}`, 16),
        };
        const keys = [{ hash: hex(`link ${number}`, 16), id }];
        return { post: post(id, number), expectedVersion: 0, mark: identity, keys };
      }),
      T0,
    );
    if (first + BATCH > posts) await store.remove(ids);
    if (first % 100_000 === 0) process.stderr.write(`${first} entries\r`);
  }
  const memory = /used_memory:(\d+)/u.exec(await client.info('memory'))?.[1];
  console.log(`${entries} entries, ${posts} posts, ${Math.round(Number(memory) / MB)} MB in Redis`);
}

function hex(text: string, length: number): string {
  return createHash('sha1').update(text).digest('hex').slice(0, length);
}

function post(id: string, number: number): Post {
  const link = `https://paper${number % 500}.example/${number}`;
  return {
    id,
    source: { id: `source-${number % 500}`, title: 'Paper', url: link, feedUrl: link },
    guid: link,
    url: link,
    title: `Post ${number}`,
    content: `<p>${number} ${TEXT}</p>`,
    summary: TEXT.slice(0, 200),
    authors: [],
    publishedAt: T0 + number * 1000,
    updatedAt: T0 + number * 1000,
    firstSeenAt: T0,
    categories: [`category-${number % 20}`],
    tags: [],
    enclosures: [],
    revision: 1,
    alsoFrom: [],
  };
}

/** The command in a process of its own, with its longest resident set. */
async function run(
  prefix: string,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly mb: number }> {
  const place = join(directory, `place-${prefix}`);
  await mkdir(join(place, 'config'), { recursive: true });
  await writeFile(
    join(place, 'config', 'feedmill.yaml'),
    `site: { url: "${SITE}" }\nredis: { directory: "${join(directory, prefix)}", prefix: ${prefix} }\nsources: [{ id: a, url: "${SITE}/feed" }]\n`,
  );
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=8', MAIN, ...args], {
    cwd: place,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let mb = 0;
  const looking = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8')
      .then((text) => {
        mb = Math.max(mb, Math.round(Number(/VmHWM:\s+(\d+)/u.exec(text)?.[1] ?? 0) / 1024));
      })
      // It has ended.
      .catch(() => undefined);
  }, 50);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(looking);
  if (code !== 0) throw new Error(`feedmill ${args[0]} ended with ${code}`);
  return { seconds: (performance.now() - startedAt) / 1000, mb };
}

/** Of all posts, places in feeds and marks, whatever order Redis gives them in. */
async function digest({ client, prefix }: RedisHandle): Promise<string> {
  let sum = 0n;
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000);
    cursor = next;
    const wanted = keys.filter((key) => /:(?:p|m|k|x):/u.test(key));
    const contents = await Promise.all(wanted.map((key) => contentOf(client, key)));
    for (const [index, content] of contents.entries())
      sum += BigInt(`0x${hex(`${wanted[index]?.slice(prefix.length)} ${content}`, 16)}`);
  } while (cursor !== '0');
  return sum.toString(16);
}

/** Names of fields with their values, or members with their scores, in an order of their own. */
async function contentOf(client: RedisClient, key: string): Promise<string> {
  const parts = key.includes(':x:')
    ? await client.callBuffer('ZRANGE', [key, 0, -1, 'WITHSCORES'])
    : await client.callBuffer('HGETALL', [key]);
  // Both commands answer with a flat list of bulk strings.
  const texts = (parts as readonly Buffer[]).map((part) => part.toString('latin1'));
  return texts
    .flatMap((text, index) => (index % 2 === 0 ? [`${text} ${texts[index + 1]}`] : []))
    .sort()
    .join();
}
