/** What is between `<!` or `<?` and its end, and which text does it add? */
import { DOUBLE_QUOTE, GREATER, LESS, note, openAfter, SINGLE_QUOTE, skipSpace, unfinishedTag } from './state.ts';
import type { Reader } from './state.ts';

const CLOSING_BRACKET = 93;

/** `<!--…-->`, `<![CDATA[…]]>`, `<!DOCTYPE …>` and similar. */
export function declaration(reader: Reader, at: number): number {
  const { source } = reader;
  if (source.startsWith('[CDATA[', at + 2)) return cdata(reader, at + 9);
  if (source.startsWith('--', at + 2)) {
    const end = reader.noCommentEnd ? -1 : source.indexOf('-->', at + 4);
    if (end >= 0) return end + 3;
    reader.noCommentEnd = true;
    note(reader.issues, 'unclosed-comment', 'A comment has no end; only its start was skipped.');
  }
  const end = source.indexOf('>', at + 2);
  if (end < 0) return unfinishedTag(reader);
  const inside = source.slice(at + 2, end);
  const subset = inside.indexOf('[');
  return subset >= 0 && /^doctype/i.test(inside) ? subsetEnd(reader, at + 3 + subset) : end + 1;
}

/** Skips the internal subset of a document type. Its entities are never expanded. */
function subsetEnd(reader: Reader, from: number): number {
  const { source } = reader;
  // After one subset with unmatched quotes was searched to the end of the document, do not search again for the next.
  for (let i = from; i < source.length && !reader.noSubsetEnd; i++) {
    const code = source.charCodeAt(i);
    let end = i;
    if (code === DOUBLE_QUOTE) end = source.indexOf('"', i + 1);
    else if (code === SINGLE_QUOTE) end = source.indexOf("'", i + 1);
    else if (code === LESS && source.startsWith('<!--', i)) end = source.indexOf('-->', i + 4);
    else if (code === CLOSING_BRACKET) {
      const next = skipSpace(source, i + 1);
      if (source.charCodeAt(next) === GREATER) return next + 1;
    }
    if (end < 0) break;
    i = end;
  }
  reader.noSubsetEnd = true;
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

/** Ends at `?>`, or at the first `>`, because `<?xml … >` occurs too. */
export function instruction(reader: Reader, at: number): number {
  const { source } = reader;
  const bracket = openAfter(reader, at + 2);
  const limit = bracket < 0 ? source.length : bracket;
  const end = source.slice(at + 2, limit).indexOf('>');
  return end < 0 ? limit : at + 2 + end + 1;
}
