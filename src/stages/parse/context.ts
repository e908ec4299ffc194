/** The state that all readers of parts of a document share. */
import type { ParseIssue } from '../../model/feed.ts';
import type { ParseLimits } from '../../model/settings.ts';

export interface ReadContext {
  /** Address of the document; relative references start from it. */
  readonly url: string | undefined;
  readonly dates: DateContext;
  readonly limits: ParseLimits;
  readonly issues: IssueLog;
  /** Hashes of entries that need not be read. */
  readonly known: ReadonlySet<string>;
  /** Hashes of the entries that were skipped, in document order. */
  readonly skipped: string[];
  /** Present if the document could be cut into entries. */
  readonly entryHashes?: EntryHashes;
  /** Makes the raw hash of an item that is not cut out of the bytes. */
  readonly hash?: (content: string) => string;
}

/** Hashes of the entries' bytes, computed before the entries are read. */
export interface EntryHashes {
  /** In document order. */
  readonly hashes: readonly string[];
  /** One more entry follows, without an end and therefore without a hash. */
  readonly hasOpenTail: boolean;
  /** True if there were as many entries as hashes; otherwise the hashes are not used. */
  fits: boolean;
}

export interface DateContext {
  readonly now: number;
  /** IANA name, for dates without a zone. */
  readonly timezone?: string;
  readonly language?: string;
}

/** Oddities of the document: the first of each kind with a message, and the number of occurrences. */
export interface IssueLog {
  note(code: string, message: string): void;
  list(): readonly ParseIssue[];
}

export function issueLog(): IssueLog {
  const found = new Map<string, { readonly message: string; count: number }>();
  return {
    note(code, message) {
      const before = found.get(code);
      if (before === undefined) found.set(code, { message, count: 1 });
      else before.count++;
    },
    list() {
      return [...found].map(([code, { message, count }]) => ({
        code,
        message: count === 1 ? message : `${message} (and ${count - 1} more)`,
      }));
    },
  };
}
