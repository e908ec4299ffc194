/** How did one request to an origin end, redirects included? */
import type { ParseIssue } from './feed.ts';

/** What the response says about the time of the next request; ms from the response on. */
export interface HttpHints {
  /** From Cache-Control max-age or s-maxage, else from Expires relative to Date. */
  readonly freshForMs?: number;
  /** From Retry-After, seconds or date; 0 to 31 days. */
  readonly retryAfterMs?: number;
}

/** Relations from the Link header (RFC 8288) that WebSub uses. */
export interface HeaderLinks {
  readonly hubs: readonly string[];
  readonly self?: string;
}

/** One redirect that was followed. */
export interface RedirectHop {
  readonly status: number;
  readonly from: string;
  readonly to: string;
}

export type FetchFailureKind =
  | 'timeout'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'http-status'
  | 'challenge'
  | 'too-large'
  | 'bad-encoding'
  | 'too-many-redirects'
  | 'redirect-loop'
  | 'bad-redirect'
  | 'forbidden-address'
  | 'cut-off'
  | 'protocol'
  /** Our own fault: the check threw an error. */
  | 'internal';

export interface FetchFailure {
  readonly kind: FetchFailureKind;
  /** One sentence: what was requested, what happened, what the operator can do. */
  readonly message: string;
  readonly status?: number;
  readonly limitBytes?: number;
}

interface Answered {
  readonly status: number;
  /** Address that gave the response, after redirects. */
  readonly url: string;
  readonly redirects: readonly RedirectHop[];
  readonly hints: HttpHints;
  /** Byte for byte as received. */
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FetchedBody extends Answered {
  readonly kind: 'body';
  /** Decompressed and possibly large: do not hold it across an `await`, use `again`. */
  readonly body: Uint8Array;
  /** The body as received if it was a gzip file, so that it can be stored without compressing it again. */
  readonly gzip?: Uint8Array;
  /**
   * Returns the body a second time. Of a gzip file only the compressed form is held; it is decompressed on each call.
   */
  readonly again: () => Uint8Array;
  readonly contentType?: string;
  readonly contentLocation?: string;
  readonly links: HeaderLinks;
  /** True for 226 IM Used: the body has only the new entries (RFC 3229). */
  readonly delta: boolean;
  /** What was odd in the transfer; absent if nothing was. */
  readonly issues?: readonly ParseIssue[];
}

export interface NotModified extends Answered {
  readonly kind: 'not-modified';
}

export type FetchOutcome =
  | FetchedBody
  | NotModified
  | { readonly kind: 'gone'; readonly url: string; readonly redirects: readonly RedirectHop[] }
  | {
      readonly kind: 'failed';
      readonly failure: FetchFailure;
      readonly hints: HttpHints;
      readonly redirects: readonly RedirectHop[];
    };
