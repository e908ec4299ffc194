/** Is what is at hand what was asked for, no more than may be kept, and looked up again in time? */
import { describe, expect, it } from 'vitest';
import { createDocumentCache, type DocumentCache } from '../../../src/io/web/cache.ts';
import type { StoredDocument } from '../../../src/model/output.ts';

interface Rig {
  readonly cache: DocumentCache;
  /** Keys in the order in which they were loaded. */
  readonly loads: string[];
  readonly store: Map<string, string>;
  readonly errors: unknown[];
  readonly clock: { now: number };
  broken: boolean;
}

function rig(maxBytes = 1_000_000): Rig {
  const made: Rig = {
    loads: [],
    store: new Map(),
    errors: [],
    clock: { now: 0 },
    broken: false,
    cache: createDocumentCache({
      load: (key) => {
        made.loads.push(key);
        if (made.broken) return Promise.reject(new Error('the store is away'));
        const text = made.store.get(key);
        return Promise.resolve(text === undefined ? undefined : documentOf(key, text));
      },
      onLoaded: () => undefined,
      onError: (_key, error) => {
        made.errors.push(error);
      },
      pagePolicy: () => '',
      now: () => made.clock.now,
      maxBytes,
      recheckMs: 1_000,
    }),
  };
  return made;
}

function documentOf(path: string, text: string): StoredDocument {
  return { path, mediaType: 'text/plain', body: Buffer.from(text), modifiedAt: 0, etag: `"${text.slice(0, 10)}"` };
}

async function textOf(cache: DocumentCache, key: string): Promise<string | undefined> {
  const found = await cache.get(key);
  return found && Buffer.from(found.document.body).toString();
}

/** Everything that was started in the background has ended. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('createDocumentCache', () => {
  it('loads a document once', async () => {
    const { cache, store, loads } = rig();
    store.set('/a', 'one');
    expect([await textOf(cache, '/a'), await textOf(cache, '/a')]).toEqual(['one', 'one']);
    expect(loads).toEqual(['/a']);
  });

  it('does not remember that nothing was there', async () => {
    const { cache, store } = rig();
    expect(await textOf(cache, '/a')).toBeUndefined();
    store.set('/a', 'one');
    expect(await textOf(cache, '/a')).toBe('one');
  });

  it('lets go of what nobody asked for first', async () => {
    const { cache, store, loads } = rig(10_000);
    for (const key of ['/a', '/b', '/c']) store.set(key, key.repeat(800));
    await cache.get('/a');
    await cache.get('/b');
    cache.peek('/a');
    await cache.get('/c');
    expect(['/a', '/b', '/c'].map((key) => cache.peek(key) !== undefined)).toEqual([true, false, true]);
    expect(loads).toEqual(['/a', '/b', '/c']);
  });

  it('counts the bytes of keys, which clients choose, and of headers', async () => {
    const { cache, store } = rig(100_000);
    // Two bytes a character, in the key and in each form's headers.
    const keys = Array.from({ length: 20 }, (_, index) => `/${index}${'k'.repeat(10_000)}`);
    for (const key of keys) store.set(key, 'x');
    for (const key of keys) await cache.get(key);
    const kept = keys.filter((key) => cache.peek(key) !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(4);
    const link = 'l'.repeat(10_000);
    const linked = createDocumentCache({
      load: (key) => Promise.resolve({ ...documentOf(key, 'x'), serving: { maxAgeSeconds: 1, link, entries: [] } }),
      onLoaded: () => undefined,
      onError: () => undefined,
      pagePolicy: () => '',
      now: () => 0,
      maxBytes: 100_000,
      recheckMs: 1_000,
    });
    const short = Array.from({ length: 20 }, (_, index) => `/${index}`);
    for (const key of short) await linked.get(key);
    expect(short.filter((key) => linked.peek(key) !== undefined).length).toBeLessThanOrEqual(4);
  });

  it('keeps a document that is larger than all that may be kept while it is the newest', async () => {
    const { cache, store } = rig(3_000);
    store.set('/a', 'x'.repeat(10_000));
    store.set('/b', 'y');
    await cache.get('/a');
    expect(cache.peek('/a')).toBeDefined();
    await cache.get('/b');
    await cache.get('/b');
    expect(cache.peek('/b')).toBeDefined();
  });

  it('sends what it has and looks again behind it once it is old', async () => {
    const { cache, store, clock, loads } = rig();
    store.set('/a', 'one');
    await cache.get('/a');
    store.set('/a', 'two');
    clock.now = 1_001;
    expect(await textOf(cache, '/a')).toBe('one');
    await settled();
    expect(await textOf(cache, '/a')).toBe('two');
    expect(loads).toEqual(['/a', '/a']);
  });

  it('sends what it has while the store is away, and tells', async () => {
    const made = rig();
    made.store.set('/a', 'one');
    await made.cache.get('/a');
    made.broken = true;
    made.clock.now = 1_001;
    expect(await textOf(made.cache, '/a')).toBe('one');
    await settled();
    expect(await textOf(made.cache, '/a')).toBe('one');
    expect(made.errors.map(String)).toEqual(['Error: the store is away']);
  });

  it('forgets a path with its archive pages, and no other', async () => {
    const { cache, store } = rig();
    const keys = ['/a', '/a?before=1', '/ab', '/b?before=1'];
    for (const key of keys) store.set(key, key);
    for (const key of keys) await cache.get(key);
    cache.invalidate('/a');
    expect(keys.filter((key) => cache.peek(key) !== undefined)).toEqual(['/ab', '/b?before=1']);
  });

  it('tells all who wait that the store is away, and tries again with the next', async () => {
    const made = rig();
    made.broken = true;
    const results = await Promise.allSettled([made.cache.get('/a'), made.cache.get('/a')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    made.broken = false;
    made.store.set('/a', 'one');
    expect(await textOf(made.cache, '/a')).toBe('one');
    expect(made.loads).toEqual(['/a', '/a']);
  });
});
