/** What is recorded about the decisions on an entry? Kept for a month. */

export interface TraceEvent {
  /** Epoch ms, whole seconds. */
  readonly at: number;
  /** Id of the post that the entry belongs to, or would have had if it became none; 16 hex digits. */
  readonly postId: string;
  readonly sourceId: string;
  /** Address of the document, after redirects; absent if no document caused the event. */
  readonly documentUrl?: string;
  readonly decision: TraceDecision;
  /** Name of the key by which the entry was recognised: `guid`, `link`, … */
  readonly key?: string;
  /** One sentence for each rule that changed the entry, in order: `sources.paper.rules[0] keyword: …`. */
  readonly rules?: readonly string[];
  /** The entry as offered; set if there is no post to read this from. */
  readonly entry?: TracedEntry;
}

export interface TracedEntry {
  readonly title?: string;
  readonly url?: string;
  readonly guid?: string;
}

export type TraceDecision =
  | { readonly kind: 'added' }
  /**
   * `what`: the fields that differ. `announced`: readers see the change; otherwise it is only stored, because it is too
   * small (`small`) or the entry changes too often (`churning`).
   */
  | {
      readonly kind: 'changed';
      readonly announced: boolean;
      readonly quiet?: 'small' | 'churning';
      readonly what: readonly string[];
      readonly revision: number;
    }
  /** Joined to the story of another source. `score`: similarity of the texts, 0 to 1; absent if the link is the same. */
  | { readonly kind: 'joined'; readonly score?: number; readonly of?: string }
  /** Dropped by a rule: `sources.paper.rules[2] keyword`. */
  | { readonly kind: 'dropped'; readonly rule: string; readonly reason: string }
  /** The post existed, and a rule of a new config removed it. */
  | { readonly kind: 'withdrawn'; readonly rule: string; readonly reason: string }
  /** Held by the flood guard. */
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'released' }
  | { readonly kind: 'discarded'; readonly reason: string }
  /** Removed because of its age or because the category was full. */
  | { readonly kind: 'expired'; readonly reason: string }
  /** Removed from a category that was full; it stays in others. */
  | { readonly kind: 'left'; readonly category: string; readonly reason: string }
  /** Removed for good by the operator, and published again. */
  | { readonly kind: 'removed'; readonly why?: string }
  | { readonly kind: 'restored' }
  /** Split from its story by the operator. */
  | { readonly kind: 'split'; readonly of?: string };

/** An event with the keys by which it is found. */
export interface TraceNote extends TraceEvent {
  /** Keys in addition to the post's id, 16 hex digits each. */
  readonly lookups: readonly string[];
  /** Recorded only if the same event is not recorded yet, because the entry is offered again at each fetch. */
  readonly once?: boolean;
}
