/** Which requests can be sent to other servers? */
import type { CallOutcome } from '../model/call-outcome.ts';
import type { FetchOutcome } from '../model/fetch-outcome.ts';
import type { FetchSettings } from '../model/settings.ts';

export interface FetchRequest {
  readonly url: string;
  /**
   * The address that the operator wrote: `settings.allow` opens private networks only if it lies in one of them itself.
   * `url` if absent.
   */
  readonly configuredUrl?: string;
  /** Sent as they are; validators and credentials included. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that the conditional headers belong to, and the only one that gets them; `url` if absent. */
  readonly validatorsFor?: string;
  readonly settings: FetchSettings;
  /** Where the document is held; as much as it needs if absent. */
  readonly room?: DocumentRoom;
}

/** Room for the bytes of one document, where only so many may be held at once. */
export interface DocumentRoom {
  /** Room for so many bytes in all; undefined if there is, else it resolves when there is. One call at a time. */
  grow(bytes: number): Promise<void> | undefined;
  /** The document has so many bytes, whether there is room for them or not. */
  settle(bytes: number): void;
}

/** Fetches one address and follows redirects. Never throws for errors of the origin: they are outcomes. */
export interface Fetcher {
  /** @throws only the signal's reason, when aborted. */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchOutcome>;
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** As for a `FetchRequest`. */
  readonly configuredUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly settings: FetchSettings;
  /** Most bytes of the response that are read; the rest is discarded. */
  readonly maxAnswerBytes: number;
}

/**
 * One request to an address that came from outside, under the same guard as the fetcher. Never throws for errors of
 * the other side.
 */
export interface HttpClient {
  /** @throws only the signal's reason, when aborted. */
  call(request: HttpRequest, signal: AbortSignal): Promise<CallOutcome>;
  close(): Promise<void>;
}
