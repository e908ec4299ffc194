/** Which facts do the front page and the lists show that are not in the config? */

export interface SourceName {
  readonly title?: string;
  readonly link?: string;
}

export interface CopyMark {
  readonly mark: string;
  /** Whether files have been seen in it since. */
  readonly hadFiles: boolean;
}

/** Facts about many sources or categories, so that their posts need not be read for one page. */
export interface SiteFacts {
  /** The title that each source's feed gives itself. */
  sourceNames(): Promise<ReadonlyMap<string, SourceName>>;
  /** Marks the list of sources as dirty if the name differs from the known one. May be called twice. */
  setSourceName(sourceId: string, name: SourceName): Promise<void>;
  /** The newest posts of each category as the front page shows them, by slug (`*`: of all posts); written by `setHeadlines`. */
  headlines(): Promise<ReadonlyMap<string, string>>;
  /** Marks the front page as dirty if they differ from the known ones; undefined for a removed category. */
  setHeadlines(slug: string, headlines: string | undefined): Promise<void>;
  /** Which tag has pages of its own under each name, as `tagNameKey` gives it; undefined if none has. */
  listedTags(names: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Gives the pages of a name to a tag, or to none. */
  setListedTag(name: string, tag: string | undefined): Promise<void>;
  /** The directory that was filled last, by the name of the copy. */
  copyMark(copy: string): Promise<CopyMark | undefined>;
  setCopyMark(copy: string, mark: CopyMark): Promise<void>;
}
