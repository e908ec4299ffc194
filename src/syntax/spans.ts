/** Which stretches of a feed document's bytes are its entries? Told without decoding, so that known ones cost nothing. */

export interface EntrySpan {
  /** Offset of the `<` of the start tag. */
  readonly start: number;
  /** Offset after the `>` of the end tag. */
  readonly end: number;
}

export interface CutDocument {
  readonly spans: readonly EntrySpan[];
  /** The document ends inside one more entry. */
  readonly hasOpenTail: boolean;
}

const HEAD_LENGTH = 65_536;
const ROOT = /<(?:rss|rdf:RDF|feed)[\s>]/;
const FIRST_ENTRY = /<(item|entry)[\s>]/;
const ESCAPE = '\x1b';
/** How much white space an end tag may hold. */
const MAX_END_TAG_SPACE = 8;

/**
 * Cuts a document into its entries, `<item>` or `<entry>`.
 *
 * CDATA sections and comments are seen for what they are. What is out of the ordinary (another charset than an
 * extension of ASCII, prefixed or empty entry elements, entries inside entries, stray end tags, sections without an
 * end) gives `undefined`: such a document has to be read whole.
 */
export function cutDocument(document: Uint8Array): CutDocument | undefined {
  // One character for each byte, so that offsets are the same.
  const text = Buffer.from(document.buffer, document.byteOffset, document.byteLength).toString('latin1');
  const head = text.slice(0, HEAD_LENGTH);
  // ISO-2022 writes its characters with the bytes of ASCII, behind escapes.
  if (!ROOT.test(head) || text.includes(ESCAPE)) return undefined;
  const name = FIRST_ENTRY.exec(head)?.[1];
  return name === undefined ? undefined : cut(text, name);
}

/** Where a needle comes next; looked for again only when the reader has passed it. */
interface Search {
  readonly needle: string;
  at: number;
}

function search(needle: string): Search {
  return { needle, at: -1 };
}

function advance(found: Search, text: string, from: number): number {
  if (found.at < from) {
    const at = text.indexOf(found.needle, from);
    found.at = at < 0 ? Infinity : at;
  }
  return found.at;
}

function cut(text: string, name: string): CutDocument | undefined {
  const startTag = search(`<${name}`);
  const endTag = search(`</${name}`);
  const cdata = search('<![CDATA[');
  const comment = search('<!--');
  const spans: EntrySpan[] = [];
  let open = -1;
  let from = 0;
  for (;;) {
    const start = advance(startTag, text, from);
    const end = advance(endTag, text, from);
    const section = Math.min(advance(cdata, text, from), advance(comment, text, from));
    const next = Math.min(start, end, section);
    if (next === Infinity) return { spans, hasOpenTail: open >= 0 };
    if (next === section) {
      from = sectionEnd(text, section);
      if (from === 0) return undefined;
    } else if (!endsName(text, next + (next === start ? startTag : endTag).needle.length)) {
      // `<items>`, or an attribute of that name.
      from = next + 1;
    } else if (next === start) {
      if (open >= 0) return undefined;
      open = start;
      from = start + startTag.needle.length;
    } else {
      from = text.indexOf('>', end) + 1;
      if (open < 0 || from === 0 || from > end + endTag.needle.length + MAX_END_TAG_SPACE) return undefined;
      spans.push({ start: open, end: from });
      open = -1;
    }
  }
}

/** Offset after a CDATA section or comment; 0 when it has no end. */
function sectionEnd(text: string, at: number): number {
  const isComment = text.charCodeAt(at + 2) === HYPHEN;
  const end = text.indexOf(isComment ? '-->' : ']]>', at + (isComment ? 4 : 9));
  return end < 0 ? 0 : end + 3;
}

const HYPHEN = 45;
const SLASH = 47;
const GREATER = 62;

/** `<item/>` is an entry too, an empty one: the name has ended, and the missing end tag will be noticed. */
function endsName(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === GREATER || code === SLASH || code <= 32;
}
