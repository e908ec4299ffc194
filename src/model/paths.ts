/** Which path does each document have, and which document is at a path? */
import { type FeedScope, FORMATS, type OutputFormat } from './output.ts';
import type { Post } from './post.ts';

/**
 * Characters that a file name cannot contain on some systems, or that would hide the file; Windows drops dots and
 * spaces at the end.
 */
const AWKWARD = /[%/\\"<>:|*?\0-\x1f\x7f]|^\.|[. ]$/gu;
/** Names of devices on Windows, with any suffix. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?= *(?:\.|$))/iu;
/** The characters that were escaped before names had to be portable. */
const AWKWARD_BEFORE = /[%/\\\0-\x1f\x7f]|^\./gu;
/** Most file systems allow 255 bytes; the suffix and `.gz` need some of them. */
const MAX_NAME_BYTES = 200;
/** With the characters that are escaped for other systems. */
const MAX_ESCAPED_BYTES = 245;
/** Half of a surrogate pair; UTF-8 cannot encode it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Path of a scope without a suffix: `/all`, `/category/SLUG`, `/tag/TAG`, `/source/ID`; percent-encoded. */
export function scopePath(scope: FeedScope): string {
  return pathOf(scope, fileName);
}

/**
 * The path that a scope had before names were portable; the same for most scopes. Ids of feeds are made with it and
 * never change.
 */
export function scopePathBefore(scope: FeedScope): string {
  return pathOf(scope, fileNameBefore);
}

function pathOf(scope: FeedScope, nameOf: (name: string) => string): string {
  switch (scope.kind) {
    case 'all':
      return '/all';
    case 'category':
      return `/category/${segment(scope.slug, nameOf)}`;
    case 'tag':
      return `/tag/${segment(scope.tag, nameOf)}`;
    case 'source':
      return `/source/${segment(scope.id, nameOf)}`;
  }
}

/** Path of a scope in one format. `before`: the position at which an archive page starts (RFC 5005 §4). */
export function feedPath(scope: FeedScope, format: OutputFormat, before?: string): string {
  return documentPath(scopePath(scope), format, before);
}

/** As `feedPath`, under the path that the scope had before names were portable. */
export function feedPathBefore(scope: FeedScope, format: OutputFormat, before?: string): string {
  return documentPath(scopePathBefore(scope), format, before);
}

function documentPath(path: string, format: OutputFormat, before: string | undefined): string {
  return `${before === undefined ? path : `${path}/before/${before}`}.${format}`;
}

/** Folder of the archive pages of a scope: `/category/SLUG/before/`. */
export function archiveFolder(scope: FeedScope): string {
  return `${scopePath(scope)}/before/`;
}

export function postPath(postId: string): string {
  return `/post/${postId}.html`;
}

export interface FeedAddress {
  readonly scope: FeedScope;
  /** Undefined if the path has no suffix. */
  readonly format: OutputFormat | undefined;
  /** Of an archive page: the position at which it starts. */
  readonly before?: string;
}

/** The scope and format of a path (without query); undefined for other paths. A path without a suffix has no format. */
export function scopeFromPath(path: string): FeedAddress | undefined {
  const [, base = '', suffix] = /^(.*?)(?:\.(html|rss|atom|json))?$/u.exec(path) ?? [];
  const format = FORMATS.find((known) => known === suffix);
  const [, group = base, before] = /^(.*)\/before\/(-?\d{1,16}-[0-9a-f]{16})$/u.exec(base) ?? [];
  const rest = { format, ...(before !== undefined && { before }) };
  if (group === '/all') return { scope: { kind: 'all' }, ...rest };
  const [, kind, encoded = ''] = /^\/(category|tag|source)\/([^/]+)$/u.exec(group) ?? [];
  const name = decodeSegment(encoded);
  if (name === undefined || name === '') return undefined;
  if (kind === 'category') return { scope: { kind, slug: name }, ...rest };
  if (kind === 'tag') return { scope: { kind, tag: name }, ...rest };
  return { scope: { kind: 'source', id: name }, ...rest };
}

/** Whether a path is that of an archive page. */
export function isArchivePath(path: string): boolean {
  return scopeFromPath(path)?.before !== undefined;
}

/** Id of the post whose page the path names; undefined for other paths. */
export function postIdFromPath(path: string): string | undefined {
  return /^\/post\/([0-9a-f]{16})\.html$/u.exec(path)?.[1];
}

/** True if a tag can have pages: its name must fit into a file name. */
export function tagHasPages(tag: string): boolean {
  return (
    tag.trim() !== '' &&
    Buffer.byteLength(fileNameBefore(tag)) <= MAX_NAME_BYTES &&
    Buffer.byteLength(fileName(tag)) <= MAX_ESCAPED_BYTES
  );
}

/** The same for tags whose files would be one file where names are compared without letter case, or in one Unicode form. */
export function tagNameKey(tag: string): string {
  return fileName(tag).normalize('NFC').toLowerCase();
}

/** A post's place in the order of a feed: by time, then by id, both descending. */
export interface Position {
  readonly sortAt: number;
  readonly id: string;
}

export function positionOf(post: Pick<Post, 'publishedAt' | 'id'>): Position {
  return { sortAt: post.publishedAt, id: post.id };
}

export function formatPosition({ sortAt, id }: Position): string {
  return `${sortAt}-${id}`;
}

/** Parses a position as written in the path of an archive page; undefined for anything else. */
export function parsePosition(text: string): Position | undefined {
  const [, sortAt, id] = /^(-?\d{1,16})-([0-9a-f]{16})$/u.exec(text) ?? [];
  return sortAt === undefined || id === undefined ? undefined : { sortAt: Number(sortAt), id };
}

function segment(name: string, nameOf: (name: string) => string): string {
  return encodeURIComponent(nameOf(name.replace(LONE_SURROGATE, '\uFFFD')));
}

/** Readable as a file name in any script; only characters and names that are not allowed are percent-encoded. */
function fileName(name: string): string {
  const escaped = name.replace(AWKWARD, escapedCharacter);
  return DEVICE.test(escaped) ? escapedCharacter(escaped.charAt(0)) + escaped.slice(1) : escaped;
}

function fileNameBefore(name: string): string {
  return name.replace(AWKWARD_BEFORE, escapedCharacter);
}

function escapedCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function decodeSegment(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded);
    return name.replace(/%([0-9A-F]{2})/gu, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  } catch {
    // Not percent-encoded UTF-8, so it is not a path of this site.
    return undefined;
  }
}
