/** Which documents must be published again? */
import type { FeedScope } from '../model/output.ts';

/** What was marked as dirty since it was last published (a transactional outbox). */
export interface Outbox {
  /** The few: `all`, `category:SLUG`, `home`, `sources`, `site`. */
  dirty(): Promise<readonly DirtyKey[]>;
  /** How many of the many there are. */
  bulkCount(): Promise<number>;
  /**
   * Some of the many, about `limit`: `tag:TAG`, `source:ID`, `post:ID`, `gone:ID:PUBLISHED-AT`; `page:ID` for a post and
   * `archive:SCOPE` for a scope that look different although no post changed.
   */
  bulk(limit: number): Promise<readonly DirtyKey[]>;
  /** The tags among the many. */
  dirtyTags(): Promise<readonly string[]>;
  /** Keys that are published, and whose documents the copies may lack: about `limit` of them. */
  behind(limit: number): Promise<readonly DirtyKey[]>;
  behindCount(): Promise<number>;
  /** Those of these keys that the copies are behind with. */
  behindOf(keys: readonly string[]): Promise<readonly DirtyKey[]>;
  markBehind(keys: readonly string[]): Promise<void>;
  /** Done, unless marked again since it was read. */
  done(published: readonly DirtyKey[]): Promise<void>;
  /** For what changes without a post, such as a new config. */
  markDirty(keys: readonly string[]): Promise<void>;
  /**
   * Marks the documents of all posts of a scope, in batches: a post that is removed meanwhile makes it miss no other.
   *
   * @param what  `pages`: only the pages of the posts; `all`: every scope that they stand in, archive pages included;
   *              `copies`: the same as `all`, for the copies alone
   * @returns     how many posts
   */
  markPostsDirty(scope: FeedScope, what: 'pages' | 'all' | 'copies'): Promise<number>;
  /** On what the published documents depend beside posts (see `publicationInputs`); empty before anything was published. */
  inputs(): Promise<Readonly<Record<string, string>>>;
  setInputs(inputs: Readonly<Record<string, string>>): Promise<void>;
}

export interface DirtyKey {
  readonly key: string;
  readonly version: string;
}
