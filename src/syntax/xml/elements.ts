/** Which elements does a tag open and close? */
import { attributeName, elementKind, innerScope, isDeclaration, withDefault } from './names.ts';
import type { XmlScope } from './names.ts';
import { closesOpen, isStructure, vocabularyOfRoot } from './repair.ts';
import { note } from './state.ts';
import type { Open, OpenElement, Reader, XmlElement } from './state.ts';

const NONE: readonly string[] = [];
/** Shared by all elements without children. */
export const NO_CHILDREN: readonly XmlElement[] = [];
const X = 120;

/**
 * @param attributes  names as written and values, alternating
 * @param next        offset where reading continues
 * @returns           `next`
 */
export function openElement(
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
    note(reader.issues, 'too-deep', `Elements are nested more than ${reader.limits.maxDepth} levels deep.`);
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
  // The list was created here for this element alone.
  else (parent.children as XmlElement[]).push(element);
  if (!empty) {
    reader.top = { element, kind, written, scope };
    reader.open.push(reader.top);
  }
  return next;
}

/** An entry after the end tag of the feed: the end tag came too early. */
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

/** The name of the root decides if its default namespace is missing or unknown. */
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

/** @param at  offset of the end tag */
export function closeNamed(reader: Reader, written: string, at: number): void {
  const lower = written.toLowerCase();
  const { open } = reader;
  if (reader.beyond > 0) {
    // The end tag of a structural element closes everything that was opened inside it.
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

/** The end tag of the feed inside an entry whose own end tag is still to come. */
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

export function closeTop(reader: Reader): void {
  const { open } = reader;
  open.pop();
  reader.top.element.closed = true;
  if (open.length === 1) reader.lastRoot = reader.top;
  // The document itself is never closed.
  reader.top = open[open.length - 1] as Open;
}

/** Closes elements until `depth` of them are open, including the document. */
export function closeDownTo(reader: Reader, depth: number): void {
  while (reader.open.length > depth) closeTop(reader);
}
