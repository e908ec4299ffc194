/** A post to try rules on, with no more in it than the test says. */
import type { Draft } from '../../../src/model/post.ts';

export function draftOf(fields: Partial<Draft> = {}): Draft {
  return {
    source: { id: 'a', feedUrl: 'https://example.org/feed' },
    title: 'untitled',
    authors: [],
    categories: [],
    tags: [],
    enclosures: [],
    ...fields,
  };
}
