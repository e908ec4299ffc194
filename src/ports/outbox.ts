/** Which documents must be published again? */
import type { FeedScope } from '../model/output.ts';

/** The dirty keys: what has changed since it was published last (a transactional outbox). */
export interface Outbox {
  /** The keys with a job each: `all`, `category:SLUG`, `home`, `sources`, `site`. */
  dirty(): Promise<readonly DirtyKey[]>;
  /** Number of bulk keys. */
  bulkCount(): Promise<number>;
  /**
   * Some of the bulk keys, about `limit`: `tag:TAG`, `source:ID`, `post:ID`, `gone:ID:PUBLISHED-AT`; `page:ID` for a
   * post and
   * `archive:SCOPE` for a scope that look different although no post changed.
   */
  bulk(limit: number): Promise<readonly DirtyKey[]>;
  /** The tags among the bulk keys. */
  dirtyTags(): Promise<readonly string[]>;
  /** Keys that are published, but whose documents the copies may lack: about `limit` of them. */
  behind(limit: number): Promise<readonly DirtyKey[]>;
  behindCount(): Promise<number>;
  /** Those of these keys whose documents the copies lack. */
  behindOf(keys: readonly string[]): Promise<readonly DirtyKey[]>;
  markBehind(keys: readonly string[]): Promise<void>;
  /** Removes a key, unless it was marked again since it was read. */
  done(published: readonly DirtyKey[]): Promise<void>;
  /** Marks keys for changes without a post, such as a new config. */
  markDirty(keys: readonly string[]): Promise<void>;
  /**
   * Marks the documents of all posts of a scope, in batches; no post is missed if others are removed meanwhile.
   *
   * @param what  `pages`: only the pages of the posts; `all`: every scope that they are in, archive pages included;
   *              `copies`: as `all`, but for the copies only
   * @returns     how many posts
   */
  markPostsDirty(scope: FeedScope, what: 'pages' | 'all' | 'copies'): Promise<number>;
  /**
   * What the published documents depend on beside posts (see `publicationInputs`); empty before anything was published.
   */
  inputs(): Promise<Readonly<Record<string, string>>>;
  setInputs(inputs: Readonly<Record<string, string>>): Promise<void>;
}

export interface DirtyKey {
  readonly key: string;
  readonly version: string;
}
