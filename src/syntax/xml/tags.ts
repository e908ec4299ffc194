/** How are the name and the attributes of a tag read, however they are written? */
import { decodeReferences } from './entities.ts';
import { closeNamed, closeTop, openElement } from './elements.ts';
import { isStructure } from './repair.ts';
import {
  DOUBLE_QUOTE,
  GREATER,
  hasReference,
  LESS,
  note,
  openAfter,
  SINGLE_QUOTE,
  SLASH,
  skipSpace,
  unfinishedTag,
} from './state.ts';
import type { Reader } from './state.ts';

const EQUALS = 61;
const NONE: readonly string[] = [];

/** @returns the offset where reading continues, or -1 if this is not a tag */
export function startTag(reader: Reader, at: number): number {
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
      // Its `>` is missing; without a value and a known name it may also be text.
      if (!hasValue && !isStructure(written.toLowerCase())) return -1;
      return openElement(reader, written, attributes, false, i);
    }
    if (code !== code) return unfinishedTag(reader);
    if (code <= 32 || code === SLASH || code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === EQUALS) {
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
      const quoted = quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE;
      const valueFrom = quoted ? start + 1 : start;
      const raw = source.slice(valueFrom, i);
      value = hasReference(reader, valueFrom, i) ? decodeReferences(raw) : raw;
      if (quoted && source.charCodeAt(i) === quote) i++;
    }
    if (attributes.length < 2 * maxAttributes) attributes.push(name, value);
    else note(reader.issues, 'too-many-attributes', `<${written}> has more than ${maxAttributes} attributes.`);
  }
}

function attributeNameEnd(source: string, from: number): number {
  let i = from + 1;
  let code = source.charCodeAt(i);
  while (code > GREATER || (code > 32 && code !== SLASH && code !== EQUALS && code !== GREATER && code !== LESS)) {
    code = source.charCodeAt(++i);
  }
  return i;
}

/** End of the value that begins at `start`: its closing quote, or where it must have ended. */
function valueEnd(reader: Reader, start: number): number {
  const { source } = reader;
  const quote = source.charCodeAt(start);
  if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) return unquotedEnd(source, start);
  const end = closingQuote(reader, quote, start + 1);
  const bracket = openAfter(reader, start + 1);
  if (end >= 0 && (bracket < 0 || end < bracket)) return end;
  // A `<` inside the value: if the tag or the line ends before it, the closing quote is missing.
  const before = source.slice(start + 1, bracket < 0 ? source.length : bracket).indexOf('>');
  if (end >= 0 && before < 0 && !source.slice(start, end).includes('\n')) return end;
  note(reader.issues, 'unclosed-quote', 'An attribute has no closing quote.');
  if (before >= 0) return start + 1 + before;
  return bracket < 0 ? source.length : bracket;
}

function closingQuote(reader: Reader, quote: number, from: number): number {
  if (from >= (quote === DOUBLE_QUOTE ? reader.noDouble : reader.noSingle)) return -1;
  const end = reader.source.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", from);
  if (end < 0) {
    if (quote === DOUBLE_QUOTE) reader.noDouble = from;
    else reader.noSingle = from;
  }
  return end;
}

function unquotedEnd(source: string, start: number): number {
  let i = start;
  let code = source.charCodeAt(i);
  while (code > 32 && code !== GREATER && code !== LESS && code !== DOUBLE_QUOTE && code !== SINGLE_QUOTE) {
    if (code === SLASH && source.charCodeAt(i + 1) === GREATER) break;
    code = source.charCodeAt(++i);
  }
  return i;
}

/** @returns the offset where reading continues */
export function endTag(reader: Reader, at: number): number {
  const { source, top } = reader;
  const { written } = top;
  const after = at + 2 + written.length;
  // Fast path for well-formed documents: the name of the open element, as it was written there.
  if (reader.beyond === 0 && source.charCodeAt(after) === GREATER && source.startsWith(written, at + 2)) {
    if (reader.open.length > 1) closeTop(reader);
    return after + 1;
  }
  let i = at + 2;
  let code = source.charCodeAt(i);
  while (code > GREATER || (code > 32 && code !== GREATER && code !== LESS)) code = source.charCodeAt(++i);
  const name = source.slice(at + 2, i);
  while (code === code && code !== GREATER && code !== LESS) code = source.charCodeAt(++i);
  // An incomplete end tag closes only the current element.
  if (code === GREATER || name.toLowerCase() === written.toLowerCase()) closeNamed(reader, name, at);
  return code === GREATER ? i + 1 : i;
}
