/** What was the last document of each source? */
import type { FetchedBody } from '../model/fetch-outcome.ts';

/** The last document of a source, as received; `plan` reads it again. */
export interface LastDocument {
  readonly sourceId: string;
  /** The configured address that it was fetched for, and the one that gave it, after redirects. */
  readonly sourceUrl: string;
  readonly url: string;
  /** Decompressed. */
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly contentLocation?: string;
  /** Epoch ms. */
  readonly fetchedAt: number;
}

/** A document to store; `gzip` is its body as received, if that was a gzip file. */
export type NewLastDocument = Omit<LastDocument, 'body'> & Pick<FetchedBody, 'gzip' | 'again'>;

/** Bounded in total: those that have not changed for longest are dropped first. */
export interface LastDocuments {
  /** At most one per source and hour; a document that is too large is not kept. */
  store(original: NewLastDocument): Promise<void>;
  get(sourceId: string): Promise<LastDocument | undefined>;
}
