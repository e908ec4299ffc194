/** Which decision was made on each entry of a document, and why? */
import type { Post } from '../../model/post.ts';
import type { KnownEntry } from '../../model/entry-record.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import type { EditDecision } from '../../stages/classify/edits.ts';
import type { Classification } from '../../stages/classify/classify.ts';

/** An entry after it was identified and classified. */
export interface ClassifiedEntry {
  readonly entry: Identified;
  /** How far before now the entry is dated if it has no date, ms; grows down the document. */
  readonly place: number;
  /** The permanent id of the entry. */
  readonly id: string;
  readonly known: KnownEntry;
  readonly classification: Classification;
}

export type DecisionKind =
  /** A post of its own. */
  | 'added'
  /** Another version of a post that is there. */
  | 'changed'
  /** A story that another source reported, with the same link. */
  | 'duplicate'
  /** A story that another source reported, with nearly the same text. */
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
  /** The permanent id of the entry, whether it has a post of its own or not. */
  readonly entryId: string;
  /** Index of the key by which it was recognised; absent for a new entry. */
  readonly matched?: number;
  /** Id of the post that shows it: its own, or that of its story. */
  readonly postId: string;
  /** For `changed`: whether the change is announced, ... */
  readonly announced?: boolean;
  /** ... and why, if its text has changed. */
  readonly edit?: EditDecision['why'];
  /** For `similar`: the similarity to another entry's text, 0 to 1, and in words. */
  readonly likeness?: SimilarityMatch;
  /** The post before and after, if one was read or written. */
  readonly before?: Post;
  readonly after?: Post;
  /** The reason, in words, if there is one. */
  readonly reason?: string;
}

export interface SimilarityMatch {
  /** The entry that it is similar to. */
  readonly entryId: string;
  readonly score: number;
}
