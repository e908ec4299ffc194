/** How is a scope written as a key, and read back? */
import type { Post } from './post.ts';
import type { FeedScope } from './output.ts';

/** `all`, `category:SLUG`, `tag:TAG`, `source:ID`. */
export function scopeKey(scope: FeedScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all';
    case 'category':
      return `category:${scope.slug}`;
    case 'tag':
      // Tags are free text; a line break would end the key in the store.
      return `tag:${scope.tag.replace(/\s+/gu, ' ')}`;
    case 'source':
      return `source:${scope.id}`;
  }
}

/** The scope of a key; undefined if it is not a scope key. */
export function scopeOfKey(key: string): FeedScope | undefined {
  if (key === 'all') return { kind: 'all' };
  const [, kind, name] = /^(category|tag|source):(.+)$/u.exec(key) ?? [];
  if (name === undefined) return undefined;
  if (kind === 'category') return { kind, slug: name };
  if (kind === 'tag') return { kind, tag: name };
  return { kind: 'source', id: name };
}

/** Whether the post stands in the scope; a story stands in the scope of each source that has it. */
export function isInScope(post: Post, scope: FeedScope): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'category':
      return post.categories.includes(scope.slug);
    case 'tag':
      return post.tags.includes(scope.tag);
    case 'source':
      return [post.source, ...post.alsoFrom.map(({ source }) => source)].some(({ id }) => id === scope.id);
  }
}
