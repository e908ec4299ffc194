/** Which elements does a document contain that is XML, or nearly XML? One pass, never an error; repairs become issues. */
import type { ParseIssue } from '../../model/feed.ts';
import { closeDownTo, NO_CHILDREN } from './elements.ts';
import { decodeReferences } from './entities.ts';
import { outerScope } from './names.ts';
import { DOCUMENT_KIND } from './repair.ts';
import { declaration, instruction } from './sections.ts';
import { hasReference, note, openAfter, SLASH } from './state.ts';
import type { Open, Reader, XmlDocument, XmlLimits } from './state.ts';
import { endTag, startTag } from './tags.ts';

export type { XmlDocument, XmlElement, XmlLimits } from './state.ts';

const EXCLAMATION = 33;
const QUESTION = 63;

export function readXml(text: string, limits: XmlLimits): XmlDocument {
  const source = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const top: Open = {
    element: { name: '', attributes: [], children: NO_CHILDREN, text: '', at: 0, closed: true },
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
    noSubsetEnd: false,
    inFeed: false,
    lastRoot: undefined,
    cutOff: false,
    issues,
    undeclared,
  };
  readAll(reader);
  return { roots: top.element.children, issues: [...issues.values()] };
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
      // The text belongs to the element that is open now; a start tag may close it.
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
      note(reader.issues, 'lone-bracket', 'A single "<" was read as text.');
      scanFrom = at + 1;
    } else {
      scanFrom = textFrom = next;
    }
  }
  addText(reader, textFrom, source.length);
  if (reader.open.length > 1 && reader.top !== reader.lastRoot) {
    note(reader.issues, 'truncated', `The document ends inside <${reader.top.written}>.`);
    // If the document ends between two fields, the fields that are there are complete.
    if (reader.top.kind.isContainer && !reader.cutOff) closeDownTo(reader, 1);
  }
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58 || code >= 128;
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
