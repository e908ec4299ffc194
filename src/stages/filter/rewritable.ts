/** Which parts of a post can a rule write, and how is text put into each? */
import type { Draft } from '../../model/post.ts';
import { escapeAttribute } from '../../syntax/html/escape.ts';
import { collapsed } from '../../syntax/text/white-space.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

/** `summary` and `content` are HTML. */
export const REWRITABLE = ['title', 'link', 'summary', 'content'] as const;

export type Rewritable = (typeof REWRITABLE)[number];

export function readField(draft: Draft, field: Rewritable): string | undefined {
  switch (field) {
    case 'title':
      return draft.title;
    case 'link':
      return draft.url;
    case 'summary':
    case 'content':
      return draft[field]?.html;
  }
}

/** `undefined` if the text cannot be a title or link: the post then stays as it is. */
export function withField(draft: Draft, field: Rewritable, text: string): Draft | undefined {
  switch (field) {
    case 'title': {
      const title = collapsed(text);
      return title === '' ? undefined : { ...draft, title };
    }
    case 'link':
      return isWebAddress(text) ? { ...draft, url: text } : undefined;
    case 'summary':
    case 'content':
      return { ...draft, [field]: { ...draft[field], html: text } };
  }
}

/** Plain text as it must be spelt within the field. */
export function spelt(text: string, field: Rewritable): string {
  if (field === 'title') return text;
  return field === 'link' ? encodeURIComponent(text) : escapeAttribute(text);
}
