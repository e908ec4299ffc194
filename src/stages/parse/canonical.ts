/** Which common shape do all formats get before they are mapped? */
import type { Entry, FeedFormat, ParsedFeed } from '../../model/feed.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The fields of an entry that rss-parser maps, in the shape of the tree that it expects; `rest` passes through unchanged.
 * Absent fields are set to undefined: objects of one shape are mapped twice as fast.
 */
export interface CanonicalItem {
  readonly guid: readonly [string] | undefined;
  readonly title: readonly [string] | undefined;
  readonly link: readonly [string] | undefined;
  readonly category: readonly string[] | undefined;
  readonly rest: readonly [EntryRest];
}

/** A list of one element, as in that tree. */
export function asElement(value: string | undefined): readonly [string] | undefined {
  return value === undefined ? undefined : [value];
}

export type EntryRest = Mutable<Omit<Entry, 'id' | 'title' | 'link' | 'categories'>>;

export interface CanonicalFeed {
  readonly title?: readonly [string];
  readonly link?: readonly [string];
  readonly description?: readonly [string];
  readonly language?: readonly [string];
  readonly copyright?: readonly [string];
  readonly rest: readonly [FeedRest];
  readonly item: readonly CanonicalItem[];
}

export type FeedRest = Mutable<
  Omit<ParsedFeed, 'title' | 'link' | 'description' | 'language' | 'rights' | 'entries' | 'knownHashes' | 'issues'>
>;

export type { FeedFormat };
