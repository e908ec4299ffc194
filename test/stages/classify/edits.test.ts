import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/model/post.ts';
import type { EditSettings } from '../../../src/model/settings.ts';
import { decideEdit, type Version } from '../../../src/stages/classify/edits.ts';
import { plainPost } from '../../support/posts.ts';

const NOW = Date.UTC(2026, 0, 24, 12);
const HOUR = 3_600_000;
const SETTINGS: EditSettings = { threshold: 0.05, most: 3, withinMs: 24 * HOUR };

const SENTENCES = Array.from(
  { length: 12 },
  (_, i) => `Sentence number ${'abcdefghijkl'[i] ?? ''} tells what the council decided about the old harbour bridge.`,
);
const TEXT = `<p>${SENTENCES.join('</p><p>')}</p>`;
const CHINESE =
  '<p>国家统计局今天公布的数据显示，去年全国居民人均可支配收入比上年增长百分之五，扣除价格因素后实际增长百分之四点五，与经济增长基本同步，城乡居民收入差距继续缩小。</p>';

function post(more: Partial<Post> = {}): Post {
  return plainPost(NOW - 5 * HOUR, { title: 'Council decides on harbour bridge', content: TEXT, ...more });
}

const why = (before: Post, after: Partial<Version>) =>
  decideEdit(
    before,
    { title: before.title, ...(before.content !== undefined && { content: before.content }), ...after },
    SETTINGS,
    NOW,
  ).why;

describe('decideEdit', () => {
  it.each<[string, Partial<Version>]>([
    [
      'a new paragraph',
      { content: `${TEXT}<p>The mayor said that work would begin in spring and take two years.</p>` },
    ],
    ['another headline', { title: 'Harbour bridge to be torn down, council says' }],
    ['a figure in the headline', { title: 'Council decides on 2 harbour bridges' }],
    ['text that is gone', { content: '<p>This story was withdrawn.</p>' }],
  ])('announces %s', (_title, after) => {
    expect(why(post(), after)).toBe('announced');
  });

  it.each<[string, Partial<Version>]>([
    ['a misspelling in the text', { content: TEXT.replace('council', 'Concil') }],
    ['a misspelling in the headline', { title: 'Council decides on harbuor bridge' }],
    ['case and punctuation of the headline', { title: 'COUNCIL DECIDES: on harbour bridge!' }],
    ['other markup', { content: TEXT.replaceAll('<p>', '<p class="x">').replace('council', '<b>council</b>') }],
    ['a counter', { content: `${TEXT}<p>1,234 views · 12 comments</p>` }],
    ['a relative time', { content: `<p>3 hours ago</p>${TEXT}` }],
    ['the label of an advertisement', { content: `${TEXT}<p>Advertisement</p>` }],
  ])('keeps %s without telling readers', (_title, after) => {
    expect(why(post(), after)).toBe('small');
  });

  it('finds the change of a character in Chinese small, and that of a sentence not', () => {
    const before = post({ title: '居民收入增长', content: CHINESE });
    expect(why(before, { title: '居民收入增长', content: CHINESE.replace('今天', '今日') })).toBe('small');
    expect(why(before, { title: '居民收入增长', content: CHINESE.replace('</p>', '下一步将继续稳定就业。</p>') })).toBe(
      'announced',
    );
    expect(why(before, { title: '居民收入增长5%', content: CHINESE })).toBe('announced');
  });

  it('takes content that is filled in later for an edit (commafeed#863, #900, #1631)', () => {
    const { content, ...empty } = post();
    expect(decideEdit(empty, { title: empty.title, content: content ?? '' }, SETTINGS, NOW)).toMatchObject({
      announced: true,
      share: 1,
    });
  });

  it('announces small changes once they add up', () => {
    let current = post();
    const announced: boolean[] = [];
    for (const letter of 'abcdef') {
      const content = (current.content ?? '').replace(`number ${letter} tells what`, `no ${letter} announced how`);
      const decision = decideEdit(current, { title: current.title, content }, SETTINGS, NOW);
      announced.push(decision.announced);
      current = { ...current, content, edits: decision.edits };
    }
    expect(announced).toEqual([false, false, true, false, false, true]);
  });

  it('announces an entry that keeps changing only so often, and again after a while', () => {
    let current = post();
    const change = (at: number) => {
      const content = `<p>Version of ${new Date(at).toISOString()}: ${'abcdefghijklmnopqrstuvwxyz'
        .split('')
        .map((letter) => letter + String(at))
        .join(' ')}</p>`;
      const decision = decideEdit(current, { title: current.title, content }, SETTINGS, at);
      current = { ...current, content, edits: decision.edits };
      return decision.why;
    };
    const first = [0, 1, 2, 3, 4, 5].map((hours) => change(NOW + hours * HOUR));
    expect(first).toEqual(['announced', 'announced', 'announced', 'churning', 'churning', 'churning']);
    expect(change(NOW + 26 * HOUR)).toBe('announced');
    expect(current.edits?.announcedAt).toEqual([NOW + 26 * HOUR]);
  });

  it('tells what was kept back together with the next change that is announced', () => {
    const churned = post({ edits: { announcedAt: [], drift: 1 } });
    expect(why(churned, { content: TEXT.replace('council', 'board') })).toBe('announced');
  });
});
