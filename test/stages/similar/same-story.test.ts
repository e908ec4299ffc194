import { describe, expect, it } from 'vitest';
import { isSameStory, scoreOfSameStory, similarity } from '../../../src/stages/similar/same-story.ts';
import { readSignature, SIGNATURE_BYTES, signatureOf } from '../../../src/stages/similar/signature.ts';
import { signatureOfDraft } from '../../../src/stages/similar/telling.ts';
import { draftOf, randomFrom, sentences } from '../../jobs/newsroom.ts';

interface Story {
  readonly title: string;
  readonly text: string;
}

const THRESHOLD = 0.6;

const RATE = {
  title: '央行宣布下调存款准备金率0.5个百分点',
  text:
    '中国人民银行6日宣布，为支持实体经济发展，促进综合融资成本稳中有降，决定于12月15日下调金融机构存款准备金率0.5个百分点，' +
    '不含已执行5%存款准备金率的金融机构。本次下调后，金融机构加权平均存款准备金率为8.4%，共计释放长期资金约1.2万亿元。' +
    '央行有关负责人表示，稳健货币政策取向没有改变，此次降准是货币政策常规操作。',
};
const BRIDGE = {
  title: 'Bridge over the Elbe closed after crack is found',
  text:
    'The bridge over the Elbe at Schandau was closed to all traffic on Tuesday after inspectors found a crack in a load-bearing girder. ' +
    'Traffic will be diverted through Pirna, a detour of some twenty kilometres. Engineers expect that repairs will take until spring, ' +
    'and shops on the left bank fear for their winter season.',
};
const PARAGRAPH = {
  title: '青溪水库开闸 下游三镇做好转移准备',
  text: '青溪水库三日开闸泄洪，全年降水量为近十年最多，下游三个乡镇已做好人员转移准备，防汛部门提醒沿岸居民远离河道，学校停课一天。',
};
const FLASH = { title: '沪指收涨1.2% 报3521点', text: '沪指今日收盘上涨1.2%，报3521点，两市成交额9800亿元。' };

function met(one: Story, other: Story): boolean {
  const [a, b] = [signatureOf(one.title, one.text), signatureOf(other.title, other.text)];
  return a.bands.some((band) => b.bands.includes(band));
}

function signed({ title, text }: Story) {
  return readSignature(signatureOf(title, text).bytes);
}

function same(one: Story, other: Story): boolean {
  return met(one, other) && isSameStory(signed(one), signed(other), THRESHOLD).same;
}

describe('isSameStory', () => {
  it.each<[string, Story, Story]>([
    ['the same text under another headline', RATE, { ...RATE, title: '年内第二次降准来了' }],
    [
      'an agency line in front and credits behind',
      RATE,
      {
        title: RATE.title,
        text: `新华社北京12月6日电（记者 王小雨）${RATE.text}（责任编辑：赵一鸣） 更多精彩内容，请下载客户端`,
      },
    ],
    ['the text cut to its beginning', RATE, { title: RATE.title, text: `${RATE.text.slice(0, 110)}… [阅读全文]` }],
    [
      'traditional characters for simplified ones',
      {
        title: '国务院发布新规定',
        text: '国务院办公厅发布关于进一步优化营商环境的实施意见，要求各地区各部门认真贯彻执行，确保各项措施落实到位。',
      },
      {
        title: '國務院發布新規定',
        text: '國務院辦公廳發布關於進一步優化營商環境的實施意見，要求各地區各部門認真貫徹執行，確保各項措施落實到位。',
      },
    ],
    [
      'full-width digits and other punctuation',
      RATE,
      { title: RATE.title, text: RATE.text.replaceAll('，', ', ').replace('6', '６') },
    ],
    [
      'an English dispatch line',
      BRIDGE,
      { ...BRIDGE, text: `SCHANDAU, Nov 24 (Wire) - ${BRIDGE.text} (Reporting by Ann Example)` },
    ],
    ['one sentence less', BRIDGE, { ...BRIDGE, text: BRIDGE.text.slice(0, BRIDGE.text.indexOf('Engineers')) }],
    [
      'mixed scripts, word for word',
      { title: 'iPhone 16 发布', text: `Apple 今日发布 iPhone 16，搭载 A18 芯片。${RATE.text}` },
      { title: '苹果新品', text: `Apple 今日发布 iPhone 16，搭载 A18 芯片。${RATE.text}` },
    ],
    ['a clause of the text as the headline', PARAGRAPH, { ...PARAGRAPH, title: '全年降水量为近十年最多' }],
    ['a headline that a portal wrote', PARAGRAPH, { ...PARAGRAPH, title: '刚刚，水库传来大消息' }],
    ['a headline that is the first clause, and another', { ...PARAGRAPH, title: '青溪水库三日开闸泄洪' }, PARAGRAPH],
    [
      'the original headline as the first line',
      PARAGRAPH,
      { title: '水库开闸', text: `原标题：${PARAGRAPH.title}\n${PARAGRAPH.text}` },
    ],
    [
      'date, source and author in front of one paragraph',
      PARAGRAPH,
      { ...PARAGRAPH, text: `2026年12月01日 08:30 来源：新华网 作者：李明 ${PARAGRAPH.text}` },
    ],
    ['the lead of 90 characters', BRIDGE, { ...BRIDGE, text: `${BRIDGE.text.slice(0, 90)}…` }],
    ['an entry without text and one under the same headline', { ...RATE, text: '' }, RATE],
  ])('takes %s for one story', (_title, one, other) => {
    expect(same(one, other)).toBe(true);
    expect(same(other, one)).toBe(true);
  });

  it.each<[string, Story, Story]>([
    ['two reports that share no sentence', RATE, { title: RATE.title, text: BRIDGE.text }],
    [
      'flashes from one template with other figures',
      FLASH,
      { title: '沪指收跌0.8% 报3466点', text: '沪指今日收盘下跌0.8%，报3466点，两市成交额8650亿元。' },
    ],
    [
      'short notices from one template with other names',
      { title: '甲公司：股东拟减持', text: '甲公司公告，持股5%以上股东拟通过集中竞价方式减持公司股份不超过1%。' },
      { title: '乙银行：股东拟减持', text: '乙银行公告，持股5%以上股东拟通过集中竞价方式减持公司股份不超过1%。' },
    ],
    [
      'leads of a series that begins each time alike',
      {
        title: 'Episode 7: Tablets',
        text: 'Anna Stone, Carl West and Tom Ellis talk about the news of the week and your questions…',
      },
      {
        title: 'Episode 8: Phones',
        text: `Anna Stone, Carl West and Tom Ellis talk about the news of the week and your questions. ${BRIDGE.text}`,
      },
    ],
    [
      'columns that share only their credits',
      { title: '一', text: `${sentences(1, 5).join('')} 责任编辑：赵一鸣 更多精彩内容，请下载本报客户端` },
      { title: '二', text: `${sentences(2, 5).join('')} 责任编辑：赵一鸣 更多精彩内容，请下载本报客户端` },
    ],
  ])('takes %s for two', (_title, one, other) => {
    expect(same(one, other)).toBe(false);
    expect(same(other, one)).toBe(false);
  });

  it('gives the same score whichever of the two comes first, between 0 and 1', () => {
    const random = randomFrom(3);
    const texts = Array.from({ length: 60 }, (_, at) => {
      const from = Math.floor(random() * 6);
      const text = sentences(at % 7, 12).slice(from, from + 1 + Math.floor(random() * 6));
      return signed({ title: `标题 ${at % 4}`, text: text.join('') });
    });
    for (const one of texts) {
      expect(similarity(one, one).score).toBe(1);
      for (const other of texts) {
        const { score } = similarity(one, other);
        expect(score).toBe(similarity(other, one).score);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    }
  });

  it('takes nothing for one story at a threshold of 1, not even the same text', () => {
    const rate = signed(RATE);
    expect(isSameStory(rate, rate, 0.99).same).toBe(true);
    expect(isSameStory(rate, rate, 1)).toMatchObject({ same: false, score: 1 });
  });

  it('tells what speaks against it', () => {
    const other = { title: '别的', text: FLASH.text.replace('3521', '3466').replace('1.2', '2.7') };
    const { figures, text } = similarity(signed(FLASH), signed(other));
    expect(figures).toBeGreaterThan(0.5);
    expect(text).toBeLessThan(1);
  });
});

describe('signatureOf', () => {
  it.each([
    ['nothing', '', ''],
    ['white space', ' ', '\n\t'],
    ['a word', '快讯', ''],
  ])('gives %s no band: it is like nothing', (_title, title, text) => {
    const { bytes, bands } = signatureOf(title, text);
    expect(bytes).toHaveLength(SIGNATURE_BYTES);
    expect(bands).toEqual([]);
  });

  it('gives bands of 32 bits, six at most', () => {
    const { bands } = signatureOf(RATE.title, RATE.text);
    expect(bands.length).toBeLessThanOrEqual(6);
    for (const band of bands) expect(band >>> 0).toBe(band);
  });

  it('reads no more than some ten pages of a text', () => {
    const long = sentences(1, 400).join('');
    expect(signatureOf('标题', long)).toEqual(signatureOf('标题', long + sentences(2, 400).join('')));
  });

  it('gives an empty title and lone surrogates something to compare', () => {
    expect(signatureOf('', RATE.text).bands.length).toBeGreaterThan(0);
    expect(() => signatureOf('\ud800', `\udc00${RATE.text}\ud83d`)).not.toThrow();
  });
});

describe('scoreOfSameStory', () => {
  it('is the score of isSameStory, and undefined where that finds two stories', () => {
    const random = randomFrom(7);
    const bytes = (): Uint8Array => Uint8Array.from({ length: SIGNATURE_BYTES }, () => Math.floor(random() * 256));
    const texts = Array.from({ length: 40 }, (_, index) => sentences(index >> 2, 3 + (index % 4)).join(''));
    const signatures = [...texts.map((text) => signatureOf(text.slice(0, 12), text).bytes), bytes(), bytes()];
    const found = { same: 0, other: 0 };
    for (const one of signatures)
      for (const other of signatures)
        for (const threshold of [0.3, 0.6, 0.9, 1]) {
          const [a, b] = [readSignature(one), readSignature(other)];
          const { same, score } = isSameStory(a, b, threshold);
          expect(scoreOfSameStory(a, b, threshold)).toBe(same ? score : undefined);
          found[same ? 'same' : 'other'] += 1;
        }
    expect(Math.min(found.same, found.other)).toBeGreaterThan(50);
  });
});

describe('signatureOfDraft', () => {
  const html = (text: string) => ({ html: `<p>${text}</p>` });

  it('compares visible text, whatever the markup', () => {
    const plain = draftOf('a', { text: RATE.text });
    const marked = draftOf('b', {
      content: { html: `<div><b>${RATE.text.slice(0, 20)}</b>${RATE.text.slice(20)}<script>x()</script></div>` },
    });
    expect(signatureOfDraft(marked)).toEqual(signatureOfDraft(plain));
  });

  it('takes the longer of content and summary', () => {
    const whole = signatureOfDraft(draftOf('a', { text: RATE.text }));
    expect(signatureOfDraft(draftOf('a', { content: html(RATE.text), summary: html('摘要') }))).toEqual(whole);
    expect(signatureOfDraft(draftOf('a', { content: html('阅读全文'), summary: html(RATE.text) }))).toEqual(whole);
  });
});
