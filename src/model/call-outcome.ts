/** How did a request to an address that a stranger named end? */

export type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: Uint8Array;
      /** From Retry-After, ms. */
      readonly retryAfterMs?: number;
      /** Where a redirect points to, absolute; it is not followed. */
      readonly location?: string;
    }
  | { readonly kind: 'failed'; readonly message: string };
