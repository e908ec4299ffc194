/** Is an entry the same as a known one, judged without its guid? */
import type { Draft, Post } from '../../model/post.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { sharedLetters, sharedWords } from '../../syntax/text/similarity.ts';
import { canonicaliseUrl } from '../../syntax/url/url.ts';

/** A shorter text does not identify an entry. */
const TELLING_TEXT = 40;
/** Below this, two titles or texts are no more similar than any two of one language. */
const UNLIKE_TITLE = 0.35;
const UNLIKE_TEXT = 0.5;
const ALIKE_TITLE = 0.5;
const ALIKE_TEXT = 0.6;
const VERY_ALIKE_TEXT = 0.85;

/**
 * True if a new entry is a known post with another guid and link, for example if the headline is part of both. Only for
 * entries that were published at exactly the same time as the post, which is not listed any more.
 */
export function isSameEntry(post: Post, draft: Draft): boolean {
  const title = sharedLetters(post.title, draft.title);
  const before = textOfPost(post);
  const after = textOfDraft(draft);
  if (Math.min(before.length, after.length) < TELLING_TEXT) return title >= ALIKE_TITLE;
  const text = sharedWords(before, after);
  return text >= VERY_ALIKE_TEXT || (text >= ALIKE_TEXT && title >= ALIKE_TITLE);
}

/** True if an entry has only its guid in common with the post of that guid: neither link, title nor text. */
export function isAnotherStory(post: Post, draft: Draft): boolean {
  if (draft.url !== undefined && post.url !== undefined && isSamePage(draft.url, post.url)) return false;
  // Without links the date decides whether it is the same entry.
  const dated = draft.publishedAt ?? draft.statedAt;
  if ((draft.url === undefined || post.url === undefined) && dated === post.publishedAt) return false;
  if (sharedLetters(post.title, draft.title) >= UNLIKE_TITLE) return false;
  const before = textOfPost(post);
  const after = textOfDraft(draft);
  // A text that was only added now cannot be compared, so the title decides.
  return Math.min(before.length, after.length) < TELLING_TEXT || sharedWords(before, after) < UNLIKE_TEXT;
}

function isSamePage(one: string, other: string): boolean {
  return canonicaliseUrl(one) === canonicaliseUrl(other);
}

function textOfPost({ content, summary }: Post): string {
  return htmlToText(content ?? summary ?? '');
}

function textOfDraft({ content, summary }: Draft): string {
  return htmlToText(content?.html ?? summary?.html ?? '');
}
