/** What became of an entry, in facts that are kept for a month? */

export interface TraceEvent {
  /** Epoch ms, whole seconds. */
  readonly at: number;
  /** Of the post that the entry is or was joined to; for what became none, the id it would have had. 16 hex digits. */
  readonly postId: string;
  readonly sourceId: string;
  /** Where the document came from, after redirects; absent for what no document brought about. */
  readonly documentUrl?: string;
  readonly decision: TraceDecision;
  /** What the entry was known by: `guid`, `link`, … */
  readonly key?: string;
  /** One sentence for each rule that changed it, in order: `rules[0] keyword: …`. */
  readonly rules?: readonly string[];
  /** As it was offered; for what is not read from a post. */
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
   * `what`: fields that differ. `announced`: readers are told; else it is only stored, because too little has changed
   * (`small`) or it changes too often (`churning`).
   */
  | {
      readonly kind: 'changed';
      readonly announced: boolean;
      readonly quiet?: 'small' | 'churning';
      readonly what: readonly string[];
      readonly revision: number;
    }
  /** Another source's story. `score` 0 to 1: how alike the texts are; absent where the link is the same. */
  | { readonly kind: 'joined'; readonly score?: number; readonly of?: string }
  /** By a rule of its source: `rules[2] keyword`. */
  | { readonly kind: 'dropped'; readonly rule: string; readonly reason: string }
  /** The post was there and a rule of a new config took it out. */
  | { readonly kind: 'withdrawn'; readonly rule: string; readonly reason: string }
  /** The flood guard waits for the operator. */
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'released' }
  | { readonly kind: 'discarded'; readonly reason: string }
  /** Forgotten by age or number. */
  | { readonly kind: 'expired'; readonly reason: string }
  /** Left a category that is full, and stays in others. */
  | { readonly kind: 'left'; readonly category: string; readonly reason: string }
  /** Taken out of a story by command. */
  | { readonly kind: 'split'; readonly of?: string };

/** An event with what it is found by. */
export interface TraceNote extends TraceEvent {
  /** Further keys beside the post's id, 16 hex digits each. */
  readonly lookups: readonly string[];
  /** Noted only where the same was not noted before: what is offered again at each fetch. */
  readonly once?: boolean;
}
