/** Under which path does each document stand, and what is meant by a path? */
import type { FeedScope, OutputFormat } from './output.ts';
import type { Post } from './post.ts';

const FORMATS: readonly OutputFormat[] = ['html', 'rss', 'atom', 'json'];
/** What a file name of a static host cannot hold, or would hide. */
const AWKWARD = /[%/\\\0-\x1f\x7f]|^\./gu;
/** Most file systems stop at 255 bytes; suffix and compression need some of them. */
const MAX_NAME_BYTES = 200;
/** Half a character, which UTF-8 cannot write. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Path of a group of posts without its suffix: `/all`, `/category/SLUG`, `/tag/TAG`, `/source/ID`; percent-encoded. */
export function scopePath(scope: FeedScope): string {
  switch (scope.kind) {
    case 'all':
      return '/all';
    case 'category':
      return `/category/${segment(scope.slug)}`;
    case 'tag':
      return `/tag/${segment(scope.tag)}`;
    case 'source':
      return `/source/${segment(scope.id)}`;
  }
}

/** Path of one form of a group of posts; `before` is the position that an archive page starts at (RFC 5005 §4). */
export function feedPath(scope: FeedScope, format: OutputFormat, before?: string): string {
  return `${before === undefined ? scopePath(scope) : `${archiveFolder(scope)}${before}`}.${format}`;
}

/** Where the archive pages of a group of posts are: `/category/SLUG/before/`. */
export function archiveFolder(scope: FeedScope): string {
  return `${scopePath(scope)}/before/`;
}

export function postPath(postId: string): string {
  return `/post/${postId}.html`;
}

export interface FeedAddress {
  readonly scope: FeedScope;
  /** Undefined where the path has no suffix. */
  readonly format: OutputFormat | undefined;
  /** Of an archive page: the position it starts at. */
  readonly before?: string;
}

/** The scope and form a path stands for, query left out; undefined for other paths. A missing suffix is left open. */
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

/** The post that a path shows; undefined for other paths. */
export function postIdFromPath(path: string): string | undefined {
  return /^\/post\/([0-9a-f]{16})\.html$/u.exec(path)?.[1];
}

/** Whether a tag can have pages of its own: its name must fit into a file name. */
export function tagHasPages(tag: string): boolean {
  return tag.trim() !== '' && Buffer.byteLength(fileName(tag)) <= MAX_NAME_BYTES;
}

/** A post's place in the order of feeds: by time, then by id, both downwards. */
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

/** The position written in the path of an archive page; undefined for anything else. */
export function parsePosition(text: string): Position | undefined {
  const [, sortAt, id] = /^(-?\d{1,16})-([0-9a-f]{16})$/u.exec(text) ?? [];
  return sortAt === undefined || id === undefined ? undefined : { sortAt: Number(sortAt), id };
}

function segment(name: string): string {
  return encodeURIComponent(fileName(name.replace(LONE_SURROGATE, '\uFFFD')));
}

/** Readable as a file name in any script; only what a file name cannot hold is percent-encoded. */
function fileName(name: string): string {
  return name.replace(
    AWKWARD,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function decodeSegment(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded);
    return name.replace(/%([0-9A-F]{2})/gu, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  } catch {
    // Not percent-encoded UTF-8: no path of ours.
    return undefined;
  }
}
