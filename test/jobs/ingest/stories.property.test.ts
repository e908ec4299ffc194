import { fc } from '../../support/seeded.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHeld } from '../../../src/io/store/held.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import { ingestEntries, type IngestDeps } from '../../../src/jobs/ingest/ingest-entries.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { documentOf, type EntryOf, HOUR, MINUTE, randomFrom, sentences, settingsOf, T0 } from '../newsroom.ts';

let redis: TestRedis;
let deps: IngestDeps & { readonly posts: ReturnType<typeof createPosts> };

beforeAll(async () => {
  redis = await startTestRedis();
  deps = {
    settings: settingsOf({ primary: ['s3'] }),
    posts: createPosts(redis.client, `${redis.prefix}:`),
    nearDuplicates: createNearDuplicates(redis.client, `${redis.prefix}:`),
    held: createHeld(redis.client, `${redis.prefix}:`),
  };
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

interface Document {
  readonly sourceId: string;
  readonly entries: readonly EntryOf[];
}

const SOURCES = 12;
const DOCUMENTS = 200;

/**
 * Two hundred documents of a dozen sources. Each source's window moves over its entries, so that documents overlap.
 * A story is reported by up to five of them: word for word, cut, re-headlined, under the same link, or in versions of
 * which only neighbours are alike (A and B, B and C, not A and C).
 */
function documents(seed: number): readonly Document[] {
  const random = randomFrom(seed);
  const upTo = (count: number): number => Math.floor(random() * count);
  const bySource = Array.from({ length: SOURCES }, (): EntryOf[] => []);
  for (let number = 0; number < 150; number += 1) {
    const telling = sentences(seed * 1000 + number, 16);
    const publishedAt = T0 - upTo(20 * HOUR);
    const slides = random() < 0.3;
    const link = random() < 0.3 ? `https://shared.example/${number}` : undefined;
    const first = upTo(SOURCES);
    const tellers = random() < 0.4 ? 1 : 2 + upTo(4);
    for (let teller = 0; teller < tellers; teller += 1) {
      const source = (first + teller * 5) % SOURCES;
      // Three in four sentences are those of the neighbour.
      const from = slides ? 3 * teller : upTo(2);
      const text = telling.slice(from, slides ? from + 12 : 16 - upTo(3)).join('');
      const own = `https://s${source}.example/${number}`;
      bySource[source]?.push({
        ...(random() < 0.8 && { guid: `${number}` }),
        url: link !== undefined && random() < 0.7 ? link : own,
        title: `标题 ${number} ${upTo(2) === 0 ? '' : source}`,
        text: random() < 0.2 ? `据报道，${text}` : text,
        publishedAt: publishedAt + upTo(6 * HOUR),
      });
    }
  }
  return Array.from({ length: DOCUMENTS }, (_, index): Document => {
    const source = index % SOURCES;
    const entries = bySource[source] ?? [];
    const windows = Math.ceil(DOCUMENTS / SOURCES);
    const from = Math.floor((Math.floor(index / SOURCES) / windows) * entries.length);
    return { sourceId: `s${source}`, entries: entries.slice(from, from + 8) };
  });
}

async function offerAll(all: readonly Document[], atOnce = 1): Promise<ReadonlySet<string>> {
  const entryIds = new Set<string>();
  for (let at = 0; at < all.length; at += atOnce) {
    const results = await Promise.all(
      all
        .slice(at, at + atOnce)
        .map(({ sourceId, entries }, place) =>
          ingestEntries(documentOf(sourceId, ...entries), deps, T0 + (at + place) * MINUTE),
        ),
    );
    for (const { decisions } of results) for (const { entryId } of decisions) entryIds.add(entryId);
  }
  return entryIds;
}

/** The entries of each story, by what they are called in their sources; in order. */
async function partition(entryIds: ReadonlySet<string>): Promise<readonly string[]> {
  const ids = [...entryIds];
  const stories = await deps.posts.stories(ids);
  const names = new Map<string, Set<string>>();
  stories.forEach(({ id, post, tellings }) => {
    const entries = tellings.length === 0 ? [post] : tellings.map(({ telling }) => telling);
    names.set(id, new Set(entries.map((one) => `${one?.source.id} ${one?.guid ?? one?.url} ${one?.title}`)));
  });
  return [...names.values()].map((story) => [...story].sort().join(' | ')).sort();
}

async function everything(): Promise<string> {
  return JSON.stringify(await deps.posts.latest({ scope: { kind: 'all' }, limit: 10_000 }));
}

function shuffled<T>(values: readonly T[], seed: number): readonly T[] {
  const random = randomFrom(seed);
  const left = [...values];
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0]).filter((value) => value !== undefined);
}

/** Some thousand documents are read here; on a machine that is busy that takes its time. */
const TIMEOUT_MS = 180_000;

describe('200 documents', { timeout: TIMEOUT_MS }, () => {
  it('give the same stories in any order, whichever of them came first, and one post for each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), fc.integer(), async (seed, order) => {
        const all = documents(seed);
        await redis.clear();
        const inOrder = await partition(await offerAll(all));
        await redis.clear();
        const ids = await offerAll(shuffled(all, order));
        const inAnother = await partition(ids);
        expect(inAnother).toEqual(inOrder);
        expect(await deps.posts.count({ kind: 'all' })).toBe(inAnother.length);
        expect(inAnother.some((story) => story.split(' | ').length >= 3)).toBe(true);
      }),
      { numRuns: 3 },
    );
  });

  it('give the same stories when several workers read them at the same time', async () => {
    const all = documents(7);
    const one = await partition(await offerAll(all));
    await redis.clear();
    expect(await partition(await offerAll(shuffled(all, 3), 4))).toEqual(one);
  });

  it('change nothing when they are read again, any number of times', async () => {
    const all = documents(11);
    await offerAll(all);
    const before = await everything();
    await offerAll(all);
    await offerAll(shuffled(all, 5));
    expect(await everything()).toBe(before);
  });
});
