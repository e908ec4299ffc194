import { describe, expect, it } from 'vitest';
import { changedFields } from '../../../src/jobs/ingest/changed-fields.ts';
import type { Post } from '../../../src/model/post.ts';
import { samplePost } from '../../stages/render/samples.ts';

describe('changedFields', () => {
  const before = samplePost(1);
  it.each([
    ['nothing', {}, []],
    ['what readers do not see', { updatedAt: 5, revision: 9, firstSeenAt: 1 }, []],
    ['a title', { title: 'Another' }, ['title']],
    ['an address and the order of tags', { url: 'https://x.example/', tags: ['b', 'a'] }, ['link', 'tags']],
    ['an image that is gone', { image: undefined, categories: [] }, ['categories']],
  ])('names %s', (_title, change, fields) => {
    expect(changedFields(before, { ...before, ...change } as Post)).toEqual(fields);
  });
});
