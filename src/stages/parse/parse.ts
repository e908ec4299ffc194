/** Which feed do these bytes contain, in any format, charset and condition? */
import { isUtf8 } from 'node:buffer';
import type { ParsedFeed, ParseFailure, ParseFailureKind, ParseOutcome } from '../../model/feed.ts';
import type { ParseLimits } from '../../model/settings.ts';
import { decodeBytes, decodesPiecewise } from '../../syntax/charset/decode.ts';
import { readJson } from '../../syntax/json.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import { cutSecrets } from '../../syntax/url/redact-url.ts';
import { readXml } from '../../syntax/xml/read.ts';
import { readAtom } from './atom.ts';
import { feedLinksOf } from './autodiscovery.ts';
import type { CanonicalFeed } from './canonical.ts';
import { isCdf, readCdf } from './cdf.ts';
import { issueLog } from './context.ts';
import type { EntryHashes, ReadContext } from './context.ts';
import { entriesOf } from './items.ts';
import { cutDeep, isJsonFeed, readJsonFeed } from './json-feed.ts';
import { entryHashes, hashEntries, withoutKnown } from './known.ts';
import type { HashedDocument } from './known.ts';
import { mapFeed } from './mapping.ts';
import { readRdf } from './rdf.ts';
import { readRss } from './rss.ts';

export interface ParseInput {
  readonly bytes: Uint8Array;
  /** The HTTP header, as received. */
  readonly contentType?: string;
  /** Address of the document, Content-Location applied. */
  readonly url?: string;
  /** Whether the address is secret as a whole: relative links start from its origin then. */
  readonly isPrivate?: boolean;
  /** IANA name, for dates without a zone. */
  readonly timezone?: string;
  /** For dates with words or an order that several languages use. */
  readonly language?: string;
  /** Epoch ms; relative dates such as `昨天` count from it. */
  readonly now: number;
  readonly limits: ParseLimits;
  /** Raw hashes of entries that need not be read. */
  readonly knownHashes?: ReadonlySet<string>;
  /** Makes the raw hash of an entry; absent: entries have none. */
  readonly hash?: (content: Uint8Array | string) => string;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Never throws because of the document: one that is not a feed gives a failure. */
export function parseDocument(input: ParseInput): ParseOutcome {
  if (input.bytes.length === 0) return failed('empty', 'The document is empty (0 bytes).');
  const hashed = input.hash && hashEntries(input.bytes, input.limits.maxEntries, input.hash);
  return (hashed && parseUnknown(input, hashed)) ?? parseBytes(input.bytes, input, hashed && entryHashes(hashed));
}

/**
 * Reads the document without its known entries. Undefined if the result may differ from reading all of it: if the charset
 * is only known from the whole document, or if the entries are not where their tags indicate.
 */
function parseUnknown(input: ParseInput, hashed: HashedDocument): ParseOutcome | undefined {
  const { bytes, contentType, knownHashes = NOTHING } = input;
  const left = knownHashes.size === 0 ? undefined : withoutKnown(bytes, hashed, knownHashes);
  if (left === undefined || !isUtf8(bytes) || !decodesPiecewise(left, contentType)) return undefined;
  const hashes = entryHashes(hashed);
  const outcome = parseBytes(left, input, hashes);
  return hashes.fits ? outcome : undefined;
}

function parseBytes(bytes: Uint8Array, input: ParseInput, hashes: EntryHashes | undefined): ParseOutcome {
  const { text, issues } = decodeBytes(bytes, input.contentType);
  const context = contextOf(input, hashes);
  for (const { code, message } of issues) context.issues.note(code, message);
  return parseText(text, input, context);
}

function contextOf(input: ParseInput, hashes: EntryHashes | undefined): ReadContext {
  const { now, timezone, language, limits, hash, knownHashes = NOTHING } = input;
  return {
    url: publicBase(input),
    limits,
    issues: issueLog(),
    known: knownHashes,
    skipped: [],
    ...(hashes !== undefined && { entryHashes: hashes }),
    ...(hash !== undefined && { hash }),
    dates: { now, ...(timezone !== undefined && { timezone }), ...(language !== undefined && { language }) },
  };
}

/** An empty link and `#top` become the address of the document itself: no key in it may get into a post. */
function publicBase({ url, isPrivate = false }: ParseInput): string | undefined {
  if (url === undefined) return undefined;
  return isPrivate && URL.canParse(url) ? new URL('/', cutSecrets(url)).href : cutSecrets(url);
}

function parseText(text: string, input: ParseInput, context: ReadContext): ParseOutcome {
  const start = /[^\s\0\ufeff]/.exec(text);
  if (start === null) return failed('empty', 'The document contains only white space.');
  if (start[0] === '{' || start[0] === '[') return parseJson(text.slice(start.index), context);
  if (looksBinary(text)) return failed('not-a-feed', 'The document is binary data, not text.');
  if (!text.includes('<')) return failed('not-a-feed', 'The document is plain text without any markup.');
  return parseXml(text, input, context);
}

function parseJson(text: string, context: ReadContext): ParseOutcome {
  const read = readJson(text.replace(/(?<![\s\0])[\s\0]+$/, ''), context.limits.maxDepth);
  if (read.kind === 'malformed') {
    return failed('malformed', `The document begins like JSON but is not JSON: ${read.message}.`);
  }
  const { value } = read;
  for (const { code, message } of read.issues) context.issues.note(code, message);
  if (cutDeep(value, context.limits.maxDepth)) {
    context.issues.note('too-deep', `Values are nested more than ${context.limits.maxDepth} levels deep.`);
  }
  const hasNothing = read.error !== undefined && !hasItems(value);
  if (hasNothing) return failed('malformed', `The document begins like JSON but is not JSON: ${read.error}.`);
  if (!isJsonFeed(value)) return failed('not-a-feed', 'The document is JSON, but not a JSON Feed: it has no items.');
  return finish(readJsonFeed(value, context), context);
}

/** Whether anything in a damaged document can still be read. */
function hasItems(value: unknown): boolean {
  return isJsonFeed(value) && Array.isArray(value['items']) && value['items'].length > 0;
}

function parseXml(text: string, input: ParseInput, context: ReadContext): ParseOutcome {
  const { roots, issues } = readXml(text, context.limits);
  const root = feedRoot(roots, 0) ?? looseEntries(roots);
  if (root === undefined || (isPage(text, roots) && !hasEntry(root))) return noFeed(text, roots, input);
  for (const { code, message } of issues) context.issues.note(code, message);
  return finish(readRoot(root, context), context);
}

const FEED_ROOTS = new Set(['rss', 'rdf:rdf', 'rdf', 'atom:feed', 'channel']);
/** How many elements of other markup may enclose a feed. */
const MAX_JUNK_DEPTH = 6;

/** The first feed; an empty one is skipped if another follows. */
function feedRoot(elements: readonly XmlElement[], depth: number): XmlElement | undefined {
  const roots = elements.filter(({ name }) => FEED_ROOTS.has(name));
  const here = roots.find(({ children }) => children.length > 0) ?? roots[0];
  if (here !== undefined || depth === MAX_JUNK_DEPTH) return here;
  for (const { children } of elements) {
    const inside = feedRoot(children, depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Entries without a feed around them: an Atom entry document (RFC 4287 §2), or the rest of a broken feed. */
function looseEntries(roots: readonly XmlElement[]): XmlElement | undefined {
  const first = roots.find(({ name }) => name === 'atom:entry' || name === 'item');
  if (first === undefined) return undefined;
  const name = first.name === 'item' ? 'rss' : 'atom:feed';
  return { name, attributes: [], children: roots, text: '', at: 0, closed: true };
}

function readRoot(root: XmlElement, context: ReadContext): CanonicalFeed {
  if (root.name === 'rdf:rdf' || root.name === 'rdf') return readRdf(root, context);
  if (root.name.startsWith('atom:')) return readAtom(root, context);
  return isCdf(root) ? readCdf(root, context) : readRss(root, context);
}

function finish(canonical: CanonicalFeed, context: ReadContext): ParseOutcome {
  const feed: ParsedFeed = {
    ...mapFeed(canonical),
    knownHashes: context.skipped,
    issues: context.issues.list(),
  };
  return { kind: 'feed', feed };
}

function noFeed(text: string, roots: readonly XmlElement[], input: ParseInput): ParseOutcome {
  if (isHtmlPage(text, roots, input.contentType)) {
    const feedLinks = feedLinksOf(text, input.url);
    const advice =
      feedLinks.length === 0
        ? 'and names no feed'
        : `that names ${feedLinks.length === 1 ? 'a feed' : `${feedLinks.length} feeds`}: ${feedLinks.map(({ url }) => url).join(', ')}`;
    return { kind: 'failed', failure: { kind: 'html', message: `The document is an HTML page ${advice}.`, feedLinks } };
  }
  const [root] = roots;
  if (root === undefined) return failed('malformed', 'The document has no complete element.');
  return failed('not-a-feed', `The document is XML, but its root <${root.name}> is not the root of a feed format.`);
}

function isHtmlPage(text: string, roots: readonly XmlElement[], contentType: string | undefined): boolean {
  return isPage(text, roots) || (contentType !== undefined && /\bx?html\b/i.test(contentType));
}

function isPage(text: string, roots: readonly XmlElement[]): boolean {
  return /^\s*<!doctype\s+html/i.test(text) || roots.some(({ name }) => /^(?:xhtml:)?(?:html|head|body)$/.test(name));
}

/** True if the root found inside a page is a feed: a page may contain unknown elements with such names. */
function hasEntry(root: XmlElement): boolean {
  return entriesOf(root).some(({ children }) => children.length > 0);
}

/** The start tag of a feed's root, in any spelling. */
const ROOT_TAG = /<(?:[a-z][\w.-]*:)?(?:rss|feed|rdf|channel)[\s>]/i;

/** Control characters that no text has, in the first part of it. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, 1024);
  // Damaged text within a feed is damaged text.
  if (ROOT_TAG.test(sample)) return false;
  const strange = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
  return strange > sample.length / 10;
}

function failed(kind: ParseFailureKind, message: string): ParseOutcome {
  const failure: ParseFailure = { kind, message, feedLinks: [] };
  return { kind: 'failed', failure };
}
