import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/model/post.ts';
import type { RuleSettings } from '../../../src/model/settings.ts';
import { applyRules, compileRules } from '../../../src/stages/filter/filter.ts';
import { RULES } from '../../../src/stages/filter/registry.ts';
import { draftOf } from './draft.ts';

const NOW = Date.parse('2026-05-10T12:00:00Z');
const DAY_MS = 86_400_000;

const cases: readonly (readonly [string, RuleSettings, Partial<Draft>, 'keep' | 'drop' | Partial<Draft>])[] = [
  [
    'an author is known by e-mail, in any case',
    { type: 'author', any: ['Press@Example.org'], then: 'drop' },
    { authors: [{ email: 'press@example.ORG' }] },
    'drop',
  ],
  [
    'an author is no part of a longer word',
    { type: 'author', any: ['Lee'], then: 'drop' },
    { authors: [{ name: 'Ann Leeds' }] },
    'keep',
  ],
  [
    'a category rule sets, adds and removes at once',
    { type: 'category', set: ['a', 'b'], add: ['c', 'a'], remove: ['b'] },
    { categories: ['z'] },
    { categories: ['a', 'c'] },
  ],
  [
    'a keyword may be a phrase over blanks of any kind',
    { type: 'keyword', field: 'title', any: ['interest rate'], then: 'drop' },
    { title: 'Interest\u00a0 Rate cut' },
    'drop',
  ],
  [
    'a keyword is not looked for in other fields',
    { type: 'keyword', field: 'summary', any: ['rate'], then: 'drop' },
    { title: 'rate', content: { html: 'rate' } },
    'keep',
  ],
  [
    'a language is read with underscores, too',
    { type: 'language', any: ['zh-Hant'], then: 'drop' },
    { language: 'zh_hant_TW' },
    'drop',
  ],
  [
    'a longer language tag does not match a shorter one',
    { type: 'language', any: ['zh-CN'], then: 'drop' },
    { language: 'zh' },
    'keep',
  ],
  [
    'a link is compared with its port',
    { type: 'link', any: ['example.org:8080'], then: 'drop' },
    { url: 'http://www.example.org:8080/x' },
    'drop',
  ],
  [
    'the path of a link counts with its query',
    { type: 'link', any: ['/go?to='], then: 'drop' },
    { url: 'https://example.org/go?to=x' },
    'drop',
  ],
  [
    'age is that of the update where there is no other date',
    { type: 'maxAge', age: '7d' },
    { updatedAt: NOW - 8 * DAY_MS },
    'drop',
  ],
  [
    'age may sort instead of drop',
    { type: 'maxAge', age: '7d', categories: ['old'] },
    { publishedAt: NOW - 8 * DAY_MS },
    { categories: ['old'] },
  ],
  [
    'length is counted in the title, too',
    { type: 'minLength', field: 'title', words: 3 },
    { title: 'two words' },
    'drop',
  ],
  [
    'length does not count markup',
    { type: 'minLength', words: 3 },
    { content: { html: '<p class="a b c">one <b>two</b></p>' } },
    'drop',
  ],
  [
    'an expression is looked for in each author',
    { type: 'regex', field: 'author', pattern: '^bot-', then: 'drop' },
    { authors: [{ name: 'Ann' }, { email: 'bot-1@example.org' }] },
    'drop',
  ],
  [
    'an expression is looked for in each tag',
    { type: 'regex', field: 'tag', pattern: '^sponsored$', then: 'drop' },
    { tags: ['news', 'sponsored'] },
    'drop',
  ],
  [
    'a match never spans two fields',
    { type: 'regex', field: 'text', pattern: '(?s)a.*b', then: 'drop' },
    { title: 'a', content: { html: 'b' } },
    'keep',
  ],
  [
    'a rewrite may leave nothing of a summary',
    { type: 'rewrite', field: 'summary', pattern: '(?s).+' },
    { summary: { html: '<p>x</p>' } },
    { summary: { html: '' } },
  ],
  ['a tag matches in any width and case', { type: 'tag', any: ['ＡＩ'], then: 'drop' }, { tags: ['ai'] }, 'drop'],
  [
    'tags are renamed before they are chosen',
    { type: 'tags', map: { Stock: '股市' }, only: ['股市'], add: ['x'] },
    { tags: ['stock', 'other'] },
    { tags: ['股市', 'x'] },
  ],
  [
    'a night goes over midnight',
    { type: 'schedule', between: ['22:00', '06:00'], then: 'drop' },
    { publishedAt: Date.parse('2026-05-09T23:30:00Z') },
    'drop',
  ],
  [
    'the end of the hours is not part of them',
    { type: 'schedule', between: ['22:00', '06:00'], then: 'drop' },
    { publishedAt: Date.parse('2026-05-09T06:00:00Z') },
    'keep',
  ],
  [
    'hours are those of the zone, on the day when it changes its clock, too',
    { type: 'schedule', between: ['03:00', '04:00'], days: ['sun'], timezone: 'Europe/Berlin' },
    { publishedAt: Date.parse('2026-03-29T01:30:00Z') },
    'keep',
  ],
  ['the whole day may be named', { type: 'schedule', between: ['00:00', '24:00'] }, {}, 'keep'],
  [
    'a dollar sign in a title is no group',
    { type: 'rewrite', field: 'title', pattern: 'x(y)', with: '{tags} $1' },
    { title: 'xy', tags: ['$1', '$$'] },
    { title: '$1, $$ y' },
  ],
  [
    'what is put into a link is escaped',
    { type: 'replace', field: 'link', with: 'https://a.org/?t={title}&s={{source}}' },
    { title: 'a b&c' },
    { url: 'https://a.org/?t=a%20b%26c&s={source}' },
  ],
  [
    'a title never becomes empty',
    { type: 'replace', field: 'title', with: '{author}' },
    { title: 'x' },
    { title: 'x' },
  ],
  [
    'a source without a title is named by its id',
    { type: 'replace', field: 'title', with: '{source}: {title}' },
    { title: 'x' },
    { title: 'a: x' },
  ],
  [
    'points need all conditions',
    {
      type: 'score',
      points: 5,
      if: [
        { type: 'tag', any: ['x'] },
        { type: 'keyword', any: ['y'] },
      ],
    },
    { tags: ['x'], score: 2 },
    { score: 2 },
  ],
  [
    'a condition that cannot be judged gives no points',
    { type: 'score', points: 5, if: { type: 'language', any: ['en'] } },
    {},
    { tags: [] },
  ],
  ['a title without letters has no twin', { type: 'dedupe-title' }, { title: '!' }, 'keep'],
  ['a post alone is the best of its day', { type: 'per-day', most: 1 }, {}, 'keep'],
];

describe('the rules', () => {
  it.each(cases)('%s', (_title, rule, fields, expected) => {
    const [decision] = applyRules([draftOf(fields)], compileRules([rule]), NOW);
    if (typeof expected === 'string') expect(decision?.kind).toBe(expected);
    else expect(decision).toMatchObject({ kind: 'keep', draft: expected });
  });

  it('are all tried here', () => {
    expect(RULES.map(({ type }) => type).filter((type) => !cases.some(([, rule]) => rule.type === type))).toEqual([]);
  });
});
