/** Which addresses and names does a post have in every format? */
import type { Enclosure, Person } from '../../model/feed.ts';
import type { OutputFeed, OutputFormat } from '../../model/output.ts';
import { feedPath, postPath, scopePathBefore } from '../../model/paths.ts';
import type { Post, PostSource } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import { collapsed } from '../../syntax/text/white-space.ts';
import { isAddress } from '../../syntax/text/address.ts';
import { clean } from './xml.ts';

const TITLE_WIDTH = 80;
const EMAIL = /^[^@\s<>]+@[^@\s<>]+$/u;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/u;
/** Well-formed by BCP 47, roughly. */
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/u;

/** What the fragment of a post depends on beside the post; one cache entry per value. */
export interface FragmentContext {
  readonly siteId: string;
  readonly siteUrl: string;
  readonly language: string;
}

/** Part of the key of a cached fragment. */
export function contextKey({ siteId, siteUrl, language }: FragmentContext): string {
  return `${siteId}\n${siteUrl}\n${language}`;
}

/** Id of a post in feeds; never changes, even if the page or the address of the site does; the same in all formats. */
export function postId(post: Post, siteId: string): string {
  return `${siteId}/post/${post.id}`;
}

/** Address of the original; our page if the origin has no usable address. */
export function postLink(post: Pick<Post, 'id' | 'url'>, siteUrl: string): string {
  return webAddress(post.url) ?? siteUrl + postPath(post.id);
}

/** The address under which search engines shall list a post: that of our page, or the original's where the config says so. */
export function canonicalAddress(
  post: Pick<Post, 'id' | 'url'>,
  { site, publish }: Pick<Settings, 'site' | 'publish'>,
): string {
  const siteUrl = normalSiteUrl(site.url);
  return publish.canonical === 'origin' ? postLink(post, siteUrl) : siteUrl + postPath(post.id);
}

/** Atom id of a feed, common to its archive pages and formats; never changes. */
export function feedId(feed: OutputFeed): string {
  return feed.siteId + scopePathBefore(feed.scope);
}

/** This document's own address, archive position included. */
export function selfAddress(feed: OutputFeed, format: OutputFormat): string {
  return pageAddress(feed, format, feed.before);
}

/** Address of the older posts, if there are any. */
export function olderAddress(feed: OutputFeed, format: OutputFormat): string | undefined {
  return feed.olderBefore === undefined ? undefined : pageAddress(feed, format, feed.olderBefore);
}

function pageAddress(feed: OutputFeed, format: OutputFormat, before: string | undefined): string {
  return before === undefined ? feed.urls[format] : feed.siteUrl + feedPath(feed.scope, format, before);
}

/** An absolute http(s) address as a URI (non-ASCII percent-encoded); undefined for anything else. */
export function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined;
  const { href, host } = parsed;
  if (!NOT_IN_URI.test(href)) return href;
  // Of an address, only the host may have brackets.
  const behindHost = href.indexOf(host) + host.length;
  return href.slice(0, behindHost) + href.slice(behindHost).replace(NOT_IN_URIS, encodeURIComponent);
}

/** What browsers leave in an address although RFC 3986 §2 knows it only percent-encoded. */
const NOT_IN_URI = /[|^`{}\\<>"[\]]/u;
const NOT_IN_URIS = /[|^`{}\\<>"[\]]/gu;

/** A web or mail address of a person, if usable. */
export function personAddress(person: Person): string | undefined {
  return webAddress(person.uri);
}

/** Whether a text looks like an e-mail address (RFC 4287 §3.2.3). */
export function personEmail({ email }: Person): string | undefined {
  return email !== undefined && EMAIL.test(email) ? email : undefined;
}

/** An address is nobody's name. */
export function personName({ name }: Person): string | undefined {
  return name === undefined || oneLine(name) === '' || isAddress(name) ? undefined : name;
}

/** Enclosures with usable addresses, each once, with the media type that every format requires. */
export function mediaOf(post: Post): readonly (Enclosure & { readonly type: string })[] {
  const found = new Map<string, Enclosure & { readonly type: string }>();
  for (const { url: address, type, length, durationSeconds } of post.enclosures) {
    const url = webAddress(address);
    if (url === undefined || found.has(url)) continue;
    found.set(url, {
      url,
      type: MEDIA_TYPE.exec(type ?? '')?.[0] ?? typeOf(url),
      ...(length !== undefined && Number.isSafeInteger(length) && length >= 0 && { length }),
      ...(durationSeconds !== undefined && { durationSeconds }),
    });
  }
  return [...found.values()];
}

/** Never blank: readers list posts by their title. */
export function postTitle(post: Post): string {
  const title = oneLine(post.title);
  if (title !== '') return title;
  const text = oneLine(excerpt(post.summary ?? post.content ?? '', TITLE_WIDTH));
  return text === '' ? sourceTitle(post.source) : text;
}

export function sourceTitle({ title, id }: Pick<PostSource, 'id' | 'title'>): string {
  const line = oneLine(title ?? '');
  return line === '' ? id : line;
}

/** The statement on rights, if there is one. */
export function postRights({ rights }: Post): string | undefined {
  const line = oneLine(rights ?? '');
  return line === '' ? undefined : line;
}

/** Tags that are not blank, each once. */
export function postTags(post: Post): readonly string[] {
  return [...new Set(post.tags.map(oneLine))].filter((tag) => tag !== '');
}

/** The language of the post if it is valid and differs from that of the feed. */
export function ownLanguage(post: Pick<Post, 'language'>, feedLanguage: string): string | undefined {
  const { language } = post;
  return language !== undefined && language !== feedLanguage && LANGUAGE.test(language) ? language : undefined;
}

function oneLine(text: string): string {
  return collapsed(clean(text));
}

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};

function typeOf(url: string): string {
  const suffix = /\.([a-z0-9]+)$/iu.exec(new URL(url).pathname)?.[1]?.toLowerCase();
  return (suffix !== undefined ? TYPES[suffix] : undefined) ?? 'application/octet-stream';
}
