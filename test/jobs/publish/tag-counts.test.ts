import { describe, expect, it } from 'vitest';
import { countsForPages } from '../../../src/jobs/publish/tag-counts.ts';
import { tagNameKey } from '../../../src/model/paths.ts';
import { memorySiteFacts } from '../../support/memory.ts';

const posts = { count: () => Promise.resolve(7) };

describe('countsForPages', () => {
  it('counts every tag while none of its name has pages', async () => {
    expect(await countsForPages(['AI', 'Ai', 'Öl'], { posts, siteFacts: memorySiteFacts() })).toEqual([7, 7, 7]);
  });

  it.each([
    ['letter case', 'Ai', ['Ai', 'AI', 'aI', 'Bi'], [7, 0, 0, 7]],
    ['the form of Unicode', '\u00d6l', ['O\u0308l', '\u00f6l', '\u00d6l', 'Ol'], [0, 0, 7, 7]],
  ])(
    'leaves the pages to the tag that has them, where others differ in %s only',
    async (_title, owner, tags, counts) => {
      const siteFacts = memorySiteFacts();
      await siteFacts.setListedTag(tagNameKey(owner), owner);
      expect(await countsForPages(tags, { posts, siteFacts })).toEqual(counts);
      await siteFacts.setListedTag(tagNameKey(owner), undefined);
      expect(await countsForPages(tags, { posts, siteFacts })).toEqual(tags.map(() => 7));
    },
  );
});
