import { describe, expect, it } from 'vitest';
import { withoutVolatileText, withoutVolatileHtml } from '../../../src/syntax/html/volatile-text.ts';

describe('lastingText', () => {
  it.each([
    ['a counter in a line of its own', '<p>The text.</p><p>1,234 views</p>', 'The text.'],
    ['several counters in a line', '<p>The text.</p><div>12 comments · 3.4k likes | 7 shares</div>', 'The text.'],
    ['a counter behind its name', '<p>Points: 123</p><p># Comments: 45</p><p>The text.</p>', 'The text.'],
    ['a counter behind the last sentence', '<p>He said so. The text. 12 comments</p>', 'He said so. The text.'],
    ['a Chinese counter behind the last sentence', '<p>正文。阅读 1234</p>', '正文。'],
    ['Chinese counters', '<p>正文。</p><p>阅读 1234</p><p>评论(12)</p><p>3.2万人阅读</p><p>点赞数：3</p>', '正文。'],
    ['a relative date', '<p>Posted 3 hours ago by Ann</p><p>The text.</p>', 'Posted by Ann The text.'],
    ['Chinese relative dates', '<p>5分钟前 财经</p><p>正文。</p>', '财经 正文。'],
    [
      'an advertisement by its class',
      '<p>One.</p><div class="post-ad"><div>Buy!</div> now</div><p>Two.</p>',
      'One. Two.',
    ],
    ['an advertisement by its id', '<p>One.</p><ins id="adsbygoogle">Buy!</ins><p>Two.</p>', 'One. Two.'],
    ['the label of an advertisement', '<p>One.</p><p>Advertisement</p><p>广告</p><p>Two.</p>', 'One. Two.'],
  ])('leaves out %s', (_title, html, text) => {
    expect(withoutVolatileHtml(html)).toBe(text);
  });

  it.each([
    ['a figure in a sentence', '<p>The index fell 12 points.</p>', 'The index fell 12 points.'],
    [
      'counts in a sentence',
      '<p>It has 1,234 views and counting, they say.</p>',
      'It has 1,234 views and counting, they say.',
    ],
    ['a last sentence with a figure', '<p>It rose. It has 12 points</p>', 'It rose. It has 12 points'],
    ['a decimal before a counted word', '<p>The rate rose by 1.5 points</p>', 'The rate rose by 1.5 points'],
    ['words that begin like an advertisement', '<p class="address lead">Add it.</p>', 'Add it.'],
    ['an advertisement that never ends', '<div class="ad"><p>All of it.</p>', 'All of it.'],
    ['a Chinese sentence with a number', '<p>沪指涨12点，成交3.2万亿。</p>', '沪指涨12点，成交3.2万亿。'],
  ])('keeps %s', (_title, html, text) => {
    expect(withoutVolatileHtml(html)).toBe(text);
  });
});

describe('lastingLine', () => {
  it('takes counters and relative times out of a title', () => {
    expect(withoutVolatileText('A headline | 12 comments')).toBe('A headline');
    expect(withoutVolatileText('A headline - with a dash')).toBe('A headline - with a dash');
  });
});

describe('withoutVolatileText, of titles', () => {
  it.each([
    ['Comic 12 (3 comments)', 'Comic 12 (27 comments)'],
    ['沪指收涨（15条评论）', '沪指收涨（2条评论）'],
    ['沪指收涨 阅读 2345', '沪指收涨 阅读 9'],
    ['沪指收涨 回复:18', '沪指收涨 回复:200'],
    ['Show HN: A thing (166 points)', 'Show HN: A thing (1 point)'],
    ['▲ 57 A thing', '▲ 58 A thing'],
    ['(4) Inbox of the day', '(12) Inbox of the day'],
    ['A thing [12 replies] (3 votes)', 'A thing [13 replies] (4 votes)'],
  ])('%s is %s', (one, other) => {
    expect(withoutVolatileText(one)).toBe(withoutVolatileText(other));
    expect(withoutVolatileText(one)).not.toBe('');
  });

  it.each([
    ['Comic 12', 'Comic 13'],
    ['Season 2 (2025)', 'Season 2 (2026)'],
    ['(1) First part', 'First part, again'],
    ['iPhone 16 (128 GB)', 'iPhone 16 (256 GB)'],
    ['上涨 12 点', '上涨 15 点'],
  ])('%s is not %s', (one, other) => {
    expect(withoutVolatileText(one)).not.toBe(withoutVolatileText(other));
  });
});
