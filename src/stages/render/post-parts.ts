/** Which parts does a post have on pages? */
import { scopePath, tagHasPages } from '../../model/paths.ts';
import type { Post, PostSource } from '../../model/post.ts';
import { ownLanguage, postTags, sourceTitle, webAddress } from './addresses.ts';
import { given, type Html, markup } from './html.ts';
import { localParts } from '../../syntax/date/local-time.ts';
import type { Words } from './words.ts';

/**
 * A moment, readable by people and programs; the whole date is shown on hover. Its distance from now depends on the
 * clock of the reader: a script adds it, see relative-time.ts.
 */
export function timeOf(epochMs: number, timezone: string, words: Words, form: 'time' | 'short' | 'full'): Html {
  const at = localParts(epochMs, timezone);
  const full = words.dateTime(at);
  const clock = `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')}`;
  const shown = { time: clock, short: words.shortDateTime(at), full }[form];
  return markup`<time datetime="${new Date(epochMs).toISOString()}" title="${full}"${form === 'full' ? undefined : markup` class="ago"`}>${shown}</time>`;
}

export function sourceLink(post: { readonly source: Pick<PostSource, 'id' | 'title'> }, base: string): Html {
  return markup`<a href="${base}${scopePath({ kind: 'source', id: post.source.id })}.html">${sourceTitle(post.source)}</a>`;
}

export function alsoFrom(post: Post, words: Words): Html | undefined {
  if (post.alsoFrom.length === 0) return undefined;
  const names = post.alsoFrom.map(({ source, url, title }) => {
    const name = sourceTitle(source);
    const href = webAddress(url);
    if (href === undefined) return markup`<li>${name}</li>`;
    return markup`<li><a href="${href}" rel="noopener"${given(title, (text) => markup` title="${text}"`)}>${name}</a></li>`;
  });
  return markup`<div class="also"><span>${words.alsoIn}</span> <ul>${names}</ul></div>
`;
}

/** @param isListed  whether a tag has pages of its own */
export function tagList(post: Post, base: string, words: Words, isListed: (tag: string) => boolean): Html | undefined {
  const tags = postTags(post).filter((tag) => tagHasPages(tag) && isListed(tag));
  if (tags.length === 0) return undefined;
  const items = tags.map(
    (tag) => markup`<li><a href="${base}${scopePath({ kind: 'tag', tag })}.html" rel="tag">${tag}</a></li>`,
  );
  return markup`<ul class="tags" aria-label="${words.tags}">${items}</ul>
`;
}

/** `lang` where the post's language is not the page's. */
export function langOf(post: Pick<Post, 'language'>, pageLanguage: string): Html | undefined {
  const own = ownLanguage(post, pageLanguage);
  return own === undefined ? undefined : markup` lang="${own}"`;
}
