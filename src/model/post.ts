/** The types of posts and drafts. */
import type { Enclosure, Episode, Markup, Person } from './feed.ts';

/** The source of a post, as it was when the post was made; written out as atom:source. */
export interface PostSource {
  readonly id: string;
  readonly title?: string;
  /** The source's web page. */
  readonly url?: string;
  readonly feedUrl: string;
}

/** Another source that reported the same story. */
export interface AlsoFrom {
  /** Id of that source's entry, for `feedmill post split`; 16 hex digits. */
  readonly id?: string;
  readonly source: PostSource;
  readonly url?: string;
  readonly title?: string;
}

/** Earlier changes of a post, as far as the decision on the next change needs them. */
export interface PostEdits {
  /** When the last changes were announced, epoch ms, newest first. */
  readonly announcedAt: readonly number[];
  /** 0 to 1: how much the post has changed since then, in changes too small to announce. */
  readonly drift?: number;
}

/** A published entry. Dates are epoch ms, UTC. HTML is sanitised, with absolute URLs. */
export interface Post {
  /** Our id, 16 hex digits; never changes. */
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
  readonly episode?: Episode;
  readonly rights?: string;
  /** Points from rules; absent for none. */
  readonly score?: number;
  /** 1 for the first version; one more for each announced change. */
  readonly revision: number;
  readonly alsoFrom: readonly AlsoFrom[];
  /** Id of the entry whose text is shown, if that is not the post's own entry. */
  readonly tellingId?: string;
  /** Absent for a post that has never changed. */
  readonly edits?: PostEdits;
}

/** A normalised entry, before it is known whether it is new: HTML not sanitised, missing dates not filled in. */
export interface Draft {
  readonly source: PostSource;
  readonly guid?: string;
  readonly url?: string;
  /** The address that the document calls canonical, if it is not `url`. */
  readonly canonicalUrl?: string;
  /** Plain text; made from the content if the entry has no title. */
  readonly title: string;
  readonly content?: Markup;
  readonly summary?: Markup;
  readonly authors: readonly Person[];
  /** As stated by the entry, after the policy for future dates; absent if the entry has no usable date. */
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  /** The date that the entry states but that is not used: it is in the future, or it is the time of the fetch. */
  readonly statedAt?: number;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly language?: string;
  readonly image?: string;
  readonly enclosures: readonly Enclosure[];
  readonly episode?: Episode;
  readonly rights?: string;
  /** Points from rules; absent for none. */
  readonly score?: number;
  readonly rawHash?: string;
}
