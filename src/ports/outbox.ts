/** Which documents must be published again? */
/** What was touched since it was last published (a transactional outbox). */
export interface Outbox {
  /** The few: `all`, `category:SLUG`, `site`. */
  dirty(): Promise<readonly DirtyKey[]>;
  /** How many of the many there are. */
  bulkCount(): Promise<number>;
  /**
   * Some of the many, about `limit`: `tag:TAG`, `source:ID`, `post:ID`, `gone:ID:PUBLISHED-AT`; `page:ID` for a post and
   * `archive:SCOPE` for a group that look different although no post changed.
   */
  bulk(limit: number): Promise<readonly DirtyKey[]>;
  /** Done, unless touched again since it was read. */
  done(touched: readonly DirtyKey[]): Promise<void>;
  /** For what changes without a post, such as a new config: some of the few. */
  markDirty(keys: readonly string[]): Promise<void>;
  /** Each post and each group is to be written anew. @returns how many posts */
  markEverythingDirty(): Promise<number>;
  /** What the look of everything that was written depends on; undefined before anything was. */
  templateVersion(): Promise<string | undefined>;
  setTemplateVersion(look: string): Promise<void>;
}

export interface DirtyKey {
  readonly key: string;
  readonly version: string;
}
