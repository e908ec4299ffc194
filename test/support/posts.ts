/** What is a post of which nothing matters but what the test says? */
import type { Post } from '../../src/model/post.ts';

/** One of a source `a` in category `news`, published, changed and first seen at `at`. */
export function plainPost(at: number, more: Partial<Post> = {}): Post {
  return {
    id: '0123456789abcdef',
    source: { id: 'a', feedUrl: 'https://a.example/feed' },
    title: 'A title',
    authors: [],
    publishedAt: at,
    updatedAt: at,
    firstSeenAt: at,
    categories: ['news'],
    tags: [],
    enclosures: [],
    revision: 1,
    alsoFrom: [],
    ...more,
  };
}
