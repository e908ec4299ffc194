/** What is an entry once it is ours? */
import type { Enclosure, Markup, Person } from './feed.ts';

/** Where a post came from, as it was when the post was made; written out as atom:source. */
export interface PostSource {
  readonly id: string;
  readonly title?: string;
  /** The source's web page. */
  readonly url?: string;
  readonly feedUrl: string;
}

/** Another source that told the same story. */
export interface AlsoFrom {
  /** Of the entry, what `feedmill post split` takes; 16 hex digits. */
  readonly id?: string;
  readonly source: PostSource;
  readonly url?: string;
  readonly title?: string;
}

/** What became of the changes of a post, as far as the next one depends on it. */
export interface PostEdits {
  /** When changes were announced of late, epoch ms, newest first. */
  readonly announcedAt: readonly number[];
  /** 0 to 1: how much has changed since, in changes too small to announce. */
  readonly drift?: number;
}

/** Dates are epoch ms, UTC. HTML is sanitised, with absolute URLs. */
export interface Post {
  /** Ours, stable for ever: 16 hex digits. */
  readonly id: string;
  readonly source: PostSource;
  readonly guid?: string;
  readonly url?: string;
  readonly title: string;
  readonly content?: string;
  readonly summary?: string;
  readonly authors: readonly Person[];
  readonly publishedAt: number;
  readonly updatedAt: number;
  readonly firstSeenAt: number;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly language?: string;
  readonly image?: string;
  readonly enclosures: readonly Enclosure[];
  readonly rights?: string;
  /** 1 for the first version; one more for each announced change. */
  readonly revision: number;
  readonly alsoFrom: readonly AlsoFrom[];
  /** The entry whose words are shown, where another telling of the story is preferred to the post's own. */
  readonly tellingId?: string;
  /** Absent for a post that never changed. */
  readonly edits?: PostEdits;
}

/** An entry in our words, before it is known whether it is new: HTML not yet sanitised, dates not yet defaulted. */
export interface Draft {
  readonly source: PostSource;
  readonly guid?: string;
  readonly url?: string;
  /** What the document calls canonical, if not `url`. */
  readonly canonicalUrl?: string;
  /** Plain text; made from the content where the entry had none. */
  readonly title: string;
  readonly content?: Markup;
  readonly summary?: Markup;
  readonly authors: readonly Person[];
  /** As the entry says, after the policy for future dates; absent where the entry has no usable date. */
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  /** The date that the entry gives itself, where it is not believed: it is still to come, or was stamped by the fetch. */
  readonly statedAt?: number;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly language?: string;
  readonly image?: string;
  readonly enclosures: readonly Enclosure[];
  readonly rights?: string;
  readonly rawHash?: string;
}
