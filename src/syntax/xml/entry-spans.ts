/** Where are the entries in the bytes of a feed? Found without decoding, so that known entries cost nothing. */

export interface EntrySpan {
  /** Offset of the `<` of the start tag. */
  readonly start: number;
  /** Offset after the `>` of the end tag. */
  readonly end: number;
}

export interface CutDocument {
  /** Element name of the entries. */
  readonly name: 'item' | 'entry';
  readonly spans: readonly EntrySpan[];
  /** The document ends inside another entry. */
  readonly hasOpenTail: boolean;
}

/** The root is searched in this many first bytes; it is usually at the very beginning. */
const HEAD_BYTES = [512, 8192];
const ROOT = /<(rss|rdf:RDF|feed)[\s>]/;
const ESCAPE = 0x1b;
/** Maximum white space inside an end tag. */
const MAX_END_TAG_SPACE = 8;

/**
 * Cuts a document into its entries, `<item>` or `<entry>`.
 *
 * CDATA sections and comments are recognised. Unusual documents give `undefined` and must be read as a whole: charsets
 * that do not extend ASCII, prefixed or empty entry elements, nested entries, stray end tags, sections without an end.
 */
export function cutDocument(document: Uint8Array): CutDocument | undefined {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const root = rootName(bytes);
  // ISO-2022 encodes its characters with ASCII bytes after escapes.
  if (root === undefined || bytes.includes(ESCAPE)) return undefined;
  return root === 'feed' ? cut(bytes, ENTRY) : cut(bytes, ITEM);
}

function rootName(bytes: Buffer): string | undefined {
  for (const length of HEAD_BYTES) {
    const found = ROOT.exec(bytes.toString('latin1', 0, length));
    if (found !== null) return found[1];
  }
  return undefined;
}

/** Short search strings: Node searches up to seven bytes with memchr, twice as fast as longer ones. */
interface Tags {
  readonly name: 'item' | 'entry';
  readonly start: Buffer;
  readonly end: Buffer;
}

const ITEM: Tags = { name: 'item', start: Buffer.from('<item'), end: Buffer.from('</item') };
const ENTRY: Tags = { name: 'entry', start: Buffer.from('<entry'), end: Buffer.from('</entry') };
/** Start of CDATA, a comment or a declaration. */
const SECTION = Buffer.from('<!');
const COMMENT_END = Buffer.from('-->');
const CDATA_END = Buffer.from(']]>');

/** Next position of a search string; searched again only after the reader has passed it. */
interface Search {
  readonly needle: Buffer;
  at: number;
}

function advance(search: Search, bytes: Buffer, from: number): number {
  if (search.at < from) {
    const at = bytes.indexOf(search.needle, from);
    search.at = at < 0 ? Infinity : at;
  }
  return search.at;
}

function cut(bytes: Buffer, tags: Tags): CutDocument | undefined {
  const startTag: Search = { needle: tags.start, at: -1 };
  const endTag: Search = { needle: tags.end, at: -1 };
  const sections: Search = { needle: SECTION, at: -1 };
  const spans: EntrySpan[] = [];
  let open = -1;
  let from = 0;
  for (;;) {
    const start = advance(startTag, bytes, from);
    const end = advance(endTag, bytes, from);
    const section = advance(sections, bytes, from);
    const next = Math.min(start, end, section);
    if (next === Infinity) return { name: tags.name, spans, hasOpenTail: open >= 0 };
    if (next === section) {
      from = sectionEnd(bytes, section);
      if (from === 0) return undefined;
    } else if (!endsName(bytes[next + (next === start ? tags.start : tags.end).length])) {
      // `<items>`, or an attribute of that name.
      from = next + 1;
    } else if (next === start) {
      if (open >= 0) return undefined;
      open = start;
      from = start + tags.start.length;
    } else {
      from = bytes.indexOf(GREATER, end) + 1;
      if (open < 0 || from === 0 || from > end + tags.end.length + MAX_END_TAG_SPACE) return undefined;
      spans.push({ start: open, end: from });
      open = -1;
    }
  }
}

const HYPHEN = 45;
const SLASH = 47;
const GREATER = 62;
const BRACKET = 91;

/** Offset after a CDATA section or comment, or inside a declaration; 0 if it has no end. */
function sectionEnd(bytes: Buffer, at: number): number {
  const kind = bytes[at + 2];
  if (kind !== HYPHEN && kind !== BRACKET) return at + 2;
  const end = kind === HYPHEN ? bytes.indexOf(COMMENT_END, at + 4) : bytes.indexOf(CDATA_END, at + 3);
  return end < 0 ? 0 : end + 3;
}

/** `<item/>` is also an entry: its name ends here, and the missing end tag is noticed later. */
function endsName(code: number | undefined): boolean {
  return code !== undefined && (code === GREATER || code === SLASH || code <= 32);
}
