/** What does the store keep of posts and of the keys that identify entries? */
import type { FeedScope } from '../model/output.ts';
import type { Post } from '../model/post.ts';

/** What an entry is known by. */
export interface EntryKeys {
  /** The id it gets if nobody knows it, 16 hex digits. */
  readonly id: string;
  /** Of the source that offers it, 16 hex digits. */
  readonly sourceKey: string;
  /** Of the title, 8 hex digits: tells apart two entries of one source that share nothing but a link. */
  readonly titleKey: string;
  /** What identifies it, strongest first. */
  readonly keys: readonly ClaimKey[];
  /** When its source published it; absent where it does not say. */
  readonly moment?: Moment;
}

export interface Moment {
  readonly sourceId: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface ClaimKey {
  /** 16 hex digits. */
  readonly hash: string;
  /**
   * `own`: decides alone (guid in its source, hash of the text). `shared`: a canonical link, which may belong to
   * another source; in the same source it decides only for an entry with the same title or without a guid.
   */
  readonly kind: 'own' | 'shared';
}

/** What the store knew under a claim's keys. */
export interface KnownEntry {
  /** What the entry is known by, for ever; the id of its post, if it has one of its own. */
  readonly id: string;
  /** Which of the keys it was known by, 0 for the first; absent for what was never saved. */
  readonly matched?: number;
  /** Of the entry itself. Absent: it is new (or was never saved). A `tombstone` may be its story's. */
  readonly stored?: EntryRecord;
  /** The post of the story that it was joined to. */
  readonly storyId?: string;
  /** For a new entry: posts of other sources that have its link; they may not have been saved yet. */
  readonly linked?: readonly string[];
  /** For a new entry: some posts that its source published at the very same moment. */
  readonly sameMoment?: readonly string[];
}

/** What is remembered of an entry in a few bytes. */
export interface EntryRecord {
  /** Of the visible text, 16 hex digits; zeros where it was joined to a story before it was saved. */
  readonly fingerprint: string;
  /** The claim's own, if the source is the same; else something else. */
  readonly sourceKey: string;
  readonly version: number;
  /** Expired or dropped: remembered, not to be published again. */
  readonly tombstone: boolean;
}

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

/** A post with all that is told of its story. */
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
  /** One atomic round trip for a whole document. Doing it twice changes nothing. */
  claim(claims: readonly EntryKeys[], now: number): Promise<readonly KnownEntry[]>;
  /** What `claim` would answer; nothing is written down. */
  peek(claims: readonly EntryKeys[], now: number): Promise<readonly KnownEntry[]>;
  /** Writes posts, their place in feeds and the list of touched scopes in one step; gives back the ids refused by version. */
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

/** For entries that come under another guid than before. */
export interface Renames {
  /** From now on each key stands for this entry. */
  reassign(keys: readonly { readonly hash: string; readonly id: string }[]): Promise<void>;
}
