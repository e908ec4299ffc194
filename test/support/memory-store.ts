/** The store in memory: what its ports promise, without Redis, and with a switch that ends it after any write. */
import type { EntryRecord, FoundEntry } from '../../src/model/entry-record.ts';
import { StoreError } from '../../src/model/errors.ts';
import type { HeldEntry } from '../../src/model/held-entry.ts';
import type { Post } from '../../src/model/post.ts';
import { scopeKey } from '../../src/model/scope.ts';
import type { HeldState, SourceState } from '../../src/model/source-state.ts';
import type { TraceNote } from '../../src/model/trace.ts';
import type { HeldStore } from '../../src/ports/held.ts';
import type { LastDocument, LastDocuments } from '../../src/ports/last-documents.ts';
import type { NearDuplicates, SimilarityCandidate } from '../../src/ports/near-duplicates.ts';
import type { Join, NewEntryRecord, Posts, PostWrite, StoredStory } from '../../src/ports/posts.ts';
import type { RemovedStory, Takedown, Takedowns } from '../../src/ports/takedowns.ts';
import type { Trace } from '../../src/ports/trace.ts';
import { scopesOf } from './memory.ts';

/** The process ends. To what is left of it, it looks as if the store were away. */
export class Killed extends StoreError {}

interface MemoryMark extends NewEntryRecord {
  readonly version: number;
  readonly tombstone: boolean;
  readonly apart: boolean;
  readonly held: boolean;
  readonly storyId?: string;
}

interface MemoryPost {
  readonly post: Post;
  readonly tellings: ReadonlyMap<string, Post>;
}

export interface MemoryStore {
  readonly posts: Posts;
  readonly nearDuplicates: NearDuplicates;
  readonly held: HeldStore;
  readonly trace: Trace;
  readonly lastDocuments: LastDocuments;
  readonly takedowns: Takedowns;
  /** Of sources, by id. */
  readonly states: {
    get(sourceId: string): Promise<SourceState | undefined>;
    set(sourceId: string, state: SourceState): Promise<void>;
  };
  /** Keys of documents that are to be published again. */
  readonly dirty: ReadonlySet<string>;
  /** Of every post, newest first. */
  all(): readonly Post[];
  /** Steps that wrote something, by name, since the store was made. */
  readonly writes: readonly string[];
  /** Every call fails from the given write on, which is the last that is done; undefined: none fails. */
  killAfter(write: number | undefined): void;
}

const UNKNOWN: NewEntryRecord = { fingerprint: '0'.repeat(16), sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8) };

export function memoryStore(): MemoryStore {
  const keys = new Map<string, string>();
  const marks = new Map<string, MemoryMark>();
  const stored = new Map<string, MemoryPost>();
  const texts = new Map<string, { readonly text: SimilarityCandidate; readonly seenAt: number }>();
  const excluded = new Set<string>();
  const holding = new Map<string, { readonly state: HeldState; readonly entries: Map<string, HeldEntry> }>();
  const notes: TraceNote[] = [];
  const documents = new Map<string, LastDocument>();
  const states = new Map<string, SourceState>();
  const removals = new Map<string, { readonly takedown: Takedown; readonly story: RemovedStory }>();
  const dirty = new Set<string>();
  const writes: string[] = [];
  let last: number | undefined;
  let isDead = false;

  /** Reads fail once the process has ended, too. */
  async function read<T>(step: () => T): Promise<T> {
    await Promise.resolve();
    if (isDead) throw new Killed('the process has ended');
    return step();
  }
  async function write<T>(name: string, step: () => T): Promise<T> {
    const done = await read(step);
    writes.push(name);
    if (last !== undefined && writes.length >= last) isDead = true;
    if (isDead) throw new Killed(`the process ends after ${name}`);
    return done;
  }

  const knownBy = (hash: string): string | undefined => keys.get(hash) ?? (marks.has(hash) ? hash : undefined);
  const versionOf = (id: string): number => marks.get(id)?.version ?? 0;
  const rootOf = (id: string): string => marks.get(id)?.storyId ?? id;
  const recordOf = (id: string): EntryRecord | undefined => {
    const mark = marks.get(id);
    if (mark === undefined) return undefined;
    const { fingerprint, sourceKey, titleKey, version, apart, storyId } = mark;
    const story = storyId === undefined ? undefined : marks.get(storyId);
    const tombstone = mark.tombstone || (storyId !== undefined && story?.tombstone !== false);
    return { fingerprint, sourceKey, titleKey, version, tombstone, apart, ...(storyId !== undefined && { storyId }) };
  };
  const setMark = (id: string, more: Partial<MemoryMark>): void => {
    const { storyId, ...before } = marks.get(id) ?? {
      ...UNKNOWN,
      version: 0,
      tombstone: false,
      apart: false,
      held: false,
    };
    marks.set(id, { ...before, tombstone: false, held: false, ...more, version: before.version + 1 });
  };
  const touch = (scopes: readonly string[]): void => {
    for (const scope of scopes) dirty.add(scope);
  };
  const takeOut = (id: string): boolean => {
    const found = stored.get(id);
    if (found === undefined) return false;
    touch([`gone:${id}:${found.post.publishedAt}`, ...scopesOf(found.post)]);
    dirty.delete(`post:${id}`);
    stored.delete(id);
    return true;
  };

  function join({ id, mark }: Join, story: string): void {
    const old = marks.get(id);
    if (old !== undefined && old.storyId === undefined) {
      for (const other of stored.get(id)?.tellings.keys() ?? [])
        if (other !== id && marks.has(other)) setMark(other, { apart: false, storyId: story });
      takeOut(id);
    }
    setMark(id, { ...mark, apart: false, storyId: story });
  }

  function saveOne({
    post,
    mark,
    expectedVersion,
    keys: assigned = [],
    tellings,
    joins = [],
    apart,
  }: PostWrite): boolean {
    const fits =
      versionOf(post.id) === expectedVersion &&
      assigned.every(({ hash, before }) => knownBy(hash) === before) &&
      joins.every((one) => versionOf(one.id) === one.expectedVersion);
    if (!fits) return false;
    for (const one of joins) join(one, post.id);
    const before = stored.get(post.id);
    touch([...(before === undefined ? [] : scopesOf(before.post)), ...scopesOf(post), `post:${post.id}`]);
    stored.set(post.id, {
      post,
      tellings:
        tellings === undefined ? (before?.tellings ?? new Map()) : new Map(tellings.map((one) => [one.id, one])),
    });
    setMark(post.id, { ...mark, apart: apart ?? marks.get(post.id)?.apart ?? false });
    for (const { hash, id } of assigned) keys.set(hash, id);
    return true;
  }

  const newestFirst = (): readonly Post[] =>
    [...stored.values()]
      .map(({ post }) => post)
      .sort((a, b) => b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : -1));
  const inScope = (scope: Parameters<Posts['count']>[0]): readonly Post[] =>
    newestFirst().filter((post) => scopesOf(post).includes(scopeKey(scope)));

  const posts: Posts = {
    lookUp: (lookups, seenAt) => {
      const look = () =>
        lookups.map(({ ids, keys: asked, sourceKey, moment }) => {
          const found = asked.map((hash): FoundEntry | undefined => {
            const id = knownBy(hash);
            const record = id === undefined ? undefined : recordOf(id);
            return id === undefined ? undefined : { id, ...(record !== undefined && { record }) };
          });
          const isKnown = found[0]?.record?.sourceKey === sourceKey;
          const sameMoment =
            moment === undefined || isKnown
              ? []
              : inScope({ kind: 'source', id: moment.sourceId })
                  .filter(({ publishedAt }) => publishedAt === moment.at)
                  .map(({ id }) => id)
                  .sort()
                  .slice(0, 8);
          return { ids: ids.map(recordOf), keys: found, sameMoment };
        });
      return seenAt === undefined ? read(look) : write('look up', look);
    },
    assignKeys: (assigned) =>
      write('assign keys', () => {
        for (const { hash, id, before } of assigned) if (knownBy(hash) === before) keys.set(hash, id);
      }),
    save: (all) =>
      all.length === 0
        ? Promise.resolve([])
        : write('save', () => all.filter((one) => !saveOne(one)).map(({ post }) => post.id)),
    get: (ids) => read(() => ids.map((id) => (stored.get(id) ?? stored.get(rootOf(id)))?.post)),
    stories: (ids) =>
      read(() =>
        ids.map((asked): StoredStory => {
          const id = rootOf(asked);
          const { post, tellings = new Map<string, Post>() } = stored.get(id) ?? {};
          return {
            id,
            version: versionOf(id),
            tombstone: marks.get(id)?.tombstone ?? false,
            ...(post !== undefined && { post }),
            tellings: [...tellings.values()].map((telling) => ({ telling, version: versionOf(telling.id) })),
          };
        }),
      ),
    latest: ({ scope, limit, since = -Infinity, before }) =>
      read(() =>
        inScope(scope)
          .filter(
            ({ publishedAt, id }) =>
              publishedAt >= since &&
              (before === undefined ||
                publishedAt < before.publishedAt ||
                (publishedAt === before.publishedAt && id < before.id)),
          )
          .slice(0, limit),
      ),
    oldest: ({ scope, limit, until = Infinity, beyond = 0 }) =>
      read(() => {
        const list = [...inScope(scope)].reverse();
        return list
          .slice(0, Math.max(0, list.length - beyond))
          .filter(({ publishedAt }) => publishedAt <= until)
          .slice(0, limit);
      }),
    count: (scope) => read(() => inScope(scope).length),
    versions: (ids) => read(() => ids.map((id) => marks.get(id)?.version)),
    remove: (ids) =>
      write('remove', () => {
        for (const id of ids) {
          takeOut(id);
          if (marks.has(id) && marks.get(id)?.storyId === undefined) setMark(id, { tombstone: true, apart: false });
        }
      }),
    withdraw: (ids) =>
      write('withdraw', () => {
        for (const id of ids) {
          const isAlone = marks.get(id)?.storyId === undefined && (stored.get(id)?.tellings.size ?? 0) === 0;
          if (isAlone && takeOut(id)) marks.delete(id);
        }
      }),
  };

  const nearDuplicates: NearDuplicates = {
    rememberAndFind: (asked, windowMs, now) =>
      write('remember texts', () =>
        asked.map((text) => {
          if (excluded.has(text.id)) return [];
          const found = [...texts.values()]
            .filter(({ text: other, seenAt }) => other.id !== text.id && seenAt > now - 1.5 * windowMs)
            .filter(({ text: other }) => other.bands.some((band) => text.bands.includes(band)))
            .reverse()
            .slice(0, 256)
            .map(({ text: other }) => ({
              id: other.id,
              origin: { sourceKey: other.sourceKey, categories: other.categories },
              publishedAt: Math.floor(other.publishedAt / 1000) * 1000,
              signature: other.signature,
              apart: excluded.has(other.id),
            }));
          const name = `${text.id} ${Buffer.from(text.signature).toString('hex')}`;
          if (text.bands.length > 0) texts.set(name, { text, seenAt: texts.get(name)?.seenAt ?? now });
          return found;
        }),
      ),
    exclude: (ids) =>
      write('exclude', () => {
        for (const id of ids) excluded.add(id);
      }),
  };

  const held: HeldStore = {
    hold: (sourceId, reason, entries, now) =>
      write('hold', () => {
        const before = holding.get(sourceId);
        const list = before?.entries ?? new Map<string, HeldEntry>();
        for (const entry of entries) {
          const mark = marks.get(entry.id);
          if (mark !== undefined && !mark.held) continue;
          list.set(entry.id, entry);
          const { fingerprint, sourceKey, titleKey } = entry;
          if (mark === undefined)
            setMark(entry.id, { fingerprint, sourceKey, titleKey, tombstone: true, apart: true, held: true });
        }
        holding.set(sourceId, { state: { at: before?.state.at ?? now, reason, count: list.size }, entries: list });
      }),
    summaries: () => read(() => new Map([...holding].map(([sourceId, { state }]) => [sourceId, state]))),
    entries: (sourceId) =>
      read(() => ({ entries: [...(holding.get(sourceId)?.entries.values() ?? [])], contentless: [] })),
    replace: (sourceId, entries) =>
      write('replace held', () => {
        const list = holding.get(sourceId)?.entries;
        for (const entry of entries) if (list?.has(entry.id) === true) list.set(entry.id, entry);
      }),
    forgetTombstones: (ids) =>
      write('forget tombstones', () => {
        for (const id of ids) if (marks.get(id)?.held === true) marks.delete(id);
      }),
    drop: (sourceId, ids) =>
      write('drop', () => {
        const found = holding.get(sourceId);
        if (found === undefined) return;
        for (const id of ids) found.entries.delete(id);
        if (found.entries.size === 0) holding.delete(sourceId);
        else holding.set(sourceId, { ...found, state: { ...found.state, count: found.entries.size } });
      }),
  };

  return {
    posts,
    nearDuplicates,
    held,
    trace: {
      note: (more) => (more.length === 0 ? read(() => undefined) : write('note', () => void notes.push(...more))),
      find: (asked) =>
        read(() => ({
          events: notes
            .filter(({ postId, lookups }) => [postId, ...lookups].some((key) => asked.includes(key)))
            .map(({ lookups: _lookups, once: _once, ...event }) => event),
          lost: 0,
        })),
    },
    lastDocuments: {
      store: ({ again, gzip, ...document }) =>
        write('store document', () => void documents.set(document.sourceId, { ...document, body: again() })),
      get: (sourceId) => read(() => documents.get(sourceId)),
    },
    takedowns: {
      add: (takedown, story) => write('add takedown', () => void removals.set(takedown.id, { takedown, story })),
      get: (ids) => read(() => ids.map((id) => removals.get(id)?.takedown)),
      find: (asked) =>
        read(() =>
          asked.map(
            (own) =>
              [...removals.values()].find(({ takedown }) => takedown.keys.some((key) => own.includes(key)))?.takedown
                .id,
          ),
        ),
      latest: (limit) =>
        read(() =>
          [...removals.values()]
            .map(({ takedown }) => takedown)
            .reverse()
            .slice(0, limit),
        ),
      story: (id) => read(() => removals.get(id)?.story),
      drop: (id) => write('drop takedown', () => void removals.delete(id)),
    },
    states: {
      get: (sourceId) => read(() => states.get(sourceId)),
      set: (sourceId, state) => write('state', () => void states.set(sourceId, state)),
    },
    dirty,
    all: newestFirst,
    writes,
    killAfter: (write) => {
      last = write === undefined ? undefined : writes.length + write;
      isDead = false;
    },
  };
}
