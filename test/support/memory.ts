/** Ports in memory, for tests of the order of steps: they keep what the docstrings of the ports promise, and nothing else. */
import type { HubTask } from '../../src/model/hub-subscription.ts';
import type { FeedScope } from '../../src/model/output.ts';
import type { Post } from '../../src/model/post.ts';
import { scopeKey } from '../../src/model/scope.ts';
import { FIRST_STATE, type SourceState } from '../../src/model/source-state.ts';
import type { Checks, DueSource, Opened } from '../../src/ports/checks.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Outbox, DirtyKey } from '../../src/ports/outbox.ts';
import type { Posts } from '../../src/ports/posts.ts';
import type { CopyMark, SiteFacts, SourceName } from '../../src/ports/site-facts.ts';
import type { JobQueue } from '../../src/ports/queue.ts';

/** Reading only; what nobody reads in these tests says so. */
export function memoryPosts(list: Post[]): Posts {
  const newestFirst = (scope: FeedScope): Post[] =>
    list
      .filter((post) => scopesOf(post).includes(scopeKey(scope)))
      .sort((a, b) => b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : -1));
  const notHere = (name: string) => () => Promise.reject(new Error(`${name} is not in this fake`));
  return {
    latest: ({ scope, limit, since = -Infinity, before }) =>
      Promise.resolve(
        newestFirst(scope)
          .filter(
            ({ publishedAt, id }) =>
              publishedAt >= since &&
              (before === undefined ||
                publishedAt < before.publishedAt ||
                (publishedAt === before.publishedAt && id < before.id)),
          )
          .slice(0, limit),
      ),
    get: (ids) => Promise.resolve(ids.map((id) => list.find((post) => post.id === id))),
    count: (scope) => Promise.resolve(newestFirst(scope).length),
    ...({
      claim: notHere('claim'),
      peek: notHere('peek'),
      stories: notHere('stories'),
      save: notHere('save'),
      oldest: notHere('oldest'),
      remove: notHere('remove'),
      // What is not read here need not have its shape.
    } as unknown as Omit<Posts, 'latest' | 'get' | 'count'>),
  };
}

export function scopesOf({ source, alsoFrom, categories, tags }: Post): readonly string[] {
  return [
    'all',
    ...categories.map((slug) => `category:${slug}`),
    ...tags.map((tag) => `tag:${tag}`),
    ...[source.id, ...alsoFrom.map((other) => other.source.id)].map((id) => `source:${id}`),
  ];
}

export interface MemoryOutbox extends Outbox {
  /** As a saved or removed post does. */
  note(...keys: readonly string[]): void;
  /** What is still to be published. */
  keys(): readonly string[];
  /** Calls of `markPostsDirty`, e.g. `all of source:x`. */
  readonly marked: readonly string[];
}

export function memorySiteFacts(names: ReadonlyMap<string, SourceName> = new Map()): SiteFacts {
  const headlines = new Map<string, string>();
  const listed = new Map<string, string>();
  const marks = new Map<string, CopyMark>();
  const known = new Map(names);
  return {
    sourceNames: () => Promise.resolve(known),
    setSourceName: (id, name) => {
      known.set(id, name);
      return Promise.resolve();
    },
    headlines: () => Promise.resolve(headlines),
    setHeadlines: (slug, text) => {
      if (text === undefined) headlines.delete(slug);
      else headlines.set(slug, text);
      return Promise.resolve();
    },
    copyMark: (copy) => Promise.resolve(marks.get(copy)),
    setCopyMark: (copy, mark) => {
      marks.set(copy, mark);
      return Promise.resolve();
    },
    listedTags: (names) => Promise.resolve(names.map((name) => listed.get(name))),
    setListedTag: (name, tag) => {
      if (tag === undefined) listed.delete(name);
      else listed.set(name, tag);
      return Promise.resolve();
    },
  };
}

export function memoryOutbox(...touchedKeys: readonly string[]): MemoryOutbox {
  const versions = new Map<string, string>();
  const behind = new Map<string, string>();
  let touches = 0;
  let inputs: Readonly<Record<string, string>> = {};
  const marked: string[] = [];
  const isFew = (key: string): boolean =>
    ['all', 'home', 'sources', 'site'].includes(key) || key.startsWith('category:');
  const some = (few: boolean): DirtyKey[] =>
    [...versions].filter(([key]) => isFew(key) === few).map(([key, version]) => ({ key, version }));
  const note = (...keys: readonly string[]): void => {
    for (const key of keys) versions.set(key, String((touches += 1)));
  };
  note(...touchedKeys);
  return {
    dirty: () => Promise.resolve(some(true)),
    behind: (limit) => Promise.resolve([...behind].slice(0, limit).map(([key, version]) => ({ key, version }))),
    behindCount: () => Promise.resolve(behind.size),
    behindOf: (keys) =>
      Promise.resolve(
        keys.flatMap((key) => {
          const version = behind.get(key);
          return version === undefined ? [] : [{ key, version }];
        }),
      ),
    markBehind: (keys) => {
      for (const key of keys) behind.set(key, String((touches += 1)));
      return Promise.resolve();
    },
    bulkCount: () => Promise.resolve(some(false).length),
    bulk: (limit) => Promise.resolve(some(false).slice(0, limit)),
    done: (touched) => {
      for (const { key, version } of touched)
        for (const list of [versions, behind]) if (list.get(key) === version) list.delete(key);
      return Promise.resolve();
    },
    markDirty: (keys) => {
      note(...keys);
      return Promise.resolve();
    },
    dirtyTags: () =>
      Promise.resolve(
        some(false)
          .filter(({ key }) => key.startsWith('tag:'))
          .map(({ key }) => key.slice('tag:'.length)),
      ),
    markPostsDirty: (scope, what) => {
      marked.push(`${what} of ${scopeKey(scope)}`);
      return Promise.resolve(0);
    },
    inputs: () => Promise.resolve(inputs),
    setInputs: (next) => {
      inputs = next;
      return Promise.resolve();
    },
    marked,
    note,
    keys: () => [...versions.keys(), ...[...behind.keys()].map((key) => `${key} of copies`)],
  };
}

export interface MemoryChecks extends Checks {
  readonly states: Map<string, SourceState>;
  /** Sources with a check under way. */
  readonly busy: Set<string>;
  /** Until when a host asked to wait, by budget key, epoch ms. */
  readonly rests: Map<string, number>;
  /** Budgets without a free slot. */
  readonly full: Set<string>;
  /** Names returned by each `close`: holders that may come back. */
  readonly waiting: string[];
  /** Who has each source now. */
  readonly holders: Map<string, string>;
  /** Sources that were given back unopened, and when they are due again. */
  readonly released: Map<string, number>;
}

/** A host that rests for longer than this puts the check off. */
const LONGEST_REST_MS = 60_000;

export function memoryChecks(states: ReadonlyMap<string, SourceState> = new Map()): MemoryChecks {
  const known = new Map(states);
  const busy = new Set<string>();
  const rests = new Map<string, number>();
  const full = new Set<string>();
  const waiting: string[] = [];
  const holders = new Map<string, string>();
  const released = new Map<string, number>();
  const dueAt = (id: string): number => {
    const state = known.get(id);
    return state === undefined || state.pausedAt !== undefined ? Infinity : state.nextCheckAt;
  };
  return {
    states: known,
    busy,
    rests,
    full,
    waiting,
    holders,
    released,
    sync: (ids) => {
      const added = ids.filter((id) => !known.has(id));
      const removed = [...known.keys()].filter((id) => !ids.includes(id));
      for (const id of added) known.set(id, FIRST_STATE);
      for (const id of removed) known.delete(id);
      return Promise.resolve({ added: added.length, removed: removed.length });
    },
    claimDue: (now, limit, leaseMs) => {
      const due: DueSource[] = [...known.keys()]
        .filter((id) => dueAt(id) <= now)
        .sort((a, b) => dueAt(a) - dueAt(b))
        .slice(0, limit)
        .map((sourceId) => ({ sourceId, dueAt: dueAt(sourceId) }));
      for (const { sourceId } of due) {
        const state = known.get(sourceId);
        if (state !== undefined) known.set(sourceId, { ...state, nextCheckAt: now + leaseMs });
      }
      return Promise.resolve(due);
    },
    open: ({ sourceId, holder, dueAt: due, budgetKey, now, leaseMs }): Promise<Opened> => {
      const state = known.get(sourceId);
      const other = holders.get(sourceId);
      if (
        state === undefined ||
        dueAt(sourceId) > due ||
        busy.has(sourceId) ||
        (other !== undefined && other !== holder)
      )
        return Promise.resolve({ kind: 'taken' });
      const restsUntil = rests.get(budgetKey) ?? 0;
      if (restsUntil > now && restsUntil - now <= LONGEST_REST_MS)
        return Promise.resolve({ kind: 'wait', untilMs: restsUntil });
      if (full.has(budgetKey)) return Promise.resolve({ kind: 'wait', untilMs: now + leaseMs });
      holders.set(sourceId, holder);
      return Promise.resolve(restsUntil > now ? { kind: 'rest', untilMs: restsUntil, state } : { kind: 'open', state });
    },
    close: ({ sourceId, holder, budgetKey, state, hostRestsUntil }) => {
      if (holders.get(sourceId) !== holder) return Promise.resolve([]);
      holders.delete(sourceId);
      known.set(sourceId, state);
      if (hostRestsUntil !== undefined) rests.set(budgetKey, hostRestsUntil);
      return Promise.resolve(waiting.splice(0));
    },
    read: (ids) => Promise.resolve(ids.map((id) => known.get(id))),
    write: (id, state) => {
      if (busy.has(id)) return Promise.resolve(false);
      known.set(id, state);
      return Promise.resolve(true);
    },
    hasten: (id, at) => {
      const state = known.get(id);
      if (state !== undefined && dueAt(id) > at && state.pausedAt === undefined)
        known.set(id, { ...state, nextCheckAt: at });
      return Promise.resolve();
    },
    release: (id, at) => {
      released.set(id, at);
      return Promise.resolve();
    },
    count: () => Promise.resolve(known.size),
    dueTimes: (ids) => Promise.resolve(ids.map((id) => (known.has(id) ? dueAt(id) : undefined))),
    setBack: (sources) => {
      for (const { sourceId, nextCheckAt } of sources) {
        const state = known.get(sourceId);
        if (state !== undefined) known.set(sourceId, { ...state, nextCheckAt });
      }
      return Promise.resolve();
    },
  };
}

export interface RecordedQueue extends JobQueue {
  readonly refreshes: readonly DueSource[];
  readonly publishes: readonly string[];
  readonly hubTasks: readonly HubTask[];
  /** Holders that were woken. */
  readonly woken: readonly string[];
}

/** @param backlog  checks that wait already */
export function recordedQueue(backlog = 0): RecordedQueue {
  const refreshes: DueSource[] = [];
  const publishes: string[] = [];
  const hubTasks: HubTask[] = [];
  const woken: string[] = [];
  return {
    refreshes,
    publishes,
    hubTasks,
    woken,
    addRefreshes: (due) => {
      refreshes.push(...due);
      return Promise.resolve();
    },
    refreshBacklog: () => Promise.resolve(backlog),
    addPublishes: (keys) => {
      publishes.push(...keys);
      return Promise.resolve();
    },
    park: () => Promise.resolve(),
    addHubTasks: (tasks) => {
      hubTasks.push(...tasks);
      return Promise.resolve();
    },
    wake: (holders) => {
      woken.push(...holders);
      return Promise.resolve();
    },
  };
}

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
