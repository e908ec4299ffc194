import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../src/model/errors.ts';
import type { Draft } from '../../../src/model/post.ts';
import type { RuleSettings } from '../../../src/model/settings.ts';
import { applyRules, compileRules } from '../../../src/stages/filter/filter.ts';
import { draftOf } from './draft.ts';

const NOW = Date.parse('2026-05-10T12:00:00Z');

function decide(rules: readonly RuleSettings[], fields: Partial<Draft> = {}) {
  const [decision] = applyRules([draftOf(fields)], compileRules(rules), NOW);
  return decision;
}

describe('applyRules', () => {
  it('keeps a post as it is where there are no rules', () => {
    const draft = draftOf({ title: 'a' });
    const [decision] = applyRules([draft], compileRules([]), NOW);
    expect(decision).toEqual({ kind: 'keep', draft, applied: [] });
    expect(decision?.draft).toBe(draft);
  });

  it('answers for each draft, in their order', () => {
    const rules = compileRules([{ type: 'keyword', any: ['b'], then: 'drop' }]);
    const drafts = ['a', 'b', 'c'].map((title) => draftOf({ title }));
    expect(applyRules(drafts, rules, NOW).map(({ kind }) => kind)).toEqual(['keep', 'drop', 'keep']);
  });

  it('names the rule that dropped a post, and why', () => {
    const rules = [
      { type: 'tags', add: ['x'] },
      { type: 'keyword', field: 'title', any: ['广告', '推广'], then: 'drop' },
    ];
    expect(decide(rules, { title: '商业推广' })).toMatchObject({
      kind: 'drop',
      rule: 'rules[1] keyword',
      reason: 'title has "推广"',
      draft: { tags: ['x'] },
    });
  });

  it('names the rules that changed a post, and what they did', () => {
    const rules = [
      { type: 'keyword', any: ['stocks'], categories: ['gupiao'], tags: ['股市'] },
      { type: 'category', remove: ['a'] },
      { type: 'rewrite', field: 'title', pattern: '^\\[x\\] ' },
      { type: 'tags', remove: ['nothing'] },
    ];
    expect(decide(rules, { title: '[x] stocks', categories: ['a'] })).toMatchObject({
      kind: 'keep',
      draft: { title: 'stocks', categories: ['gupiao'], tags: ['股市'] },
      applied: [
        'rules[0] keyword: text has "stocks": added category gupiao, tag 股市',
        'rules[1] category: categories are gupiao',
        'rules[2] rewrite: rewrote the title',
      ],
    });
  });

  it('shows a rule what the rules before it made', () => {
    const rules = [
      { type: 'rewrite', field: 'content', pattern: 'old', with: 'new' },
      { type: 'keyword', field: 'content', any: ['old'], then: 'drop' },
      { type: 'tags', map: { a: 'b' } },
      { type: 'tag', any: ['b'], categories: ['c'] },
    ];
    expect(decide(rules, { content: { html: 'old' }, tags: ['a'] })).toMatchObject({
      kind: 'keep',
      draft: { content: { html: 'new' }, categories: ['c'] },
    });
  });

  it('adds nothing twice', () => {
    const rules = [{ type: 'keyword', any: ['a'], categories: ['x', 'y'], tags: ['t'] }];
    expect(decide(rules, { title: 'a', categories: ['x'], tags: ['t'] })).toMatchObject({
      draft: { categories: ['x', 'y'], tags: ['t'] },
      applied: ['rules[0] keyword: text has "a": added category y'],
    });
  });

  it('drops what no keep rule knows, and says so', () => {
    expect(decide([{ type: 'link', any: ['a.org'], then: 'keep' }], { url: 'https://b.org/' })).toMatchObject({
      kind: 'drop',
      reason: 'it does not match',
    });
  });

  it('looks for keywords in what a reader sees', () => {
    const rules = [{ type: 'keyword', field: 'content', any: ['hidden'], then: 'drop' }];
    expect(decide(rules, { content: { html: '<script>hidden</script><p class="hidden">seen</p>' } })?.kind).toBe(
      'keep',
    );
    expect(decide(rules, { content: { html: '<p>hid<b>den</b></p>' } })?.kind).toBe('drop');
  });

  it('keeps the base of rewritten HTML', () => {
    const content = { html: '<a href="x">1</a>', baseUrl: 'https://example.org/' };
    expect(decide([{ type: 'rewrite', field: 'content', pattern: '1', with: '2' }], { content })).toMatchObject({
      draft: { content: { html: '<a href="x">2</a>', baseUrl: 'https://example.org/' } },
    });
  });

  it.each([
    ['javascript:alert(1)', 'a script'],
    ['/relative', 'a path'],
    ['', 'nothing'],
  ])('never makes %j, which is %s, of a link', (template) => {
    const rules = [{ type: 'rewrite', field: 'link', pattern: '^.*$', with: template }];
    expect(decide(rules, { url: 'https://example.org/' })).toMatchObject({
      draft: { url: 'https://example.org/' },
      applied: [],
    });
  });
});

describe('compileRules', () => {
  it.each([[{ type: 'nonesuch' }], [{ type: 'keyword' }]])('throws for %j, which no config lets through', (rule) => {
    expect(() => compileRules([rule])).toThrow(rule.type === 'nonesuch' ? InvariantError : Error);
  });
});
