import { describe, expect, it } from 'vitest';
import { storyText, storyTitle } from '../../../src/stages/similar/boilerplate.ts';

const BODY = '中国人民银行宣布，决定于12月15日下调金融机构存款准备金率0.5个百分点，以支持实体经济发展。';
const TEXT = 'The bridge over the Elbe was closed on Tuesday after inspectors found a crack in a girder.';

describe('storyText', () => {
  it.each([
    ['新华社北京12月6日电（记者 王小雨、李强）', ''],
    ['财联社12月6日电，', ''],
    ['中新网12月6日电 (记者 陈静) ', '(完)'],
    ['【央行降准】', ''],
    ['据新华社报道，', ' 阅读原文'],
    ['', ' （责任编辑：赵一鸣）'],
    ['', ' 免责声明：以上内容仅供参考，不构成投资建议。'],
    ['快讯：', ''],
  ])('is the same with %s before and%s behind it', (before, after) => {
    expect(storyText(before + BODY + after)).toBe(storyText(BODY));
  });

  it.each([
    ['LONDON, Nov 24 (Reuters) - ', ''],
    ['', ' (Reporting by Ann Example; editing by Bob Example)'],
    ['', ' The post Bridge closed appeared first on The Example.'],
    ['UPDATE 2: ', ''],
    ['', ' [...]'],
  ])('is the same with %s before and%s behind it', (before, after) => {
    expect(storyText(before + TEXT + after)).toBe(storyText(TEXT));
  });

  it.each([BODY, TEXT, '', '编辑', '记者会上，发言人表示将继续推进。'])('leaves %s as it is', (text) => {
    expect(storyText(text)).toBe(text);
  });

  it('needs no more than a moment for what is made to be slow', () => {
    for (const text of ['（'.repeat(20_000), '记者 '.repeat(20_000), 'A '.repeat(20_000), '新华社'.repeat(20_000)])
      expect(storyText(text).length).toBeLessThanOrEqual(text.length);
  });
});

describe('storyTitle', () => {
  it.each([
    ['快讯：央行宣布下调存款准备金率', '央行宣布下调存款准备金率'],
    ['【突发】央行宣布下调存款准备金率', '央行宣布下调存款准备金率'],
    ['央行宣布下调存款准备金率_经济_示例网', '央行宣布下调存款准备金率'],
    ['Bridge over the Elbe closed after crack | Example News', 'Bridge over the Elbe closed after crack'],
    ['BREAKING: Bridge over the Elbe closed', 'Bridge over the Elbe closed'],
  ])('of %s is %s', (title, expected) => {
    expect(storyTitle(title)).toBe(expected);
  });

  it('is the whole headline where the marks are most of it', () => {
    expect(storyTitle('快讯：涨')).toBe('快讯：涨');
  });
});
