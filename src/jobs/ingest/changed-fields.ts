/** In which fields do two versions of a post differ? */
import type { Post } from '../../model/post.ts';

const FIELDS = [
  ['title', 'title'],
  ['url', 'link'],
  ['content', 'content'],
  ['summary', 'summary'],
  ['authors', 'authors'],
  ['tags', 'tags'],
  ['categories', 'categories'],
  ['image', 'image'],
  ['enclosures', 'enclosures'],
  ['episode', 'episode'],
  ['language', 'language'],
  ['rights', 'rights'],
  ['score', 'score'],
  ['source', 'source'],
  ['publishedAt', 'date'],
] as const satisfies readonly (readonly [keyof Post, string])[];

export function changedFields(before: Post, after: Post): readonly string[] {
  return FIELDS.filter(([field]) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map(
    ([, word]) => word,
  );
}
