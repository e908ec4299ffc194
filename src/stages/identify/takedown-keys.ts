/** How is an entry recognised whose post was removed permanently, under any guid, link or text? */
import type { Draft, Post } from '../../model/post.ts';
import { hash64 } from '../../syntax/hash.ts';
import { canonicaliseUrl } from '../../syntax/url/url.ts';
import { plain, visibleText } from './fingerprint.ts';

/** Shorter texts are too often equal to those of other entries. */
const TELLING_TEXT = 80;

/**
 * Keys of 16 hex digits: its link in any source, its guid in its own source, and its title with its text in any source.
 * The front page of a site does not count as a link.
 */
export function takedownKeys(entry: Draft): readonly string[] {
  const { source, guid, url, canonicalUrl, title } = entry;
  const text = visibleText(entry);
  return [
    ...[url, canonicalUrl].flatMap((link) => (link === undefined ? [] : linkKey(link))),
    ...(guid === undefined || guid === '' ? [] : [hash64(`taken down\nguid\n${source.id}\n${guid}`)]),
    ...(text.length < TELLING_TEXT ? [] : [hash64(`taken down\ntext\n${plain(title)}\n${text}`)]),
  ];
}

/** The keys of a published entry. */
export function takedownKeysOf({ content, summary, ...post }: Post): readonly string[] {
  return takedownKeys({
    ...post,
    ...(content !== undefined && { content: { html: content } }),
    ...(summary !== undefined && { summary: { html: summary } }),
  });
}

function linkKey(link: string): readonly string[] {
  if (!/^https?:\/\//iu.test(link) || !URL.canParse(link)) return [];
  const canonical = canonicaliseUrl(link);
  const { pathname, search } = new URL(canonical);
  return pathname === '/' && search === '' ? [] : [hash64(`taken down\nlink\n${canonical}`)];
}
