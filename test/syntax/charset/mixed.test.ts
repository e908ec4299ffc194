import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../../src/syntax/charset/decode.ts';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

describe('decodeBytes, of a document in two charsets', () => {
  it.each(['gbk', 'big5', 'shift_jis', 'euc-kr'])('reads an item in %s within UTF-8', (charset) => {
    const foreign =
      {
        gbk: '人民币一年期中间价上调',
        big5: '臺北股市今日收盤上漲兩百點',
        shift_jis: '日銀は金融政策の維持を決めた。',
        'euc-kr': '코스피 지수가 오늘 크게 올랐다',
      }[charset] ?? '';
    const bytes = Buffer.concat([
      utf8('<rss><channel><item><title>沪指收涨，两市成交放量，北向资金净流入</title></item><item><title>'),
      iconv.encode(foreign, charset),
      utf8('</title></item></channel></rss>'),
    ]);
    const { text, issues } = decodeBytes(bytes, undefined);
    expect(text).toContain(`<title>${foreign}</title>`);
    expect(text).toContain('<title>沪指收涨，两市成交放量，北向资金净流入</title>');
    expect(issues.map(({ code }) => code)).toEqual(['charset-mixed']);
  });
});

describe('decodeBytes, of text cut within a character', () => {
  it.each(['gbk', 'big5', 'shift_jis'])('ends the CDATA section in %s', (charset) => {
    const words = { gbk: '人民币汇率', big5: '臺灣加權指數', shift_jis: '日本銀行総裁' }[charset] ?? '';
    const cut = iconv.encode(words, charset).subarray(0, -1);
    const bytes = Buffer.concat([
      utf8(`<?xml version="1.0" encoding="${charset}"?><rss><channel><title><![CDATA[`),
      cut,
      utf8(']]></title><description><![CDATA['),
      iconv.encode(words, charset),
      utf8(']]></description></channel></rss>'),
    ]);
    const { text } = decodeBytes(bytes, undefined);
    expect(text).toContain(`<![CDATA[${words.slice(0, -1)}\ufffd]]></title>`);
    expect(text).toContain(`<![CDATA[${words}]]></description>`);
  });
});
