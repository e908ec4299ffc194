/** How did one visit to an origin end? */

/** What HTTP said about when to come back; ms, relative to the response. */
export interface HttpHints {
  /** From Cache-Control s-maxage/max-age, else from Expires relative to Date. */
  readonly freshForMs?: number;
  /** From Retry-After, seconds or date; 0 to 31 days. */
  readonly retryAfterMs?: number;
}

/** A link relation from the Link header (RFC 8288): `hub` and `self` matter to WebSub. */
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
  | 'protocol';

export interface FetchFailure {
  readonly kind: FetchFailureKind;
  /** One sentence in plain words: what was asked, what was found, what the operator may do. */
  readonly message: string;
  readonly status?: number;
  readonly limitBytes?: number;
}

interface Answered {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly redirects: readonly RedirectHop[];
  readonly hints: HttpHints;
  /** Byte for byte as sent. */
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FetchedBody extends Answered {
  readonly kind: 'body';
  /** Decompressed. Large: not to be held while something is waited for, there is `again`. */
  readonly body: Uint8Array;
  /** The body as it was sent, if that was a gzip file: need not be compressed again to be kept. */
  readonly gzip?: Uint8Array;
  /** The same body; where it came as a gzip file, that is all that is held for it, and it is decompressed anew. */
  readonly again: () => Uint8Array;
  readonly contentType?: string;
  readonly contentLocation?: string;
  readonly links: HeaderLinks;
  /** True for 226 IM Used: only what is new was sent (RFC 3229). */
  readonly delta: boolean;
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
