/** What does a document say that is XML, or was meant to be? One pass, never an error; what was repaired is an issue. */
import type { ParseIssue } from '../model/feed.ts';
import { decodeReferences } from './xml-entities.ts';
import { attributeName, elementKind, innerScope, isDeclaration, outerScope, withDefault } from './xml-names.ts';
import type { XmlScope } from './xml-names.ts';
import { closesOpen, DOCUMENT_KIND, isStructure, vocabularyOfRoot } from './xml-repair.ts';
import type { ElementKind } from './xml-repair.ts';

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

interface OpenElement extends XmlElement {
  attributes: readonly string[];
  children: readonly XmlElement[];
  text: string;
  closed: boolean;
}

interface Open {
  readonly element: OpenElement;
  readonly kind: ElementKind;
  readonly written: string;
  readonly scope: XmlScope;
}

interface Reader {
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
  /** The root of a feed was seen; markup in front of it is junk. */
  inFeed: boolean;
  /** The element at the top of the document that was closed last. */
  lastRoot: Open | undefined;
  /** The document ended inside a tag or a section. */
  cutOff: boolean;
  readonly issues: Map<string, ParseIssue>;
  readonly undeclared: (prefix: string) => void;
}

const NONE: readonly string[] = [];
const NO_CHILDREN: readonly XmlElement[] = [];
const LESS = 60;
const GREATER = 62;
const SLASH = 47;
const EXCLAMATION = 33;
const QUESTION = 63;
const EQUALS = 61;
const DOUBLE = 34;
const SINGLE = 39;
const CLOSING_BRACKET = 93;
const X = 120;

export function readXml(text: string, limits: XmlLimits): XmlDocument {
  const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const top: Open = {
    element: { name: '', attributes: NONE, children: NO_CHILDREN, text: '', at: 0, closed: true },
    written: '',
    scope: outerScope(),
    kind: DOCUMENT_KIND,
  };
  const issues = new Map<string, ParseIssue>();
  const undeclared = (prefix: string): void => {
    note(issues, 'undeclared-prefix', `The prefix "${prefix}" is used without a declaration.`);
  };
  const reader: Reader = {
    source,
    limits,
    open: [top],
    top,
    beyond: 0,
    nextOpen: -1,
    nextReference: -1,
    nextEntryEnd: -1,
    noDouble: Infinity,
    noSingle: Infinity,
    noCommentEnd: false,
    noCdataEnd: false,
    inFeed: false,
    lastRoot: undefined,
    cutOff: false,
    issues,
    undeclared,
  };
  readAll(reader);
  return { roots: top.element.children, issues: [...issues.values()] };
}

function note(issues: Map<string, ParseIssue>, code: string, message: string): void {
  if (!issues.has(code)) issues.set(code, { code, message });
}

function readAll(reader: Reader): void {
  const { source } = reader;
  let textFrom = 0;
  let scanFrom = 0;
  for (;;) {
    const at = openAfter(reader, scanFrom);
    if (at < 0) break;
    const code = source.charCodeAt(at + 1);
    let next: number;
    if (isNameStart(code)) {
      // The text belongs to the element that is open now, and a start tag may close it.
      if (at > textFrom) addText(reader, textFrom, at);
      textFrom = at;
      next = startTag(reader, at);
    } else if (code === SLASH) {
      if (at > textFrom) addText(reader, textFrom, at);
      textFrom = at;
      next = endTag(reader, at);
    } else if (code === EXCLAMATION || code === QUESTION) {
      if (at > textFrom) addText(reader, textFrom, at);
      textFrom = at;
      next = code === QUESTION ? instruction(reader, at) : declaration(reader, at);
    } else {
      next = -1;
    }
    if (next < 0) {
      note(reader.issues, 'lone-bracket', 'A "<" stands alone; it was read as text.');
      scanFrom = at + 1;
    } else {
      scanFrom = textFrom = next;
    }
  }
  addText(reader, textFrom, source.length);
  if (reader.open.length > 1 && reader.top !== reader.lastRoot) {
    note(reader.issues, 'truncated', `The document ends inside <${reader.top.written}>.`);
    // Between two fields nothing was lost of those that are there.
    if (reader.top.kind.isContainer && !reader.cutOff) closeDownTo(reader, 1);
  }
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 128;
}

function openAfter(reader: Reader, from: number): number {
  if (reader.nextOpen < from) {
    const at = reader.source.indexOf('<', from);
    reader.nextOpen = at < 0 ? Infinity : at;
  }
  return reader.nextOpen === Infinity ? -1 : reader.nextOpen;
}

function hasReference(reader: Reader, from: number, to: number): boolean {
  if (reader.nextReference < from) {
    const at = reader.source.indexOf('&', from);
    reader.nextReference = at < 0 ? Infinity : at;
  }
  return reader.nextReference < to;
}

function addText(reader: Reader, from: number, to: number): void {
  const { source, top } = reader;
  if (top.kind.isContainer) {
    let i = from;
    while (i < to && source.charCodeAt(i) <= 32) i++;
    if (i === to) return;
  }
  const raw = source.slice(from, to);
  const text = hasReference(reader, from, to) ? decodeReferences(raw) : raw;
  const { element } = top;
  element.text = element.text === '' ? text : element.text + text;
}

/** `<!--…-->`, `<![CDATA[…]]>`, `<!DOCTYPE …>` and the like. */
function declaration(reader: Reader, at: number): number {
  const { source } = reader;
  if (source.startsWith('[CDATA[', at + 2)) return cdata(reader, at + 9);
  if (source.startsWith('--', at + 2)) {
    const end = reader.noCommentEnd ? -1 : source.indexOf('-->', at + 4);
    if (end >= 0) return end + 3;
    reader.noCommentEnd = true;
    note(reader.issues, 'unclosed-comment', 'A comment has no end; only its first tag was skipped.');
  }
  const end = source.indexOf('>', at + 2);
  if (end < 0) return unfinishedTag(reader);
  const inside = source.slice(at + 2, end);
  const subset = inside.indexOf('[');
  return subset >= 0 && /^doctype/i.test(inside) ? subsetEnd(source, at + 3 + subset) : end + 1;
}

/** The internal subset of a document type is skipped, its entities are never expanded. */
function subsetEnd(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    const code = source.charCodeAt(i);
    let end = i;
    if (code === DOUBLE) end = source.indexOf('"', i + 1);
    else if (code === SINGLE) end = source.indexOf("'", i + 1);
    else if (code === LESS && source.startsWith('<!--', i)) end = source.indexOf('-->', i + 4);
    else if (code === CLOSING_BRACKET) {
      const next = skipSpace(source, i + 1);
      if (source.charCodeAt(next) === GREATER) return next + 1;
    }
    if (end < 0) break;
    i = end;
  }
  const end = source.indexOf(']>', from);
  return end < 0 ? source.length : end + 2;
}

function cdata(reader: Reader, from: number): number {
  const { source } = reader;
  const { element, written } = reader.top;
  let end = reader.noCdataEnd ? -1 : source.indexOf(']]>', from);
  let next = end + 3;
  if (end < 0) {
    reader.noCdataEnd = true;
    note(reader.issues, 'unclosed-cdata', `A CDATA section in <${written}> has no end.`);
    const endTag = source.indexOf(`</${written}`, from);
    reader.cutOff = endTag < 0;
    end = next = endTag < 0 ? source.length : endTag;
  }
  const text = source.slice(from, end);
  element.text = element.text === '' ? text : element.text + text;
  return next;
}

/** Ends at `?>`, or, as `<?xml … >` is written now and then, at the first bracket. */
function instruction(reader: Reader, at: number): number {
  const { source } = reader;
  const bracket = openAfter(reader, at + 2);
  const limit = bracket < 0 ? source.length : bracket;
  const end = source.slice(at + 2, limit).indexOf('>');
  return end < 0 ? limit : at + 2 + end + 1;
}

/** @returns where to read on, or -1 when this is no tag after all */
function startTag(reader: Reader, at: number): number {
  const { source } = reader;
  let i = at + 2;
  let code = source.charCodeAt(i);
  while (code > GREATER || (code > 32 && code !== SLASH && code !== GREATER && code !== LESS)) {
    code = source.charCodeAt(++i);
  }
  const written = source.slice(at + 1, i);
  if (code === GREATER) return openElement(reader, written, NONE, false, i + 1);
  if (code === SLASH && source.charCodeAt(i + 1) === GREATER) return openElement(reader, written, NONE, true, i + 2);
  return attributesAndOpen(reader, written, i);
}

function attributesAndOpen(reader: Reader, written: string, from: number): number {
  const { source } = reader;
  const { maxAttributes } = reader.limits;
  const attributes: string[] = [];
  let hasValue = false;
  let i = from;
  for (;;) {
    const code = source.charCodeAt(i);
    if (code === GREATER) return openElement(reader, written, attributes, false, i + 1);
    if (code === SLASH && source.charCodeAt(i + 1) === GREATER) {
      return openElement(reader, written, attributes, true, i + 2);
    }
    if (code === LESS) {
      // Its `>` is missing; without a value and a name that we know it may also be text.
      if (!hasValue && !isStructure(written.toLowerCase())) return -1;
      return openElement(reader, written, attributes, false, i);
    }
    if (code !== code) return unfinishedTag(reader);
    if (code <= 32 || code === SLASH || code === DOUBLE || code === SINGLE || code === EQUALS) {
      i++;
      continue;
    }
    const nameEnd = attributeNameEnd(source, i);
    const name = source.slice(i, nameEnd);
    i = skipSpace(source, nameEnd);
    let value = '';
    if (source.charCodeAt(i) === EQUALS) {
      hasValue = true;
      const start = skipSpace(source, i + 1);
      i = valueEnd(reader, start);
      const quote = source.charCodeAt(start);
      const quoted = quote === DOUBLE || quote === SINGLE;
      const valueFrom = quoted ? start + 1 : start;
      const raw = source.slice(valueFrom, i);
      value = hasReference(reader, valueFrom, i) ? decodeReferences(raw) : raw;
      if (quoted && source.charCodeAt(i) === quote) i++;
    }
    if (attributes.length < 2 * maxAttributes) attributes.push(name, value);
    else note(reader.issues, 'too-many-attributes', `<${written}> has more than ${maxAttributes} attributes.`);
  }
}

/** The document ends inside a tag: the tag is nobody's. */
function unfinishedTag(reader: Reader): number {
  note(reader.issues, 'truncated', 'The document ends inside a tag.');
  reader.cutOff = true;
  return reader.source.length;
}

function skipSpace(source: string, from: number): number {
  let i = from;
  while (source.charCodeAt(i) <= 32) i++;
  return i;
}

function attributeNameEnd(source: string, from: number): number {
  let i = from + 1;
  let code = source.charCodeAt(i);
  while (code > GREATER || (code > 32 && code !== SLASH && code !== EQUALS && code !== GREATER && code !== LESS)) {
    code = source.charCodeAt(++i);
  }
  return i;
}

/** Where the value that begins at `start` ends: its closing quote, or where it must have ended. */
function valueEnd(reader: Reader, start: number): number {
  const { source } = reader;
  const quote = source.charCodeAt(start);
  if (quote !== DOUBLE && quote !== SINGLE) return unquotedEnd(source, start);
  const end = closingQuote(reader, quote, start + 1);
  const bracket = openAfter(reader, start + 1);
  if (end >= 0 && (bracket < 0 || end < bracket)) return end;
  // A `<` inside the value: if the tag ends before it, or the line does before the quote, the closing quote is missing.
  const before = source.slice(start + 1, bracket < 0 ? source.length : bracket).indexOf('>');
  if (end >= 0 && before < 0 && !source.slice(start, end).includes('\n')) return end;
  note(reader.issues, 'unclosed-quote', 'An attribute has no closing quote.');
  if (before >= 0) return start + 1 + before;
  return bracket < 0 ? source.length : bracket;
}

function closingQuote(reader: Reader, quote: number, from: number): number {
  if (from >= (quote === DOUBLE ? reader.noDouble : reader.noSingle)) return -1;
  const end = reader.source.indexOf(quote === DOUBLE ? '"' : "'", from);
  if (end < 0) {
    if (quote === DOUBLE) reader.noDouble = from;
    else reader.noSingle = from;
  }
  return end;
}

function unquotedEnd(source: string, start: number): number {
  let i = start;
  let code = source.charCodeAt(i);
  while (code > 32 && code !== GREATER && code !== LESS && code !== DOUBLE && code !== SINGLE) {
    if (code === SLASH && source.charCodeAt(i + 1) === GREATER) break;
    code = source.charCodeAt(++i);
  }
  return i;
}

function openElement(
  reader: Reader,
  written: string,
  attributes: readonly string[],
  selfClosing: boolean,
  next: number,
): number {
  if (reader.beyond > 0) {
    if (!selfClosing) reader.beyond++;
    return next;
  }
  if (reader.open.length === 1 && isLateEntry(written)) reopenRoot(reader);
  const scope = scopeFor(reader, written, attributes);
  const kind = elementKind(scope, written, reader.undeclared);
  const empty = selfClosing || kind.isVoid;
  const outer = closesOpen(kind, reader.top.kind, reader.open);
  if (outer > 0) {
    note(reader.issues, 'unclosed-element', `<${reader.top.written}> has no end tag.`);
    closeDownTo(reader, outer);
  }
  if (reader.open.length > reader.limits.maxDepth) {
    note(reader.issues, 'too-deep', `Elements are nested more than ${reader.limits.maxDepth} deep.`);
    if (!empty) reader.beyond = 1;
    return next;
  }
  const parent = reader.top.element;
  const element: OpenElement = {
    name: kind.name,
    attributes: attributes.length === 0 ? NONE : namedAttributes(scope, attributes, reader.undeclared),
    children: NO_CHILDREN,
    text: '',
    at: parent.text.length,
    closed: empty,
  };
  if (parent.children === NO_CHILDREN) parent.children = [element];
  // The list was made here for this element alone.
  else (parent.children as XmlElement[]).push(element);
  if (!empty) {
    reader.top = { element, kind, written, scope };
    reader.open.push(reader.top);
  }
  return next;
}

/** An entry behind the end of the feed: the end came too early. */
function isLateEntry(written: string): boolean {
  return written === 'item' || written === 'entry';
}

function reopenRoot(reader: Reader): void {
  const { lastRoot } = reader;
  if (lastRoot?.kind.isFrame !== true) return;
  note(reader.issues, 'early-end', `Entries follow the end of <${lastRoot.written}>.`);
  reader.open.push(lastRoot);
  reader.top = lastRoot;
}

function scopeFor(reader: Reader, written: string, attributes: readonly string[]): XmlScope {
  const { scope } = reader.top;
  let inner = scope;
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i] ?? '';
    if (name.charCodeAt(0) === X && isDeclaration(name)) {
      inner = innerScope(scope, attributes);
      break;
    }
  }
  return reader.inFeed ? inner : rootScope(reader, inner, written);
}

/** The root's own name outweighs a missing or strange default namespace. */
function rootScope(reader: Reader, scope: XmlScope, written: string): XmlScope {
  const vocabulary = vocabularyOfRoot(written.toLowerCase());
  if (vocabulary === undefined) return scope;
  reader.inFeed = true;
  return scope.defaultPrefix === vocabulary ? scope : withDefault(scope, vocabulary);
}

function namedAttributes(
  scope: XmlScope,
  attributes: readonly string[],
  undeclared: (prefix: string) => void,
): readonly string[] {
  const named: string[] = [];
  for (let i = 0; i < attributes.length; i += 2) {
    const written = attributes[i] ?? '';
    if (written.charCodeAt(0) === X && isDeclaration(written)) continue;
    named.push(attributeName(scope, written, undeclared), attributes[i + 1] ?? '');
  }
  return named;
}

function endTag(reader: Reader, at: number): number {
  const { source, top } = reader;
  const { written } = top;
  const after = at + 2 + written.length;
  // What a good document has: the name of the element that is open, as it was written there.
  if (reader.beyond === 0 && source.charCodeAt(after) === GREATER && source.startsWith(written, at + 2)) {
    if (reader.open.length > 1) close(reader);
    return after + 1;
  }
  let i = at + 2;
  let code = source.charCodeAt(i);
  while (code > GREATER || (code > 32 && code !== GREATER && code !== LESS)) code = source.charCodeAt(++i);
  const name = source.slice(at + 2, i);
  while (code === code && code !== GREATER && code !== LESS) code = source.charCodeAt(++i);
  // A tag that breaks off is not trusted with more than the element at hand.
  if (code === GREATER || name.toLowerCase() === written.toLowerCase()) closeNamed(reader, name, at);
  return code === GREATER ? i + 1 : i;
}

function closeNamed(reader: Reader, written: string, at: number): void {
  const lower = written.toLowerCase();
  const { open } = reader;
  if (reader.beyond > 0) {
    // What the feed is made of ends all that was opened inside it and never closed.
    if (!isStructure(lower)) {
      reader.beyond--;
      return;
    }
    reader.beyond = 0;
  }
  for (let depth = open.length - 1; depth > 0; depth--) {
    if (open[depth]?.written.toLowerCase() === lower) {
      if (isEarlyEnd(reader, depth, at)) break;
      if (depth < open.length - 1) note(reader.issues, 'unclosed-element', `<${reader.top.written}> has no end tag.`);
      closeDownTo(reader, depth);
      return;
    }
  }
  note(reader.issues, 'stray-end-tag', `</${written}> closes nothing.`);
}

/** The end of the feed inside an entry whose own end tag is still to come. */
function isEarlyEnd(reader: Reader, depth: number, at: number): boolean {
  const { open } = reader;
  if (depth === open.length - 1 || open[depth]?.kind.isFrame !== true) return false;
  const entry = open.findLast(({ kind }, i) => i > depth && kind.isEntry);
  if (entry === undefined) return false;
  if (reader.nextEntryEnd < at) {
    const next = reader.source.indexOf(`</${entry.written}`, at);
    reader.nextEntryEnd = next < 0 ? Infinity : next;
  }
  return reader.nextEntryEnd < Infinity;
}

function close(reader: Reader): void {
  const { open } = reader;
  open.pop();
  reader.top.element.closed = true;
  if (open.length === 1) reader.lastRoot = reader.top;
  // The document itself is never closed.
  reader.top = open[open.length - 1] as Open;
}

/** Closes elements until `depth` of them are open, the document counted. */
function closeDownTo(reader: Reader, depth: number): void {
  while (reader.open.length > depth) close(reader);
}
