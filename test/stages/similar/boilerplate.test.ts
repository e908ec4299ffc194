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

  it.each([
    ['2026年12月01日 08:30 来源：新华网 作者：李明 ', ''],
    ['2026-12-01 08:30\n来源：\n人民日报\n', ''],
    ['原标题：央行年内再次降准\n', ''],
    ['（原標題：央行年內再次降準）', ''],
    ['文/本报记者 马晨 通讯员 何炜 ', ''],
    ['（中央社記者林小玲台北1日電）', ''],
    ['〔記者陳文婷／高雄報導〕', ''],
    ['编者按：本文有助于理解近期政策。', ''],
    ['', '\n责编：周洁 | 审核：李震'],
    ['', ' 【编辑:田博群】'],
    ['', '\n延伸閱讀\n台股收盤大漲'],
    ['', '\n点击关注我们，获取更多资讯'],
  ])('leaves out %j in front and %j behind, in both Chinese scripts', (before, after) => {
    expect(storyText(before + BODY + after)).toBe(storyText(BODY));
  });

  it.each([
    ['By Anna Stone\nDecember 1, 2026 8:30 AM EST\n', ''],
    ['Posted on December 1, 2026 by admin ', ''],
    ['Original title: A crack in the girder\n', ''],
    ["Editor's note: This story was first published by our partner. ", ''],
    ['', '\nFollow us on Twitter for more.'],
    ['', '\nAbout the author: Maria Lopez lives in Oslo.'],
    ['', ' This article was originally published on Example Daily.'],
  ])('leaves out %j in front and %j behind, in English', (before, after) => {
    expect(storyText(before + TEXT + after)).toBe(storyText(TEXT));
  });

  it.each([
    ['【ロンドン時事】', '', '市の橋が火曜日に閉鎖され、点検で桁に亀裂が見つかったことが分かった。交通は迂回する。'],
    [
      '（東京 1日 ロイター） - ',
      '（共同）',
      '市の橋が火曜日に閉鎖され、点検で桁に亀裂が見つかったことが分かった。交通は迂回する。',
    ],
    [
      '',
      '\n関連記事\n都内で初雪を観測',
      '市の橋が火曜日に閉鎖され、点検で桁に亀裂が見つかったことが分かった。交通は迂回する。',
    ],
    [
      '(서울=연합뉴스) 김철수 기자 = ',
      '',
      '화요일 점검에서 균열이 발견되어 다리가 폐쇄되었다. 차량은 우회해야 한다고 시가 밝혔다.',
    ],
    [
      '',
      ' 김철수 기자 kim@example.com',
      '화요일 점검에서 균열이 발견되어 다리가 폐쇄되었다. 차량은 우회해야 한다고 시가 밝혔다.',
    ],
    [
      '',
      ' <저작권자 ⓒ 연합뉴스, 무단 전재-재배포 금지>',
      '화요일 점검에서 균열이 발견되어 다리가 폐쇄되었다. 차량은 우회해야 한다고 시가 밝혔다.',
    ],
  ])('leaves out %j in front and %j behind, in Japanese and Korean', (before, after, body) => {
    expect(storyText(before + body + after)).toBe(storyText(body));
  });

  it.each([
    ['an original title that begins the text', `原标题：${BODY}`],
    ['a note at the start of which a tail could begin', `来源：${BODY}`],
    ['a call to follow in the first words', `欢迎关注${BODY}`],
    ['rights in the first words', `© ${TEXT}`],
  ])('takes no more than half of a text: %s', (_title, text) => {
    expect(storyText(text).length).toBeGreaterThanOrEqual(text.length / 2);
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
