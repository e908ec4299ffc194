import { describe, expect, it } from 'vitest';
import { formatPlan } from '../../src/commands/format-plan.ts';
import type { CategoryPlan, PlannedEntry } from '../../src/jobs/plan/plan-feeds.ts';

const entry = (title: string, because: string): PlannedEntry => ({
  id: '0123456789abcdef',
  title,
  sourceId: 'paper',
  because,
});
const SITE = { id: 'https://news.example.org', url: 'https://news.example.org' };
const category = (more: Partial<CategoryPlan>): CategoryPlan => ({
  slug: 'jijin',
  title: '基金',
  kind: 'changed',
  added: [],
  removed: [],
  changed: [],
  stayed: 0,
  older: 0,
  ...more,
});

describe('formatPlan', () => {
  it.each([
    ['nothing', { kind: 'same' }, 'jijin (基金): no change'],
    ['a new category', { kind: 'new' }, 'jijin (基金): new'],
    [
      'one that is taken down',
      { kind: 'gone', removed: [entry('a', '')] },
      'jijin (基金): removed, with 1 post in its feed',
    ],
    [
      'a new slug',
      { was: ['licai', 'jj'], stayed: 3 },
      'jijin (基金): replaces licai, jj, whose addresses redirect to it, 3 stay',
    ],
    ['another title', { renamedFrom: '理财' }, 'jijin (基金): called 理财 until now'],
    [
      'each post, with the reason',
      {
        added: [entry('基金周报', 'no rule drops it')],
        removed: [entry('广告', 'rules[0] keyword: title has "广告"')],
        changed: [entry('三', 'title, tags')],
        older: 4,
      },
      'jijin (基金): 1 added, 1 removed, 1 changed, 4 in the older pages\n' +
        '  + 基金周报 (paper): no rule drops it\n' +
        '  - 广告 (paper): rules[0] keyword: title has "广告"\n' +
        '  ~ 三 (paper): title, tags',
    ],
  ] as const)('tells %s', (_title, more, expected) => {
    expect(formatPlan({ site: SITE, categories: [category(more)], sources: [] })).toMatch(
      new RegExp(`\n${expected.replace(/[()[\]+]/gu, String.raw`\$&`)}\n\n0 sources of 0 unchanged`, 'u'),
    );
  });

  it('names twenty posts and counts the others', () => {
    const added = Array.from({ length: 23 }, (_, place) => entry(`post ${place}`, 'it enters the category'));
    const lines = formatPlan({ site: SITE, categories: [category({ added })], sources: [] }).split('\n');
    expect(lines[22]).toBe('  + post 19 (paper): it enters the category');
    expect(lines[23]).toBe('  + and 3 more');
  });

  it('tells of each source whose config changed what shows now and what when it is fetched', () => {
    const none = { added: 0, changed: 0, withdrawn: 0 };
    const at = Date.UTC(2026, 0, 2, 3, 4, 5);
    const text = formatPlan({
      site: SITE,
      categories: [],
      sources: [
        { id: 'a', kind: 'read', documentAt: at, nextCheckAt: at + 1_000, added: 1, changed: 2, withdrawn: 3 },
        { id: 'b', kind: 'moved', ...none },
        { id: 'c', kind: 'unreadable', message: 'no\u001b[31m feed', ...none },
        { id: 'd', kind: 'same', ...none },
        { id: 'e', kind: 'new', ...none },
      ],
    });
    expect(text.split('\n').slice(3, 7)).toEqual([
      'a: read again from its document of 2026-01-02T03:04:05Z: 1 new post, 2 changed, 3 withdrawn; takes effect at its next check, 2026-01-02T03:04:06Z',
      'b: has a new address; its posts are known after the next fetch',
      'c: its last document is not readable with the new settings: no [31m feed',
      'e: has not been read yet; its posts are known after the first fetch',
    ]);
    expect(text).toContain('1 source of 5 unchanged.');
  });
});
