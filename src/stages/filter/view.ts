/** Which parts of a post can a rule read? Texts are extracted from HTML once, and only if a rule reads them. */
import type { Draft } from '../../model/post.ts';
import { htmlToText } from '../../syntax/html/text.ts';

export interface PostView {
  readonly draft: Draft;
  /** Visible text of the content, or of the summary if there is no content. */
  readonly body: () => string;
  /** Visible text of the summary. */
  readonly summary: () => string;
}

export const TEXT_FIELDS = ['title', 'summary', 'content', 'text'] as const;

/** `text`: title, summary and content together. */
export type TextField = (typeof TEXT_FIELDS)[number];

/** @param earlier  the view before a rule changed the draft: unchanged fields are not extracted again */
export function viewOf(draft: Draft, earlier?: PostView): PostView {
  const content = draft.content ?? draft.summary;
  const same = earlier !== undefined && content === (earlier.draft.content ?? earlier.draft.summary);
  const sameSummary = earlier !== undefined && draft.summary === earlier.draft.summary;
  return {
    draft,
    body: same ? earlier.body : once(() => htmlToText(content?.html ?? '')),
    summary: sameSummary ? earlier.summary : once(() => htmlToText(draft.summary?.html ?? '')),
  };
}

/** The texts of the fields, each separately: a match never spans two of them. */
export function* textsOf(post: PostView, field: TextField): Generator<string> {
  if (field === 'title' || field === 'text') yield post.draft.title;
  if (field === 'summary' || field === 'text') yield post.summary();
  if (field === 'content' || field === 'text') yield post.body();
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}
