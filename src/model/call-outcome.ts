/** How did a request to an address from outside (a callback, a hub) end? */

export type CallOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: Uint8Array;
      /** From Retry-After, ms. */
      readonly retryAfterMs?: number;
      /** Target of a redirect, absolute. Redirects are not followed. */
      readonly location?: string;
    }
  | { readonly kind: 'failed'; readonly message: string };
