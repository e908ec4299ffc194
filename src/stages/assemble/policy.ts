/** How much of a post may be published? */
import type { Post } from '../../model/post.ts';
import type { ContentPolicy, Settings } from '../../model/settings.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import { withPublicSources } from './public-source.ts';

/** Width in columns of a text that is used in place of a missing summary. */
const SUMMARY_WIDTH = 280;

/**
 * The published form of a post: everything, only a summary, or no text, as configured for its source or the site. A
 * summary is made from the content if the origin wrote none, and cut if it repeats the whole article. Secret addresses
 * of sources are left out.
 */
export function publishable(post: Post, settings: Settings): Post {
  return withPublicSources(withPolicy(post, settings), settings);
}

/** Whether readers get the whole text of a post. */
export function isWhole(post: Post, settings: Settings): boolean {
  return withPolicy(post, settings) === post;
}

function withPolicy(post: Post, settings: Settings): Post {
  switch (policyOf(post, settings)) {
    case 'full':
      return post;
    case 'summary': {
      const { content, summary } = post;
      const text = summary ?? content;
      if (text === undefined) return post;
      return { ...withoutText(post), summary: summary !== undefined && isShort(summary) ? summary : paragraph(text) };
    }
    case 'none':
      return withoutText(post);
  }
}

function withoutText(post: Post): Post {
  const rest: { content?: string; summary?: string } & Omit<Post, 'content' | 'summary'> = { ...post };
  delete rest.content;
  delete rest.summary;
  return rest;
}

function policyOf(post: Post, settings: Settings): ContentPolicy {
  return settings.sources.find(({ id }) => id === post.source.id)?.content ?? settings.publish.content;
}

function isShort(html: string): boolean {
  return html.length <= SUMMARY_WIDTH * 3;
}

function paragraph(html: string): string {
  const text = excerpt(html, SUMMARY_WIDTH);
  return `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`;
}
