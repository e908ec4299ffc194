/** Which posts are stored already? */
import type { Draft, Post } from '../../model/post.ts';

/** Whether a source has reported the post, alone or beside others. */
export function isFromSource({ source, alsoFrom }: Post, sourceId: string): boolean {
  return source.id === sourceId || alsoFrom.some((also) => also.source.id === sourceId);
}

/** Whether a draft is the next version of a stored post: the same guid or link of the same source. */
export function publishedBefore(published: readonly Post[]): (draft: Draft) => boolean {
  const known = new Set<string>();
  const note = (kind: string, sourceId: string, value: string | undefined): void => {
    if (value !== undefined) known.add(keyOf(kind, sourceId, value));
  };
  for (const { source, guid, url, alsoFrom } of published) {
    note('guid', source.id, guid);
    note('link', source.id, url);
    for (const also of alsoFrom) note('link', also.source.id, also.url);
  }
  return ({ source, guid, url }) =>
    (guid !== undefined && known.has(keyOf('guid', source.id, guid))) ||
    (url !== undefined && known.has(keyOf('link', source.id, url)));
}

function keyOf(kind: string, sourceId: string, value: string): string {
  return `${kind}\n${sourceId}\n${value}`;
}
