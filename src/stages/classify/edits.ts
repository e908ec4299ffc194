/** Is a change large enough to announce it to readers? */
import type { Post, PostEdits } from '../../model/post.ts';
import type { EditSettings } from '../../model/settings.ts';
import { withoutVolatileText, withoutVolatileHtml } from '../../syntax/html/volatile-text.ts';
import { figuresOf, sharedLetters, sharedWords } from '../../syntax/text/similarity.ts';

/** The parts of a post that a reader sees. HTML as it is published. */
export type Version = Pick<Post, 'title' | 'content' | 'summary'>;

export interface EditDecision {
  readonly announced: boolean;
  /** `small`: too little has changed. `churning`: it changes too often. */
  readonly why: 'announced' | 'small' | 'churning';
  /** 0 to 1. */
  readonly share: number;
  /** To be stored with the post. */
  readonly edits: PostEdits;
}

/**
 * A change is announced if enough of the title or text changed since the last announced version, not counting counters,
 * relative times and advertisements, and if there were not too many announced changes already.
 */
export function decideEdit(before: Post, after: Version, settings: EditSettings, now: number): EditDecision {
  const share = changedShare(before, after);
  const drift = (before.edits?.drift ?? 0) + share;
  const announcedAt = (before.edits?.announcedAt ?? []).filter((at) => at > now - settings.withinMs);
  const isBig = drift >= settings.threshold && share > 0;
  if (isBig && announcedAt.length < settings.most) {
    return { announced: true, why: 'announced', share, edits: { announcedAt: [now, ...announcedAt] } };
  }
  // A change that is not announced now counts towards the next one.
  const edits = { announcedAt, ...(drift > 0 && { drift: Math.min(1, round(drift)) }) };
  return { announced: false, why: isBig ? 'churning' : 'small', share, edits };
}

/** How much of a post has changed, 0 to 1: the larger of the changes of title and text. */
function changedShare(before: Version, after: Version): number {
  return Math.max(titleChange(before.title, after.title), 1 - sharedWords(textOf(before), textOf(after)));
}

function titleChange(before: string, after: string): number {
  const one = withoutVolatileText(before);
  const other = withoutVolatileText(after);
  if (one === other) return 0;
  // A changed number counts fully: "five dead" is not "seven dead".
  if (figuresOf(one).join(' ') !== figuresOf(other).join(' ')) return 1;
  const change = 1 - sharedLetters(one, other);
  // A Chinese character counts as a word, a Latin letter does not: one misspelt letter must not count for three.
  return /\p{Script=Han}/u.test(other) ? change : change / 3;
}

function textOf({ content, summary }: Version): string {
  return [content, summary].map((html) => (html === undefined ? '' : withoutVolatileHtml(html))).join('\n');
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
