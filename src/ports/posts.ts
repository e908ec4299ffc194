/** How are posts stored, and the keys that identify entries? */
import type { EntryLookup, KeyAssignment, LookupAnswer } from '../model/entry-record.ts';
import type { FeedScope } from '../model/output.ts';
import type { Post } from '../model/post.ts';

/** What is recorded about an entry when it is saved. */
export interface NewEntryRecord {
  readonly sourceKey: string;
  readonly titleKey: string;
  readonly fingerprint: string;
}

export interface PostWrite {
  readonly post: Post;
  /** The record of the post's own entry; absent: unchanged. */
  readonly mark?: NewEntryRecord;
  /** Version that was read, 0 for a new post; the write is refused if the store has another one. */
  readonly expectedVersion: number;
  /**
   * Keys of all entries that are written; the write is refused if one of them leads elsewhere than when it was read.
   */
  readonly keys?: readonly KeyAssignment[];
  /**
   * All tellings of its story, each as a post of its own, under the entry's id; none for a single one; absent:
   * unchanged.
   */
  readonly tellings?: readonly Post[];
  /** Entries that are part of its story from now on. */
  readonly joins?: readonly Join[];
  /** Splits the entry from its story: from now on no link joins it to another. */
  readonly apart?: boolean;
}

/** If the entry has a post of its own, it is removed, and entries that were joined to it are joined to the story. */
export interface Join {
  readonly id: string;
  /** 0 for an entry that was never saved; the whole write is refused if the store has another one. */
  readonly expectedVersion: number;
  /** Absent: as before. */
  readonly mark?: NewEntryRecord;
}

/** A post with all tellings of its story. */
export interface StoredStory {
  /** Of the post. */
  readonly id: string;
  /** 0 if nothing was ever saved. */
  readonly version: number;
  readonly tombstone: boolean;
  readonly post?: Post;
  /** Empty if the post is the only one. */
  readonly tellings: readonly StoredTelling[];
}

export interface StoredTelling {
  readonly telling: Post;
  /** Of the entry. */
  readonly version: number;
}

export interface LatestQuery {
  readonly scope: FeedScope;
  readonly limit: number;
  /** Only posts published at or after this time, epoch ms. */
  readonly since?: number;
  /** Only posts older than this position, exclusive. */
  readonly before?: { readonly publishedAt: number; readonly id: string };
}

export interface OldestQuery {
  readonly scope: FeedScope;
  readonly limit: number;
  /** Only posts published up to this time, epoch ms. */
  readonly until?: number;
  /** Only posts beyond this many newest ones. */
  readonly beyond?: number;
}

/** Posts, and the keys that identify their entries. */
export interface Posts {
  /**
   * Reads the records of the entries of a document, in one round trip. Decides nothing: `stages/identify/match` does.
   *
   * @param seenAt  epoch ms: the day is recorded as the last on which the found entries were listed; absent:
   *                nothing is written
   */
  lookUp(lookups: readonly EntryLookup[], seenAt?: number): Promise<readonly LookupAnswer[]>;
  /** Keys of entries that need no other write. A key that leads elsewhere than when it was read is not changed. */
  assignKeys(keys: readonly KeyAssignment[]): Promise<void>;
  /**
   * Writes posts, the keys of their entries, their place in feeds and the dirty keys, each post in one atomic step;
   * returns the ids that were refused because of a version or a key. Posts are written in the order given.
   */
  save(writes: readonly PostWrite[], now: number): Promise<readonly string[]>;
  /** For an entry that was joined to a story, the story's post. */
  get(ids: readonly string[]): Promise<readonly (Post | undefined)[]>;
  /** The story of each entry; a story without a post if there is none. */
  stories(ids: readonly string[]): Promise<readonly StoredStory[]>;
  /** Newest first by `publishedAt`, then by id. */
  latest(query: LatestQuery): Promise<readonly Post[]>;
  /** Oldest first. */
  oldest(query: OldestQuery): Promise<readonly Post[]>;
  count(scope: FeedScope): Promise<number>;
  /** The value for `PostWrite.expectedVersion`; undefined for entries that were never saved. */
  versions(ids: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Removes posts and leaves tombstones. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Removes posts and forgets all but their keys: their entries are new again, under the same ids. Stories that other
   * entries report too stay.
   */
  withdraw(ids: readonly string[]): Promise<void>;
}
