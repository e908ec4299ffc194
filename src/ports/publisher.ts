/** Where do finished documents go? */
import type { RenderedDocument, StoredDocument } from '../model/output.ts';

/** Puts finished documents where readers get them. Both calls may be repeated. */
export interface Publisher {
  /** @throws PublishError; what was there before stays readable. */
  publish(documents: readonly StoredDocument[]): Promise<void>;
  remove(paths: readonly string[]): Promise<void>;
}

export interface Invalidating {
  /** Tells the web servers that what they made themselves under these paths is out of date. */
  invalidate(paths: readonly string[]): Promise<void>;
}

/** The published documents, as the web server reads them. */
export interface Documents extends Publisher {
  get(path: string): Promise<StoredDocument | undefined>;
  paths(): Promise<readonly string[]>;
}

/** Adds what HTTP needs to a rendered document: strong ETag, compressed forms. */
export type Package = (document: RenderedDocument) => Promise<StoredDocument>;
