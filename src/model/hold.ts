/** What keeps a source from being checked at once when the operator asks for it? */

export type Hold =
  | { readonly kind: 'paused' }
  /** No worker has looked for due sources lately; `since`: when one did last, epoch ms. */
  | { readonly kind: 'no-worker'; readonly since?: number }
  /** The host asked to wait (Retry-After) until then, epoch ms. */
  | { readonly kind: 'host-rests'; readonly untilMs: number }
  /** Other requests to the host come first (`fetch.host.delay`): its turn comes at about this time, epoch ms. */
  | { readonly kind: 'host-turn'; readonly untilMs: number }
  /** As many requests to the host are under way as it may get at a time (`fetch.host.concurrency`). */
  | { readonly kind: 'host-full' };
