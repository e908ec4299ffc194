/** Is an entry the one we know, whatever its guid says? */
import type { Draft, Post } from '../../model/post.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { sharedLetters, sharedWords } from '../../syntax/text/similarity.ts';
import { canonicaliseUrl } from '../../syntax/url/url.ts';

/** Text shorter than this says little. */
const TELLING_TEXT = 40;
/** Below this, two titles or texts have no more in common than any two of one language. */
const UNLIKE_TITLE = 0.35;
const UNLIKE_TEXT = 0.5;
const ALIKE_TITLE = 0.5;
const ALIKE_TEXT = 0.6;
const VERY_ALIKE_TEXT = 0.85;

/**
 * Whether a new entry is a post under another guid and link, as where the headline is part of both. Asked only of what was
 * published at the very same moment and is no longer listed.
 */
export function isSameEntry(post: Post, draft: Draft): boolean {
  const title = sharedLetters(post.title, draft.title);
  const before = textOfPost(post);
  const after = textOfDraft(draft);
  if (Math.min(before.length, after.length) < TELLING_TEXT) return title >= ALIKE_TITLE;
  const text = sharedWords(before, after);
  return text >= VERY_ALIKE_TEXT || (text >= ALIKE_TEXT && title >= ALIKE_TITLE);
}

/** Whether an entry has nothing but its guid in common with the post of that guid: neither link, title nor text. */
export function isAnotherStory(post: Post, draft: Draft): boolean {
  if (draft.url !== undefined && post.url !== undefined && isSamePage(draft.url, post.url)) return false;
  // Without links the date tells whether it is the same entry.
  const dated = draft.publishedAt ?? draft.statedAt;
  if ((draft.url === undefined || post.url === undefined) && dated === post.publishedAt) return false;
  if (sharedLetters(post.title, draft.title) >= UNLIKE_TITLE) return false;
  const before = textOfPost(post);
  const after = textOfDraft(draft);
  // A text that is only filled in now cannot be told from another one: the title decides.
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
