/** Rules that compare posts with each other and with those that are stored. */
import { describe, expect, it } from 'vitest';
import type { Draft, Post } from '../../../src/model/post.ts';
import type { RuleSettings } from '../../../src/model/settings.ts';
import { applyRules, compileRules, lookBackOf, ruleCompiler } from '../../../src/stages/filter/filter.ts';
import { plainPost } from '../../support/posts.ts';
import { draftOf } from './draft.ts';

const NOW = Date.parse('2026-05-10T12:00:00Z');
const HOUR = 3_600_000;
const source = { id: 'a', feedUrl: 'https://example.org/feed' };
const other = { id: 'b', feedUrl: 'https://b.example/feed' };

const stored = (fields: Partial<Post>): Post => plainPost(NOW - HOUR, { source, ...fields });

/** Titles of the posts that are kept. */
function kept(rules: readonly RuleSettings[], drafts: readonly Partial<Draft>[], published: readonly Post[] = []) {
  return applyRules(drafts.map(draftOf), compileRules(rules), NOW, published).flatMap((decision) =>
    decision.kind === 'keep' ? [decision.draft.title] : [],
  );
}

const at = (title: string, hour: number, more: Partial<Draft> = {}): Partial<Draft> => ({
  title,
  publishedAt: Date.parse('2026-05-10T00:00:00Z') + hour * HOUR,
  ...more,
});

describe('per-day', () => {
  const two = { type: 'per-day', most: 2 };

  it.each<[string, RuleSettings, readonly Partial<Draft>[], readonly Post[], readonly string[]]>([
    ['keeps the newest of equal posts', two, [at('a', 1), at('b', 3), at('c', 2)], [], ['b', 'c']],
    ['counts each day alone', two, [at('a', -2), at('b', -1), at('c', 1), at('d', 2)], [], ['a', 'b', 'c', 'd']],
    ['counts what is published', two, [at('a', 1), at('b', 2)], [stored({ title: 'x' })], ['b']],
    ['counts no posts of other sources', two, [at('a', 1), at('b', 2)], [stored({ source: other })], ['a', 'b']],
    [
      'counts a story of another source that this one reported, too',
      two,
      [at('a', 1), at('b', 2)],
      [stored({ source: other, alsoFrom: [{ source }] })],
      ['b'],
    ],
    [
      'keeps a post that is published',
      two,
      [at('a', 1, { guid: 'g' }), at('b', 2), at('c', 3)],
      [stored({ guid: 'g' }), stored({ guid: 'h' })],
      ['a'],
    ],
    ['takes the best by score', two, [at('a', 1, { score: 5 }), at('b', 3), at('c', 2)], [], ['a', 'b']],
    ['takes the oldest', { ...two, first: 'oldest' }, [at('a', 1), at('b', 3), at('c', 2)], [], ['a', 'c']],
    [
      'takes the longest',
      { ...two, first: 'longest' },
      [at('a', 1, { content: { html: '<p>long text</p>' } }), at('b', 3), at('c', 2)],
      [],
      ['a', 'b'],
    ],
    [
      'takes those that meet a condition',
      { ...two, first: { type: 'tag', any: ['x'] } },
      [at('a', 1, { tags: ['x'] }), at('b', 3), at('c', 2)],
      [],
      ['a', 'b'],
    ],
    [
      'begins days in its zone',
      { type: 'per-day', most: 1, timezone: 'Asia/Shanghai' },
      [at('a', 15), at('b', 16), at('c', 17)],
      [],
      ['a', 'c'],
    ],
    ['counts a post without a date today', { type: 'per-day', most: 1 }, [at('a', 1), { title: 'b' }], [], ['b']],
  ])('%s', (_title, rule, drafts, published, titles) => {
    expect(kept([rule], drafts, published)).toEqual(titles);
  });

  it('ranks only what earlier rules have kept, and says why it drops', () => {
    const rules = compileRules([
      { type: 'keyword', any: ['b'], then: 'drop' },
      { type: 'per-day', most: 1 },
    ]);
    const decisions = applyRules([at('a', 1), at('b', 3), at('c', 2)].map(draftOf), rules, NOW);
    expect(decisions.map((decision) => (decision.kind === 'drop' ? decision.reason : 'kept'))).toEqual([
      'its source has a post on 2026-05-10 already',
      'text has "b"',
      'kept',
    ]);
  });

  it('judges each category alone', () => {
    const compile = ruleCompiler({
      site: { timezone: 'UTC' },
      rules: [],
      groupRules: {},
      categories: ['x', 'y'].map((slug) => ({
        ...{ slug, was: [], title: slug, language: 'en', primary: [], jekyll: { frontMatter: {} } },
        entry: { include: [], rules: slug === 'x' ? [{ type: 'per-day', most: 1 }] : [], from: { any: true } },
      })),
    });
    const rules = compile({ id: 'a', rules: [] });
    const decisions = applyRules([at('a', 1), at('b', 2)].map(draftOf), rules, NOW);
    expect(decisions.map(({ draft }) => draft.categories)).toEqual([['y'], ['x', 'y']]);
    expect(lookBackOf(rules)).toEqual([{ among: 'source', ms: 48 * HOUR }]);
  });
});

describe('dedupe-title', () => {
  const rule = { type: 'dedupe-title', within: '1d' };

  it.each<[string, RuleSettings, readonly Partial<Draft>[], readonly Post[], readonly string[]]>([
    ['keeps the earliest', rule, [at('Ａ b!', 3), at('a B', 1), at('c', 2)], [], ['a B', 'c']],
    ['keeps the last in the document of equal dates', rule, [at('a!', 1), at('a', 1)], [], ['a']],
    ['keeps what is further apart', rule, [at('a', 1), at('a', 26)], [], ['a', 'a']],
    [
      'keeps a third that is near to what was dropped only',
      rule,
      [at('a', 0), at('a!', 20), at('a?', 40)],
      [],
      ['a', 'a?'],
    ],
    ['knows what is published', rule, [at('a', 11)], [stored({ title: 'A.' })], []],
    [
      'keeps a post that is published',
      rule,
      [at('a', 11, { url: 'https://a.org/1' })],
      [stored({ title: 'A.', url: 'https://a.org/1' })],
      ['a'],
    ],
    ['leaves other sources alone', rule, [at('a', 11)], [stored({ title: 'A.', source: other })], ['a']],
    ['compares all sources', { ...rule, among: 'all' }, [at('a', 11)], [stored({ title: 'A.', source: other })], []],
    ['keeps titles that are nothing but signs', rule, [at('!', 1), at('?', 2)], [], ['!', '?']],
  ])('%s', (_title, settings, drafts, published, titles) => {
    expect(kept([settings], drafts, published)).toEqual(titles);
  });
});

describe('lookBackOf', () => {
  it('is as far as the rule that looks back furthest', () => {
    const rules = compileRules([
      { type: 'dedupe-title', within: '1d' },
      { type: 'dedupe-title', within: '5d' },
      { type: 'dedupe-title', within: '2d', among: 'all' },
    ]);
    expect(lookBackOf(rules)).toEqual([
      { among: 'source', ms: 120 * HOUR },
      { among: 'all', ms: 48 * HOUR },
    ]);
    expect(lookBackOf(compileRules([{ type: 'tags', add: ['x'] }]))).toEqual([]);
  });
});
