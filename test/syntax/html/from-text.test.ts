import { describe, expect, it } from 'vitest';
import { textToHtml } from '../../../src/syntax/html/from-text.ts';

const WRAPPED = [
  'The committee met on Monday to discuss the budget for the coming year,',
  'and after some hours of debate it agreed to raise the money that the',
  'schools had asked for. The mayor said that she was content with the',
  'outcome.',
].join('\n');

describe('textToHtml', () => {
  it.each([
    ['one line is only escaped', 'a < b & c', 'a &lt; b &amp; c'],
    ['a blank line starts a paragraph', '一\n\n二', '<p>一</p><p>二</p>'],
    ['a blank line may hold blanks', 'a\n \t\nb', '<p>a</p><p>b</p>'],
    ['a single break is a break', '第二段。\n- 甲\n- 乙', '第二段。<br/>- 甲<br/>- 乙'],
    ['line ends of Windows and old Macs are breaks', 'a\r\nb\rc', 'a<br/>b<br/>c'],
    ['breaks around the text are none', '\n\na\nb\n\n', 'a<br/>b'],
    ['nothing but breaks is nothing', '\n \n', ''],
    ['times and numbers at the start of lines keep their lines', '0:00 Intro\n1:00 More', '0:00 Intro<br/>1:00 More'],
    ['prose broken at one width is joined', WRAPPED, WRAPPED.replaceAll('\n', ' ')],
    [
      'Chinese prose broken at one width is joined without blanks',
      `${'央行今日开展逆回购操作维护银行体系流动性合理充裕稳定'.repeat(1)}\n`.repeat(4) + '完。',
      `${'央行今日开展逆回购操作维护银行体系流动性合理充裕稳定'.repeat(4)}完。`,
    ],
    [
      'lines that are indented like the document around them are joined',
      'Line 1\n      Line 2\n      Line 3',
      'Line 1 Line 2 Line 3',
    ],
    [
      'a poem keeps its lines',
      'Tiger, tiger\nburning bright\nIn the forests\nof the night',
      'Tiger, tiger<br/>burning bright<br/>In the forests<br/>of the night',
    ],
    [
      'an address becomes a link',
      'see https://a.example/x?y=1&z=2.',
      'see <a href="https://a.example/x?y=1&amp;z=2">https://a.example/x?y=1&amp;z=2</a>.',
    ],
    [
      'a bracket that an address opens belongs to it',
      '(https://a.example/b_(c))',
      '(<a href="https://a.example/b_(c)">https://a.example/b_(c)</a>)',
    ],
    [
      'CJK punctuation ends an address',
      '见https://a.example/甲。下一句',
      '见<a href="https://a.example/甲">https://a.example/甲</a>。下一句',
    ],
    ['other schemes are no links', 'javascript:alert(1) ftp://a.example', 'javascript:alert(1) ftp://a.example'],
    [
      'quotes end an address',
      '"https://a.example/"onmouseover=x',
      '"<a href="https://a.example/">https://a.example/</a>"onmouseover=x',
    ],
  ])('%s', (_title, text, html) => {
    expect(textToHtml(text)).toBe(html);
  });
});
