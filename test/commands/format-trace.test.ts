import { describe, expect, it } from 'vitest';
import { formatTrace } from '../../src/commands/format-trace.ts';
import type { Post } from '../../src/model/post.ts';
import type { TraceDecision } from '../../src/model/trace.ts';

const AT = Date.UTC(2026, 0, 24, 8);
const ID = '0123456789abcdef';

function lineOf(decision: TraceDecision): string | undefined {
  const event = { at: AT, postId: ID, sourceId: 'paper', documentUrl: 'https://paper.example/rss', decision };
  const trace = { id: ID, feeds: [], events: [event] };
  return formatTrace({ traces: [trace], lost: 0 })
    .split('\n')
    .at(-1)
    ?.trim();
}

describe('formatTrace', () => {
  const changed = { kind: 'changed', what: ['title', 'content'], revision: 2 } as const;
  it.each<readonly [string, TraceDecision, string]>([
    ['a new post', { kind: 'added' }, 'new post'],
    ['an announced edit', { ...changed, announced: true }, 'changed title, content: revision 2'],
    [
      'a small edit',
      { ...changed, announced: false, quiet: 'small' },
      'changed title, content, not announced: too little has changed',
    ],
    [
      'an edit too many',
      { ...changed, announced: false, quiet: 'churning' },
      'changed title, content, not announced: it changes too often',
    ],
    ['the same link', { kind: 'joined' }, 'joined a story: same link'],
    [
      'the same words',
      { kind: 'joined', score: 0.912, of: 'fedcba9876543210' },
      'joined a story, the text is 91 % similar to that of fedcba9876543210',
    ],
    [
      'a rule',
      { kind: 'dropped', rule: 'rules[0] keyword', reason: 'title has "广告"' },
      'dropped by rules[0] keyword: title has "广告"',
    ],
    ['a flood', { kind: 'held', reason: '40 at once' }, 'held by the flood guard: 40 at once'],
  ])('tells of %s', (_name, decision, expected) => {
    expect(lineOf(decision)).toBe(`2026-01-24T08:00:00Z  ${expected}; in https://paper.example/rss of paper`);
  });

  it('names the other tellings with the ids that post split takes', () => {
    const source = { id: 'paper', feedUrl: 'https://paper.example/rss' };
    const other = { id: 'wire', feedUrl: 'https://wire.example/rss' };
    const times = { publishedAt: AT, updatedAt: AT, firstSeenAt: AT, revision: 1 };
    const lists = { authors: [], tags: [], enclosures: [], categories: [] };
    const alsoFrom = [{ id: 'fedcba9876543210', source: other, url: 'https://wire.example/17' }, { source: other }];
    const post: Post = { id: ID, source, title: 'A title', ...times, ...lists, alsoFrom };
    const lines = formatTrace({ traces: [{ id: ID, post, feeds: [], events: [] }], lost: 0 }).split('\n');
    expect(lines.filter((line) => line.includes('also in'))).toEqual([
      '  also in:    wire https://wire.example/17 (id fedcba9876543210)',
      '  also in:    wire',
    ]);
  });
});
