/** What became of each entry of a document, and why? */
import type { Post } from '../../model/post.ts';
import type { KnownEntry } from '../../model/entry-record.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import type { EditDecision } from '../../stages/classify/edits.ts';
import type { Classification } from '../../stages/classify/classify.ts';

/** An entry after it was identified and classified. */
export interface ClassifiedEntry {
  readonly entry: Identified;
  /** Grows down the document: how far before now it is dated if it says nothing itself, ms. */
  readonly place: number;
  /** What the entry is known by. */
  readonly id: string;
  readonly known: KnownEntry;
  readonly classification: Classification;
}

export type DecisionKind =
  /** A post of its own. */
  | 'added'
  /** Another version of a post that is there. */
  | 'changed'
  /** A story that another source told, under the same link. */
  | 'duplicate'
  /** A story that another source told, in nearly the same words. */
  | 'similar'
  /** As it was. */
  | 'known'
  /** Expired or dropped earlier: not new again. */
  | 'forgotten'
  /** Kept back by the flood guard. */
  | 'held';

export interface EntryDecision {
  readonly kind: DecisionKind;
  readonly entry: Identified;
  /** What the entry is known by, whether it has a post of its own or not. */
  readonly entryId: string;
  /** Which of its keys it was known by, 0 for the first; absent for what was new. */
  readonly matched?: number;
  /** Where readers find it: the entry's own post, or that of its story. */
  readonly postId: string;
  /** For `changed`: whether readers are told, ... */
  readonly announced?: boolean;
  /** ... and why, where its words have changed. */
  readonly edit?: EditDecision['why'];
  /** For `similar`: how like the text is to another entry's, 0 to 1, and in words. */
  readonly likeness?: SimilarityMatch;
  /** The post before and after, where one was read or written. */
  readonly before?: Post;
  readonly after?: Post;
  /** Why, in words, where somebody said. */
  readonly reason?: string;
}

export interface SimilarityMatch {
  /** The entry that it is like. */
  readonly entryId: string;
  readonly score: number;
}
