/** Where do finished documents go? */
import type { Encoding, RenderedDocument, StoredDocument } from '../model/output.ts';

/** A document that a publisher should have, and the compressed forms to store with it. */
export interface WantedDocument {
  /** Without its compressed forms. */
  readonly document: StoredDocument;
  readonly encodings: readonly Encoding[];
}

/** Puts finished documents where readers get them. Each call may be repeated. */
export interface Publisher {
  /** Paths of the documents that the publisher lacks, byte for byte and in exactly these forms. Changes nothing. */
  missing(wanted: readonly WantedDocument[]): Promise<ReadonlySet<string>>;
  /**
   * Writes documents in the given forms, and removes their other, former forms.
   *
   * @throws PublishError; the former version stays readable
   */
  publish(documents: readonly StoredDocument[]): Promise<void>;
  remove(paths: readonly string[]): Promise<void>;
}

export interface Invalidating {
  /** Notifies the web servers that documents they rendered themselves under these paths are stale. */
  invalidate(paths: readonly string[]): Promise<void>;
}

/** A directory, whose content can be listed. */
export interface Copy extends Publisher {
  /**
   * Names of the files in a folder, compressed forms left out; none if there is no such folder.
   *
   * @param folder  `/`, or a path with a slash at its end
   */
  list(folder: string): Promise<readonly string[]>;
  /** What it was marked with; undefined for a directory that is new, or emptied with its mark. @throws PublishError */
  mark(): Promise<string | undefined>;
  /** @throws PublishError */
  setMark(mark: string): Promise<void>;
  /** Whether it has no files but its mark and other hidden ones. @throws PublishError */
  isEmpty(): Promise<boolean>;
}

/** The published documents, as the web server reads them. */
export interface Documents extends Publisher {
  get(path: string): Promise<StoredDocument | undefined>;
  paths(): Promise<readonly string[]>;
}

/** Adds what HTTP needs to a rendered document. Same bytes, same result. */
export interface Packing {
  /** With its strong ETag. */
  seal(document: RenderedDocument): StoredDocument;
  /** With these compressed forms; a form that is not smaller is left out. */
  compress(document: StoredDocument, encodings: readonly Encoding[]): Promise<StoredDocument>;
}

/** Counts the work of a publication, for metrics and for tests of its cost. */
export interface PublishCounts {
  /** @param kind  one word: `feed`, `archive`, `post`, `home`, `list`, `site`, `post-file` */
  add(step: 'rendered' | 'compressed' | 'written', kind: string, by: number): void;
}
