/** Which state do the parts of the XML reader share: tags.ts, sections.ts, elements.ts? */
import type { ParseIssue } from '../../model/feed.ts';
import type { XmlScope } from './names.ts';
import type { ElementKind } from './repair.ts';

export interface XmlElement {
  /** Lower case, with the usual prefix of its namespace: `title`, `atom:link`, `dc:creator`. */
  readonly name: string;
  /** Names (lower case, usual prefix) and values, alternating; without namespace declarations. */
  readonly attributes: readonly string[];
  readonly children: readonly XmlElement[];
  /** The text directly inside, with references resolved and CDATA included. */
  readonly text: string;
  /** Position of this element in its parent's `text`. */
  readonly at: number;
  /** False if the document ended before its end tag. */
  readonly closed: boolean;
}

export interface XmlDocument {
  /** The elements at the top level; exactly one in a well-formed document. */
  readonly roots: readonly XmlElement[];
  readonly issues: readonly ParseIssue[];
}

export interface XmlLimits {
  readonly maxDepth: number;
  /** For each element. */
  readonly maxAttributes: number;
}

/** An element that is still being read. */
export interface OpenElement extends XmlElement {
  attributes: readonly string[];
  children: readonly XmlElement[];
  text: string;
  closed: boolean;
}

export interface Open {
  readonly element: OpenElement;
  readonly kind: ElementKind;
  readonly written: string;
  readonly scope: XmlScope;
}

export interface Reader {
  readonly source: string;
  readonly limits: XmlLimits;
  readonly open: Open[];
  top: Open;
  /** Number of open elements beyond the depth limit; they are not kept. */
  beyond: number;
  /** Cached positions of the next `<` and `&`; they keep repeated look-ahead linear. */
  nextOpen: number;
  nextReference: number;
  /** Next end tag of an entry; searched when the feed seems to end inside one. */
  nextEntryEnd: number;
  /** Position after which no such quote follows. */
  noDouble: number;
  noSingle: number;
  noCommentEnd: boolean;
  noCdataEnd: boolean;
  /** True after the internal subset of a document type had no end. */
  noSubsetEnd: boolean;
  /** True after the root of a feed was found; markup before it is ignored. */
  inFeed: boolean;
  /** The element at the top level that was closed last. */
  lastRoot: Open | undefined;
  /** True if the document ended inside a tag or a section. */
  cutOff: boolean;
  readonly issues: Map<string, ParseIssue>;
  readonly undeclared: (prefix: string) => void;
}

export const LESS = 60;
export const GREATER = 62;
export const SLASH = 47;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;

/** Records the first issue of each kind; documents repeat their mistakes. */
export function note(issues: Map<string, ParseIssue>, code: string, message: string): void {
  if (!issues.has(code)) issues.set(code, { code, message });
}

/** Offset of the next `<`, or -1. */
export function openAfter(reader: Reader, from: number): number {
  if (reader.nextOpen < from) {
    const at = reader.source.indexOf('<', from);
    reader.nextOpen = at < 0 ? Infinity : at;
  }
  return reader.nextOpen === Infinity ? -1 : reader.nextOpen;
}

/** True if there is a `&` in the range. */
export function hasReference(reader: Reader, from: number, to: number): boolean {
  if (reader.nextReference < from) {
    const at = reader.source.indexOf('&', from);
    reader.nextReference = at < 0 ? Infinity : at;
  }
  return reader.nextReference < to;
}

export function skipSpace(source: string, from: number): number {
  let i = from;
  while (source.charCodeAt(i) <= 32) i++;
  return i;
}

/** The document ends inside a tag; the tag is ignored. */
export function unfinishedTag(reader: Reader): number {
  note(reader.issues, 'truncated', 'The document ends inside a tag.');
  reader.cutOff = true;
  return reader.source.length;
}
