/** What does the store know about entries, and how is it asked? */

/** What the store has recorded about an entry. */
export interface EntryRecord {
  /** Of the visible text, 16 hex digits; zeros where the entry was joined to a story before it was saved. */
  readonly fingerprint: string;
  /** Equal to that of the query if the source is the same. */
  readonly sourceKey: string;
  /** Equal to that of the query if the title is the same. */
  readonly titleKey: string;
  readonly version: number;
  /** The entry or its story has expired or was dropped: it is remembered, and not published again. */
  readonly tombstone: boolean;
  /** The entry was split from its story: no link joins it to another. */
  readonly apart: boolean;
  /** The post of the story that the entry was joined to. */
  readonly storyId?: string;
}

/** When a source published an entry. */
export interface PublishedMoment {
  readonly sourceId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What the store is asked about one entry. */
export interface EntryLookup {
  /** Entries whose records are asked for, besides those that the keys lead to; 16 hex digits each. */
  readonly ids: readonly string[];
  /** 16 hex digits each. */
  readonly keys: readonly string[];
  /** Of the source that lists the entry, 16 hex digits. */
  readonly sourceKey: string;
  /** 8 hex digits. */
  readonly titleKey: string;
  /** Asks for posts of this source and time, in case no key leads to an entry of the source. */
  readonly moment?: PublishedMoment;
}

/** An entry that a key leads to. */
export interface FoundEntry {
  readonly id: string;
  /** Absent: the entry was never saved, or was withdrawn. */
  readonly record?: EntryRecord;
}

/** The stored records, in the order of the query. */
export interface LookupAnswer {
  readonly ids: readonly (EntryRecord | undefined)[];
  /** Absent: the key leads nowhere. An entry is found by its own id as by a key. */
  readonly keys: readonly (FoundEntry | undefined)[];
  /** Ids of some posts of the moment in the query. */
  readonly sameMoment: readonly string[];
}

/** A key that leads to this entry from now on. */
export interface KeyAssignment {
  /** 16 hex digits. */
  readonly hash: string;
  readonly id: string;
  /** Where the key led when it was looked up; absent: nowhere. */
  readonly before?: string;
}

/** Which stored entry an entry of a document is. */
export interface KnownEntry {
  /** The permanent id of the entry; also the id of its post, if it has one of its own. */
  readonly id: string;
  /** Index of the key by which it was recognised; absent for an entry that no key leads to. */
  readonly matched?: number;
  /** Of the entry itself. Absent: it is new. */
  readonly stored?: EntryRecord;
  /** For a new entry: posts of other sources that have its link; they may not have been saved yet. */
  readonly linked: readonly string[];
  /** For a new entry: some posts that its source published at the very same time. */
  readonly sameMoment: readonly string[];
  /** Keys that do not lead to it yet. */
  readonly newKeys: readonly KeyAssignment[];
}
