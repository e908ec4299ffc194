/** What does the store keep of posts and of the keys that identify entries? */
import type { EntryLookup, KeyAssignment, LookupAnswer } from '../model/entry-record.ts';
import type { FeedScope } from '../model/output.ts';
import type { Post } from '../model/post.ts';

/** What is remembered of an entry that is saved. */
export interface NewEntryRecord {
  readonly sourceKey: string;
  readonly titleKey: string;
  readonly fingerprint: string;
}

export interface PostWrite {
  readonly post: Post;
  /** What the post's own entry is remembered by; absent: as before. */
  readonly mark?: NewEntryRecord;
  /** Version that was read, 0 for a new post; another one in the store refuses the write. */
  readonly expectedVersion: number;
  /** Keys of all entries that are written; one that leads elsewhere than when it was read refuses the write. */
  readonly keys?: readonly KeyAssignment[];
  /** All tellings of its story, each as a post of its own, under the entry's id; none for a single one; absent: as before. */
  readonly tellings?: readonly Post[];
  /** Entries that are part of its story from now on. */
  readonly joins?: readonly Join[];
  /** The entry stands alone from now on: no link joins it to another. */
  readonly apart?: boolean;
}

/** If the entry has a post of its own, that goes, and what was joined to it is joined to the story. */
export interface Join {
  readonly id: string;
  /** 0 for an entry that was never saved; another one in the store refuses the whole write. */
  readonly expectedVersion: number;
  /** Absent: as before. */
  readonly mark?: NewEntryRecord;
}

/** A post with all tellings of its story. */
export interface StoredStory {
  /** Of the post. */
  readonly id: string;
  /** 0 where nothing was ever saved. */
  readonly version: number;
  readonly tombstone: boolean;
  readonly post?: Post;
  /** Empty where the post is the only one. */
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
  /** Only what lies beyond this many newest ones. */
  readonly beyond?: number;
}

/** Posts and what identifies them. */
export interface Posts {
  /**
   * What is stored of the entries of a document, in one round trip. Decides nothing: `stages/identify/match` does.
   *
   * @param seenAt  epoch ms: the day is noted as the last on which the entries that are found were listed; absent:
   *                nothing is written
   */
  lookUp(lookups: readonly EntryLookup[], seenAt?: number): Promise<readonly LookupAnswer[]>;
  /** Keys of entries that need no other write. A key that leads elsewhere than when it was read stays as it is. */
  assignKeys(keys: readonly KeyAssignment[]): Promise<void>;
  /**
   * Writes posts, the keys of their entries, their place in feeds and the list of touched scopes, each post in one
   * step; gives back the ids that were refused, by version or by a key. Posts are written in the order given.
   */
  save(writes: readonly PostWrite[], now: number): Promise<readonly string[]>;
  /** For an entry that was joined to a story, the story's post. */
  get(ids: readonly string[]): Promise<readonly (Post | undefined)[]>;
  /** The story of each entry; one without a post where there is none. */
  stories(ids: readonly string[]): Promise<readonly StoredStory[]>;
  /** Newest first by `publishedAt`, then by id. */
  latest(query: LatestQuery): Promise<readonly Post[]>;
  /** Oldest first. */
  oldest(query: OldestQuery): Promise<readonly Post[]>;
  count(scope: FeedScope): Promise<number>;
  /** What `PostWrite.expectedVersion` must be; undefined for what was never saved. */
  versions(ids: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Removes posts and leaves tombstones. */
  remove(ids: readonly string[]): Promise<void>;
  /**
   * Removes posts of which nothing is remembered but their keys: the entries are new again, under the same ids. Posts
   * of stories that other entries tell too stay.
   */
  withdraw(ids: readonly string[]): Promise<void>;
}
