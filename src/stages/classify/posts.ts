/** What is the new version of a post after an entry was classified? */
import type { Draft, Post, PostEdits } from '../../model/post.ts';

/** Sanitised HTML of a draft, and what stands in it. */
export interface SafeHtml {
  readonly content?: string;
  readonly summary?: string;
  /** The first picture in them that shows something. */
  readonly picture?: string;
}

/**
 * The first version of a post. An entry without a date gets the time when it was first seen, a little earlier for each place
 * down the document, to keep its order.
 */
export function newPost(
  id: string,
  draft: Draft,
  html: SafeHtml,
  seen: { readonly at: number; readonly place: number },
): Post {
  const publishedAt = draft.publishedAt ?? seen.at - seen.place;
  return {
    id,
    ...postFields(draft, html),
    publishedAt,
    updatedAt: Math.max(publishedAt, draft.updatedAt ?? 0),
    firstSeenAt: seen.at,
    categories: draft.categories,
    revision: 1,
    alsoFrom: [],
  };
}

export interface Change {
  readonly announced: boolean;
  /** The record of announced changes from now on. */
  readonly edits?: PostEdits;
  readonly now: number;
}

/** The next version of the post of one entry. `publishedAt` stays; `updatedAt` changes if the change is announced. */
export function changedPost(post: Post, draft: Draft, html: SafeHtml, { announced, edits, now }: Change): Post {
  const said = draft.updatedAt ?? 0;
  return {
    ...postFields(draft, html),
    id: post.id,
    publishedAt: post.publishedAt,
    updatedAt: announced ? (said > post.updatedAt ? said : now) : post.updatedAt,
    firstSeenAt: post.firstSeenAt,
    categories: draft.categories,
    revision: post.revision + (announced ? 1 : 0),
    alsoFrom: post.alsoFrom,
    ...(edits !== undefined && { edits }),
  };
}

function postFields(draft: Draft, html: SafeHtml) {
  const { guid, url, language, episode, rights, score } = draft;
  const image = draft.image ?? html.picture;
  return {
    source: draft.source,
    title: draft.title,
    authors: draft.authors,
    tags: draft.tags,
    enclosures: draft.enclosures,
    ...(guid !== undefined && { guid }),
    ...(url !== undefined && { url }),
    ...(html.content !== undefined && { content: html.content }),
    ...(html.summary !== undefined && { summary: html.summary }),
    ...(language !== undefined && { language }),
    ...(image !== undefined && { image }),
    ...(episode !== undefined && { episode }),
    ...(rights !== undefined && { rights }),
    ...(score !== undefined && { score }),
  };
}
