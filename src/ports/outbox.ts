/** Which documents must be published again? */
/** What was touched since it was last published (a transactional outbox). */
export interface Outbox {
  /** The few: `all`, `category:SLUG`, `site`. */
  touched(): Promise<readonly Touched[]>;
  /** How many of the many there are. */
  restCount(): Promise<number>;
  /**
   * Some of the many, about `limit`: `tag:TAG`, `source:ID`, `post:ID`, `gone:ID:PUBLISHED-AT`; `page:ID` for a post and
   * `archive:SCOPE` for a group that look different although no post changed.
   */
  rest(limit: number): Promise<readonly Touched[]>;
  /** Done, unless touched again since it was read. */
  done(touched: readonly Touched[]): Promise<void>;
  /** For what changes without a post, such as a new config: some of the few. */
  touch(keys: readonly string[]): Promise<void>;
  /** Each post and each group is to be written anew. @returns how many posts */
  touchEverything(): Promise<number>;
  /** What the look of everything that was written depends on; undefined before anything was. */
  look(): Promise<string | undefined>;
  setLook(look: string): Promise<void>;
}

export interface Touched {
  readonly key: string;
  readonly version: string;
}
