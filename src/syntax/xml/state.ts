/** What does the XML reader know while it reads? Shared by its parts: xml-tags, xml-sections, xml-elements. */
import type { ParseIssue } from '../../model/feed.ts';
import type { XmlScope } from './names.ts';
import type { ElementKind } from './repair.ts';

export interface XmlElement {
  /** Lower case, with the usual prefix of its namespace: `title`, `atom:link`, `dc:creator`. */
  readonly name: string;
  /** Names (lower case, usual prefix) and values in turn; namespace declarations left out. */
  readonly attributes: readonly string[];
  readonly children: readonly XmlElement[];
  /** The text directly inside, references resolved, CDATA included. */
  readonly text: string;
  /** Where in the parent's `text` this element stands. */
  readonly at: number;
  /** False where the document ended first. */
  readonly closed: boolean;
}

export interface XmlDocument {
  /** The elements at the top; one in a good document. */
  readonly roots: readonly XmlElement[];
  readonly issues: readonly ParseIssue[];
}

export interface XmlLimits {
  readonly maxDepth: number;
  /** Of one element. */
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
  /** Elements open beyond the depth limit; not kept. */
  beyond: number;
  /** Next `<` and `&` at or after the place last asked for; what makes repeated looking ahead linear. */
  nextOpen: number;
  nextReference: number;
  /** Next end tag of an entry, asked for where the feed seems to end inside one. */
  nextEntryEnd: number;
  /** From where on there is no such quote any more. */
  noDouble: number;
  noSingle: number;
  noCommentEnd: boolean;
  noCdataEnd: boolean;
  /** A document type's internal subset did not end where it should. */
  noSubsetEnd: boolean;
  /** The root of a feed was seen; markup in front of it is junk. */
  inFeed: boolean;
  /** The element at the top of the document that was closed last. */
  lastRoot: Open | undefined;
  /** The document ended inside a tag or a section. */
  cutOff: boolean;
  readonly issues: Map<string, ParseIssue>;
  readonly undeclared: (prefix: string) => void;
}

export const LESS = 60;
export const GREATER = 62;
export const SLASH = 47;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;

/** The first of its kind; a document says the same thing wrong many times. */
export function note(issues: Map<string, ParseIssue>, code: string, message: string): void {
  if (!issues.has(code)) issues.set(code, { code, message });
}

/** Offset of the next `<`, -1 for none. */
export function openAfter(reader: Reader, from: number): number {
  if (reader.nextOpen < from) {
    const at = reader.source.indexOf('<', from);
    reader.nextOpen = at < 0 ? Infinity : at;
  }
  return reader.nextOpen === Infinity ? -1 : reader.nextOpen;
}

/** Whether there is a `&` in that stretch. */
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

/** The document ends inside a tag: the tag is nobody's. */
export function unfinishedTag(reader: Reader): number {
  note(reader.issues, 'truncated', 'The document ends inside a tag.');
  reader.cutOff = true;
  return reader.source.length;
}
