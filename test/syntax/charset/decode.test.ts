/** Is every document read in the charset that its bytes are in? */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes, decodesPiecewise } from '../../../src/syntax/charset/decode.ts';
import { charsetOfLabel } from '../../../src/syntax/charset/labels.ts';

const feed = (label: string | undefined, text: string) =>
  `<?xml version="1.0"${label === undefined ? '' : ` encoding="${label}"`}?>\n<rss><title>${text}</title></rss>`;

/** A feed in one charset that calls itself another. */
const encoded = (charset: string, label: string | undefined, text: string) => iconv.encode(feed(label, text), charset);

const title = (bytes: Uint8Array, contentType?: string) => {
  const { text, charset } = decodeBytes(bytes, contentType);
  return { charset, title: /<title>(.*?)<\/title>/s.exec(text)?.[1] };
};

const codes = (bytes: Uint8Array, contentType?: string) =>
  decodeBytes(bytes, contentType).issues.map(({ code }) => code);

const NEWS = '财经要闻：新华社今日发布消息，中国经济持续增长，居民收入提高。';
const ENGLISH_QUOTES = 'It’s “new” – the café’s naïve résumé…';

describe('decodeBytes', () => {
  it.each([
    ['UTF-8 without any label', 'utf8', undefined, undefined, 'utf-8', NEWS],
    ['GBK declared as gb2312', 'gbk', 'gb2312', undefined, 'gb18030', NEWS + '镕囧'],
    ['GB18030 declared as gbk', 'gb18030', 'gbk', undefined, 'gb18030', NEWS + '㐂𠀀'],
    ['Russian capitals', 'windows-1251', 'windows-1251', undefined, 'windows-1251', 'МВД РФ и ФСБ РФ'],
    [
      'Russian capitals of few letters',
      'windows-1251',
      undefined,
      'text/xml; charset=windows-1251',
      'windows-1251',
      'ЦБ РФ x ЦБ РФ',
    ],
    ['GB18030 with emoji only', 'gb18030', 'gb18030', undefined, 'gb18030', '晚安🌙各位 好开心😂😂😂'],
    ['GB18030 with emoji, declared as gb2312', 'gb18030', 'gb2312', undefined, 'gb18030', '今天😀'.repeat(10)],
    ['GB18030 with emoji, declared nowhere', 'gb18030', undefined, undefined, 'gb18030', '周末愉快🎉 晚安🌙各位'],
    ['GB18030 with rare characters', 'gb18030', 'gb18030', undefined, 'gb18030', '𠮷野家 王𬍛 䶮'],
    ['GB18030 with Latin letters of four bytes', 'gb18030', 'gb18030', undefined, 'gb18030', 'Español niño'],
    ['GB18030 with another script', 'gb18030', 'gb18030', undefined, 'gb18030', 'བོད་ཀྱི་སྐད་ཡིག'],
    ['GBK declared as UTF-8', 'gbk', 'utf-8', undefined, 'gb18030', NEWS],
    ['GBK declared as UTF-8 by document and server', 'gbk', 'utf-8', 'text/xml; charset=utf-8', 'gb18030', NEWS],
    ['GBK declared as Big5', 'gbk', 'big5', undefined, 'gb18030', NEWS],
    ['GBK that the server calls ISO-8859-1', 'gbk', undefined, 'text/xml; charset=ISO-8859-1', 'gb18030', NEWS],
    ['GBK declared, ISO-8859-1 by the server', 'gbk', 'gbk', 'text/xml; charset=ISO-8859-1', 'gb18030', '新闻'],
    ['GBK declared, UTF-8 by the server', 'gbk', 'gbk', 'text/xml; charset=UTF-8', 'gb18030', '新闻'],
    [
      'GBK by the server, UTF-8 declared',
      'gbk',
      'utf-8',
      "application/atom+xml; charset='gb2312'",
      'gb18030',
      '中文订阅',
    ],
    ['UTF-8 declared as ISO-8859-1', 'utf8', 'iso-8859-1', undefined, 'utf-8', ENGLISH_QUOTES],
    ['UTF-8 declared as GB2312', 'utf8', 'gb2312', 'text/xml; charset=gb2312', 'utf-8', NEWS],
    ['UTF-8 in text/xml without charset', 'utf8', undefined, 'text/xml', 'utf-8', NEWS],
    ['windows-1252 declared as ISO-8859-1', 'windows-1252', 'iso-8859-1', undefined, 'windows-1252', ENGLISH_QUOTES],
    ['windows-1252 declared as US-ASCII', 'windows-1252', 'us-ascii', undefined, 'windows-1252', ENGLISH_QUOTES],
    ['windows-1252 declared as UTF-8', 'windows-1252', 'utf-8', undefined, 'windows-1252', ENGLISH_QUOTES],
    [
      'windows-1252 over ISO-8859-15',
      'windows-1252',
      'iso-8859-15',
      'text/xml; charset=windows-1252',
      'windows-1252',
      '£“test.”',
    ],
    ['ISO-8859-15', 'iso-8859-15', 'ISO-8859-15', undefined, 'iso-8859-15', '5 € à Liège'],
    [
      'windows-1251 declared as koi8-r',
      'windows-1251',
      'koi8-r',
      undefined,
      'windows-1251',
      'Сегодня в Москве прошёл первый снег, и это был праздник',
    ],
    ['the server over the document', 'koi8-r', 'windows-1252', 'text/xml; charset=koi8-r', 'koi8-r', 'Привет'],
    ['an unknown label', 'utf8', 'x-klingon', undefined, 'utf-8', NEWS],
    ['an unknown label over GBK', 'gbk', 'x-klingon', undefined, 'gb18030', NEWS],
    ['Big5 with characters of Hong Kong', 'big5hkscs', 'big5', undefined, 'big5', '香港嘅新聞，佢哋話𠵱家'],
    ['Shift_JIS with half-width katakana', 'shift_jis', 'shift_jis', undefined, 'shift_jis', 'ﾆｭｰｽ速報：東京で①位'],
    ['EUC-JP', 'euc-jp', 'euc-jp', undefined, 'euc-jp', '東京で雪が降りました'],
    ['Korean beyond KS X 1001', 'cp949', 'euc-kr', undefined, 'euc-kr', '똠방각하 뷁'],
    ['IBM 852', 'cp852', '852', undefined, 'cp852', 'Příliš žluťoučký kůň'],
    ['an old Macintosh', 'macintosh', 'macintosh', undefined, 'macintosh', 'Äpfel und Öl'],
    ['Turkish called ISO-8859-9', 'windows-1254', 'iso-8859-9', undefined, 'windows-1254', 'ışığı “gör”'],
    ['Thai called TIS-620', 'cp874', 'tis-620', undefined, 'windows-874', 'นายกรัฐมนตรี'],
  ])('reads %s', (_title, real, label, contentType, charset, text) => {
    expect(title(encoded(real, label, text), contentType)).toEqual({ charset, title: text });
  });

  it.each([
    ['gb18030', '不归移民漫画系列：专业工作'],
    ['gb18030', '新华社北京12月24日电 央行宣布降准0.5个百分点'],
    ['big5', '中文訂閱標題：台灣股市今日收紅'],
    ['shift_jis', '東京都、新型コロナの感染者を発表'],
    ['euc-jp', '東京都、新型コロナの感染者を発表'],
    ['euc-kr', '서울에서 열린 정상회담 결과 발표'],
    ['windows-1251', 'Как пережить новогоднюю ночь'],
    ['koi8-r', 'Как пережить новогоднюю ночь'],
    ['iso-8859-5', 'Как пережить новогоднюю ночь'],
    ['ibm866', 'Как пережить новогоднюю ночь'],
    ['koi8-u', 'Зустріч у Києві відбулася'],
    ['windows-1253', 'Η κυβέρνηση ανακοίνωσε νέα μέτρα'],
    ['windows-1255', 'ראש הממשלה נפגש עם שר החוץ'],
    ['windows-1256', 'أعلن رئيس الوزراء عن خطة جديدة'],
    ['windows-874', 'นายกรัฐมนตรีแถลงข่าววันนี้'],
    ['windows-1252', 'Le gouvernement a annoncé de nouvelles mesures très sévères'],
    ['windows-1252', 'Die Regierung prüft schärfere Maßnahmen für Fußgänger'],
    ['windows-1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy'],
    ['iso-8859-2', 'Rząd ogłosił nowe środki dla przedsiębiorstw, które są w kryzysie'],
    ['windows-1254', 'Hükümet şirketler için yeni önlemler açıkladı, ışığı değil'],
  ])('guesses %s where nothing is declared: %s', (charset, text) => {
    const name = charset === 'windows-874' ? 'cp874' : charset === 'ibm866' ? 'cp866' : charset;
    const bytes = iconv.encode(`<rss><channel><item><title>${text}</title></item></channel></rss>`, name);
    expect(title(bytes)).toEqual({ charset, title: text });
    expect(codes(bytes)).toEqual(['charset-guessed']);
  });

  it.each([
    ['a mark of UTF-8', Buffer.from(`\ufeff${feed('utf-8', NEWS)}`), 'utf-8'],
    ['two marks of UTF-8', Buffer.from(`\ufeff\ufeff${feed('utf-8', NEWS)}`), 'utf-8'],
    ['a mark of UTF-8 that was encoded twice', Buffer.from(`\u00ef\u00bb\u00bf${feed('utf-8', NEWS)}`), 'utf-8'],
    ['a mark of UTF-8 over another label', Buffer.from(`\ufeff${feed('gbk', NEWS)}`), 'utf-8'],
    ['a mark of UTF-8 before GBK', Buffer.concat([Buffer.from('\ufeff'), encoded('gbk', 'gbk', NEWS)]), 'gb18030'],
    ['UTF-16, little end first', Buffer.from(`\ufeff${feed('utf-16', NEWS)}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first', Buffer.from(`\ufeff${feed('utf-16', NEWS)}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16 without a mark', Buffer.from(feed('utf-16', NEWS), 'utf16le'), 'utf-16le'],
    ['UTF-16, big end first, without a mark', Buffer.from(feed('utf-8', NEWS), 'utf16le').swap16(), 'utf-16be'],
    ['UTF-32', iconv.encode(`\ufeff${feed('utf-32', NEWS)}`, 'utf32le'), 'utf-32le'],
    ['UTF-32, big end first', iconv.encode(`\ufeff${feed('utf-32', NEWS)}`, 'utf32be'), 'utf-32be'],
    ['UTF-32 without a mark', iconv.encode(feed('utf-32', NEWS), 'utf32le'), 'utf-32le'],
    [
      'a mark of UTF-16 before UTF-8',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(feed(undefined, NEWS))]),
      'utf-8',
    ],
  ])('obeys %s', (_title, bytes, charset) => {
    const decoded = decodeBytes(bytes, 'text/xml; charset=windows-1251');
    expect(decoded.charset).toBe(charset);
    expect(decoded.text).toContain(`<title>${NEWS}</title>`);
    expect(decoded.text.startsWith('\ufeff')).toBe(false);
  });

  it.each([
    ['ISO-2022-JP', '\x1b$B%K%e!<%9\x1b(B', 'iso-2022-jp', 'ニュース'],
    ['ISO-2022-KR', '\x1b$)C\x0e4:=:\x0f', 'iso-2022-kr', '뉴스'],
    ['HZ', '~{PBNE~} ~~', 'hz-gb-2312', '新闻 ~'],
    ['UTF-7', 'Z+APw-rich +IBw-1+IB0-', 'utf-7', 'Zürich “1”'],
  ])('reads the seven bits of %s', (label, bytes, charset, text) => {
    expect(title(Buffer.from(feed(label, bytes), 'latin1'))).toEqual({ charset, title: text });
  });

  it('reads EBCDIC', () => {
    const table = new Map<string, number>();
    // The invariant part of the code pages, enough for this document.
    const rows: readonly (readonly [number, string])[] = [
      [0x4b, '.<(+'],
      [0x5a, '!$*);'],
      [0x60, '-/'],
      [0x6c, '%_>?'],
      [0x7a, ':#@\'="'],
      [0x81, 'abcdefghi'],
      [0x91, 'jklmnopqr'],
      [0xa2, 'stuvwxyz'],
      [0xc1, 'ABCDEFGHI'],
      [0xd1, 'JKLMNOPQR'],
      [0xe2, 'STUVWXYZ'],
      [0xf0, '0123456789'],
      [0x40, ' '],
      [0x25, '\n'],
      [0x80, 'Ø'],
    ];
    for (const [first, characters] of rows) {
      for (const [index, character] of Array.from(characters).entries()) table.set(character, first + index);
    }
    const bytes = Buffer.from(Array.from(feed('cp500', 'Ø'), (character) => table.get(character) ?? 0x40));
    expect(title(bytes)).toEqual({ charset: 'cp500', title: 'Ø' });
  });

  it.each([
    ['the meta element of a page', '<!doctype html><html><head><meta charset="gbk"><title>'],
    ['the old meta element', '<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312"><title>'],
  ])('believes %s', (_title, head) => {
    const bytes = iconv.encode(`${head}新闻</title>`, 'gbk');
    expect(title(bytes)).toEqual({ charset: 'gb18030', title: '新闻' });
  });

  // é and ü are two bytes in UTF-8, which are one character each of Big5.
  const FEW = '<title>é ü</title>';
  it.each([
    ['behind the warning of a server', `<br />\n<b>Warning</b>: deprecated\n${feed('big5', 'é ü')}`, 'big5'],
    ['that an entry tells of', `<rss><item><a><?xml version="1.0" encoding="big5"?></a>${FEW}`, 'utf-8'],
    ['that JSON tells of', `{"title":"é ü","content_html":"<?xml version='1.0' encoding='big5'?>"}`, 'utf-8'],
    ['of a page that JSON tells of', `\n{"title":"é ü","content_html":"<html><meta charset='big5'>"}`, 'utf-8'],
    ['of a page that an entry tells of', `<rss><item><html><meta charset="big5">${FEW}`, 'utf-8'],
  ])('reads a declaration %s as what it is', (_title, text, charset) => {
    expect(decodeBytes(Buffer.from(text), undefined)).toMatchObject({ charset });
  });
});

describe('decodeBytes, damaged documents', () => {
  it.each([
    ['a character cut at the end', Buffer.from(feed('utf-8', NEWS)).subarray(0, -18), '收入提'],
    [
      'a character cut in the middle',
      Buffer.concat([Buffer.from(`${NEWS}\u6587`).subarray(0, -1), Buffer.from('…</title>')]),
      '\ufffd…',
    ],
    [
      'quotes of windows-1252 in UTF-8',
      Buffer.concat([Buffer.from(`${NEWS} don`), Buffer.of(0x92), Buffer.from('t')]),
      'don’t',
    ],
    [
      'a mark of UTF-8 and broken bytes',
      Buffer.concat([Buffer.from('\ufeffValid: Ѩ, invalid: '), Buffer.of(0xc0, 0xaf), Buffer.from('<b>')]),
      'Ѩ, invalid: \ufffd\ufffd<b>',
    ],
    [
      'bytes that UTF-8 never has',
      Buffer.concat([Buffer.from(NEWS), Buffer.of(0xff, 0xfe, 0xff), Buffer.from('<b>')]),
      '\ufffd<b>',
    ],
    ['characters of two surrogates', Buffer.from('Great \xed\xa0\xbd\xed\xb8\x80!', 'latin1'), 'Great 😀!'],
    [
      'characters of two surrogates among others',
      Buffer.concat([Buffer.from(NEWS), Buffer.from('\xed\xa0\xbd\xed\xb8\x80', 'latin1')]),
      `${NEWS}😀`,
    ],
    [
      'half a character of GBK before a tag',
      Buffer.concat([encoded('gbk', 'gbk', NEWS), Buffer.of(0xd6), Buffer.from('<b>')]),
      '\ufffd<b>',
    ],
    [
      'half a character of Shift_JIS before a tag',
      Buffer.concat([encoded('shift_jis', 'shift_jis', 'ニュース'), Buffer.of(0x83), Buffer.from('<b>')]),
      '\ufffd<b>',
    ],
    [
      'half a character of Big5 before a tag',
      Buffer.concat([encoded('big5', 'big5', '新聞標題'), Buffer.of(0xa4), Buffer.from('<b>')]),
      '\ufffd<b>',
    ],
    [
      'UTF-16 with half a character',
      Buffer.concat([Buffer.from(`\ufeff${feed('utf-16', NEWS)}`, 'utf16le'), Buffer.of(0x3d)]),
      NEWS,
    ],
  ])('keeps a document with %s', (_title, bytes, text) => {
    expect(decodeBytes(bytes, undefined).text).toContain(text);
  });

  it.each(['iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312', 'utf-7', 'utf-16', 'utf-32', 'cp037'])(
    'does not believe that bytes above 7F are %s',
    (label) => {
      expect(title(encoded('gbk', label, NEWS))).toEqual({ charset: 'gb18030', title: NEWS });
    },
  );

  it('gives no lone surrogates', () => {
    const utf32 = Buffer.concat([iconv.encode('\ufeff<a>', 'utf32le'), Buffer.of(0, 0xd8, 0, 0, 0x3c, 0, 0, 0)]);
    expect(decodeBytes(utf32, undefined).text).toBe('<a>\ufffd<');
    expect(decodeBytes(Buffer.from('\ufeff<a>\ud800<', 'utf16le'), undefined).text).toBe('<a>\ufffd<');
  });

  it('says what could not be decoded', () => {
    expect(codes(Buffer.concat([encoded('gbk', 'gbk', NEWS), Buffer.of(0xff, 0x20)]))).toEqual(['charset-undecodable']);
    expect(codes(Buffer.concat([Buffer.from(NEWS), Buffer.of(0xff, 0xff, 0x20)]))).toEqual(['charset-undecodable']);
  });

  it('says which label was wrong, and which it does not know', () => {
    expect(codes(encoded('gbk', 'big5', NEWS))).toEqual(['charset-mislabelled']);
    expect(codes(encoded('gbk', 'x-klingon', NEWS))).toEqual(['charset-unknown', 'charset-guessed']);
    expect(codes(encoded('gbk', 'gb2312', NEWS))).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['one byte', '\xff'],
    ['a lead byte', '\xe4'],
    ['half a mark', '\xef\xbb'],
    ['a mark alone', '\xef\xbb\xbf'],
    ['zeros', '\0\0\0\0\0'],
    ['a mark of UTF-16 alone', '\xff\xfe'],
    ['an odd UTF-16', '\xff\xfe<'],
  ])('survives %s', (_title, bytes) => {
    expect(decodeBytes(Buffer.from(bytes, 'latin1'), 'text/xml; charset="').text.length).toBeLessThanOrEqual(5);
  });

  it('reads a view into a larger buffer', () => {
    const larger = Buffer.concat([Buffer.from('xxx'), Buffer.from(feed(undefined, NEWS)), Buffer.from('yyy')]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 3, larger.length - 6);
    expect(decodeBytes(view, undefined).text).toBe(feed(undefined, NEWS));
  });
});

const asWindows1252 = (byte: number) => {
  const character = iconv.decode(Buffer.of(byte), 'windows-1252');
  return character === '\ufffd' ? String.fromCharCode(byte) : character;
};
const twice = (text: string) => Buffer.from(Array.from(Buffer.from(text), asWindows1252).join(''));

describe('decodeBytes, encoded twice', () => {
  it.each([
    ['French', feed('utf-8', 'L’été à Liège – déjà vu…')],
    ['Chinese', feed('utf-8', NEWS)],
    ['Russian', feed('utf-8', 'Как пережить новогоднюю ночь')],
    ['Japanese', feed('utf-8', 'ニュース速報：東京')],
  ])('repairs a whole document in %s', (_title, text) => {
    const decoded = decodeBytes(twice(text), undefined);
    expect(decoded.text).toBe(text);
    expect(decoded.issues.map(({ code }) => code)).toEqual(['charset-repaired']);
  });

  it.each([
    ['controls that were quotes', 'don\u0092t \u0096 1', 'don’t – 1'],
    ['controls that were encoded twice', 'don\u00c2\u0092t', 'don’t'],
    ['nearly all places', `${'Itâ€™s '.repeat(9)}中`, `${'It’s '.repeat(9)}中`],
  ])('repairs %s', (_title, broken, text) => {
    expect(decodeBytes(Buffer.from(feed('utf-8', broken)), undefined).text).toBe(feed('utf-8', text));
  });

  it.each([
    ['writes about it', 'Martine Ã©crit en UTF-8, et c’est “drôle” d’être français à Liège'],
    ['has one strange place', 'Ã©'],
    ['is in capitals before quotes', 'LA LIBERTÉ» À «L’ÉTÉ» DE L’ANNÉE'],
    ['is in Portuguese capitals', 'NÃO À CORRUPÇÃO! “IRMÔ'],
    ['is German with quotes', '„Spaß“ und „Maß“ – groß'],
    ['is in Vietnamese', 'Chính phủ đã công bố các biện pháp mới “Â”'],
  ])('leaves a text alone that %s', (_title, text) => {
    expect(decodeBytes(Buffer.from(feed('utf-8', text)), undefined)).toEqual({
      text: feed('utf-8', text),
      charset: 'utf-8',
      issues: [],
    });
  });
});

describe('decodesPiecewise', () => {
  it.each([
    ['UTF-8', Buffer.from(feed('utf-8', NEWS)), true],
    ['ASCII without a label', Buffer.from(feed(undefined, 'news')), true],
    ['UTF-8 called ISO-8859-1', Buffer.from(feed('iso-8859-1', NEWS)), true],
    ['UTF-8 called GBK, as a piece of it could be GBK', Buffer.from(feed('gbk', NEWS)), false],
    ['GBK', encoded('gbk', 'gbk', NEWS), false],
    ['ISO-2022-JP', Buffer.from(feed(undefined, '\x1b$B%K%e!<%9\x1b(B')), false],
    ['UTF-16', Buffer.from(feed('utf-16', 'news'), 'utf16le'), false],
    ['zeros, which make a piece look like UTF-16', Buffer.from('>?\0>\0{\0'), false],
    ['UTF-8 that was encoded twice in one place', Buffer.from(feed('utf-8', 'Itâ€™s')), false],
  ])('is asked of %s', (_title, bytes, piecewise) => {
    expect(decodesPiecewise(bytes, 'text/xml')).toBe(piecewise);
  });
});

describe('charsetOfLabel', () => {
  it.each([
    ['UTF8', 'utf-8'],
    [' utf-8 ', 'utf-8'],
    ['"gb2312"', 'gb18030'],
    ['GB_2312-80', 'gb18030'],
    ['x-gbk', 'gb18030'],
    ['ISO_8859-1:1987', 'windows-1252'],
    ['latin1', 'windows-1252'],
    ['iso_8859_2_1987', 'iso-8859-2'],
    ['strk1048_2002', 'rk1048'],
    ['hp-roman8', 'hproman8'],
    ['cp1051', 'hproman8'],
    ['x-mac-japanese', 'shift_jis'],
    ['mac-romanian', 'macromania'],
    ['iso-ir-166', 'windows-874'],
    ['iso-ir-226', 'iso-8859-16'],
    ['ISO8859_2', 'iso-8859-2'],
    ['windows_1251', 'windows-1251'],
    ['cp-866', 'ibm866'],
    ['x-sjis', 'shift_jis'],
    ['ks_c_5601-1987', 'euc-kr'],
    ['Big5-HKSCS', 'big5'],
    ['u16', 'utf-16le'],
    ['ebcdic-cp-be', 'cp500'],
    ['constructor', undefined],
    ['', undefined],
  ])('takes %j for %s', (label, charset) => {
    expect(charsetOfLabel(label)).toBe(charset);
  });
});
