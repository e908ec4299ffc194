/** Which categories does a post enter by their own `from`, `include` and `rules`? */
import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/model/post.ts';
import type { Category, CategoryEntry, CategoryQuery, RuleSettings, Settings } from '../../../src/model/settings.ts';
import { applyRules, ruleCompiler } from '../../../src/stages/filter/filter.ts';
import { draftOf } from './draft.ts';

const site = { timezone: 'UTC' };

type Entries = Readonly<Record<string, Partial<CategoryEntry>>>;

function categoriesOf(entries: Entries): readonly Category[] {
  return Object.entries(entries).map(([slug, entry]) => ({
    slug,
    was: [],
    title: slug,
    language: 'en',
    primary: [],
    jekyll: { frontMatter: {} },
    ...(Object.keys(entry).length > 0 && { entry: { include: [], rules: [], ...entry } }),
  }));
}

function decide(
  entries: Entries,
  fields: Partial<Draft>,
  rules: Partial<Pick<Settings, 'rules' | 'groupRules'>> & { source?: readonly RuleSettings[] } = {},
) {
  const compile = ruleCompiler({ site, rules: [], groupRules: {}, ...rules, categories: categoriesOf(entries) });
  const source = { id: 'a', rules: rules.source ?? [], groups: Object.keys(rules.groupRules ?? {}) };
  const [decision] = applyRules([draftOf(fields)], compile(source), Date.UTC(2026, 4, 10));
  if (decision === undefined) throw new Error('no decision');
  return decision;
}

const entered = (entries: Entries, fields: Partial<Draft>) => decide(entries, fields).draft.categories;

describe('from', () => {
  it.each<[CategoryQuery, Partial<Draft>, boolean]>([
    [{ sources: ['a'], any: false }, {}, true],
    [{ sources: ['b'], any: false }, {}, false],
    [{ tags: ['ＡＩ'], any: false }, { tags: ['ai'] }, true],
    [{ tags: ['AI'], any: false }, { tags: ['said'] }, false],
    [{ sources: ['a'], tags: ['x'], any: false }, {}, false],
    [{ sources: ['a'], tags: ['x'], any: false }, { tags: ['x'] }, true],
    [{ sources: ['a'], tags: ['x'], any: true }, {}, true],
    [{ sources: ['b'], tags: ['x'], any: true }, { tags: ['x'] }, true],
    [{ sources: ['b'], tags: ['x'], any: true }, {}, false],
    [{ any: true }, {}, true],
    [{ any: false }, {}, false],
    [{ sources: [], any: false }, {}, false],
    [{ tags: [], any: true }, { tags: ['x'] }, false],
  ])('%j of a post of source a with %j: %j', (from, fields, isIn) => {
    expect(entered({ news: { from } }, fields)).toEqual(isIn ? ['news'] : []);
  });

  it('says why', () => {
    const { applied } = decide({ news: { from: { sources: ['a'], tags: ['x'], any: false } } }, { tags: ['x'] }) as {
      applied: readonly string[];
    };
    expect(applied).toEqual(['categories.news.from: its source is a and it is tagged "x": added category news']);
  });
});

describe('include', () => {
  const entries: Entries = { all: { include: ['middle'] }, middle: { include: ['low'] }, low: {} };

  it('puts posts of a category into those above it, in whatever order they are written', () => {
    expect(entered(entries, { categories: ['low'] })).toEqual(['low', 'middle', 'all']);
    expect(entered(entries, { categories: ['middle'] })).toEqual(['middle', 'all']);
    expect(entered(entries, { categories: [] })).toEqual([]);
  });

  it('does not count a category that refused the post', () => {
    const refuse = [{ type: 'keyword', any: ['no'], then: 'drop' }];
    expect(entered({ ...entries, low: { rules: refuse } }, { title: 'no', categories: ['low'] })).toEqual([]);
  });

  it('ends where a loop has come in', () => {
    const loop: Entries = { a: { include: ['b'] }, b: { include: ['a'] } };
    expect(entered(loop, { categories: ['b'] })).toEqual(['b', 'a']);
  });
});

describe('rules of a category', () => {
  const onlyBanks: readonly RuleSettings[] = [{ type: 'keyword', any: ['bank'], then: 'keep' }];

  it('decide on this category alone', () => {
    const decision = decide(
      { banks: { rules: onlyBanks }, news: {} },
      { title: 'sport', categories: ['banks', 'news'] },
    );
    expect(decision).toMatchObject({
      kind: 'keep',
      draft: { categories: ['news'] },
      applied: ['categories.banks.rules[0] keyword: it does not match: not in category banks'],
    });
  });

  it('are not asked of posts that would not enter', () => {
    const decision = decide({ banks: { rules: [{ type: 'tags', add: ['money'] }] } }, { categories: ['news'] });
    expect(decision.draft).toMatchObject({ tags: [], categories: ['news'] });
  });

  it('change the post as it enters', () => {
    const rules = [{ type: 'tags', add: ['money'] }];
    expect(decide({ banks: { from: { any: true }, rules } }, {}).draft).toMatchObject({
      tags: ['money'],
      categories: ['banks'],
    });
  });

  it('judge a post that a rule of another category has put there, before and after it in the config', () => {
    const moves: Entries = {
      first: { rules: onlyBanks },
      mover: { rules: [{ type: 'category', add: ['first', 'last'] }] },
      last: { rules: onlyBanks },
    };
    expect(entered(moves, { title: 'sport', categories: ['mover'] })).toEqual(['mover']);
    expect(entered(moves, { title: 'a bank', categories: ['mover'] })).toEqual(['mover', 'first', 'last']);
  });

  it('refuse permanently, even if another rule puts the post there afterwards', () => {
    const entries: Entries = {
      refuses: { rules: onlyBanks },
      mover: { rules: [{ type: 'category', add: ['refuses'] }] },
    };
    expect(entered(entries, { title: 'sport', categories: ['refuses', 'mover'] })).toEqual(['mover']);
  });
});

describe('minScore', () => {
  const points: RuleSettings = { type: 'score', points: 5, if: { type: 'keyword', any: ['bank'] } };
  const entries: Entries = { best: { minScore: 6, rules: [{ type: 'score', points: 1 }] }, all: {} };

  it('refuses a post with too few points when the rules of the category have run, and says so', () => {
    const decision = decide(entries, { title: 'sport', categories: ['best', 'all'] }, { rules: [points] });
    expect(decision).toMatchObject({
      kind: 'keep',
      draft: { categories: ['all'], score: 1 },
      applied: [
        'categories.best.rules[0] score: every post: +1, its score is 1',
        'categories.best.publish.minScore: its score 1 is less than 6: not in category best',
      ],
    });
    expect(decide(entries, { title: 'a bank', categories: ['best'] }, { rules: [points] }).draft.categories).toEqual([
      'best',
    ]);
  });

  it('of the site or the source drops the post', () => {
    const compile = ruleCompiler({ site, rules: [points], groupRules: {}, categories: [] });
    const rules = compile({ id: 'a', rules: [], minScore: 1 });
    expect(
      applyRules(
        ['a bank', 'sport'].map((title) => draftOf({ title })),
        rules,
        0,
      ),
    ).toMatchObject([
      { kind: 'keep', draft: { score: 5 } },
      { kind: 'drop', rule: 'publish.minScore', reason: 'its score 0 is less than 1' },
    ]);
  });
});

describe('ruleCompiler', () => {
  const tag = (name: string): RuleSettings => ({ type: 'tags', add: [name] });

  it('runs groups, source, top and categories in this order, and names each rule by its place', () => {
    const decision = decide(
      { news: { rules: [tag('category')] } },
      { categories: ['news'] },
      {
        groupRules: { one: [tag('one')], two: [tag('two')] },
        source: [tag('source')],
        rules: [tag('top')],
      },
    );
    expect(decision.draft.tags).toEqual(['one', 'two', 'source', 'top', 'category']);
    expect(decision.kind === 'keep' && decision.applied.map((line) => line.replace(/ tags:.*/u, ''))).toEqual([
      'groups.one.rules[0]',
      'groups.two.rules[0]',
      'sources.a.rules[0]',
      'rules[0]',
      'categories.news.rules[0]',
    ]);
  });

  it('compiles what sources share once', () => {
    const compile = ruleCompiler({ site, rules: [tag('top')], groupRules: { g: [tag('g')] }, categories: [] });
    const [one, other] = ['a', 'b'].map((id) => compile({ id, rules: [], groups: ['g'] }));
    expect(one?.rules).toHaveLength(2);
    expect(one?.rules.every((rule, index) => rule === other?.rules[index])).toBe(true);
  });
});
