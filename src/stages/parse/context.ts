/** What does everybody who reads a part of the document need to know? */
import type { ParseIssue } from '../../model/feed.ts';
import type { ParseLimits } from '../../model/settings.ts';

export interface ReadContext {
  /** Where relative references of the whole document start: its address. */
  readonly url: string | undefined;
  readonly dates: DateContext;
  readonly limits: ParseLimits;
  readonly issues: IssueLog;
  /** Entries with these hashes need not be read. */
  readonly known: ReadonlySet<string>;
  /** The hashes of those that were not; filled in document order. */
  readonly skipped: string[];
  /** Present where the document's bytes could be cut into entries. */
  readonly entryHashes?: EntryHashes;
}

/** What the entries' bytes say before they are read; what reading them says about that. */
export interface EntryHashes {
  /** In document order. */
  readonly hashes: readonly string[];
  /** One more entry follows, without an end and a hash. */
  readonly hasOpenTail: boolean;
  /** Whether there were as many entries as hashes; only then the hashes mean anything. */
  fits: boolean;
}

export interface DateContext {
  readonly now: number;
  /** IANA name, for dates without a zone. */
  readonly timezone?: string;
  readonly language?: string;
}

/** Oddities, the first of each kind in words and how often it was met. */
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
