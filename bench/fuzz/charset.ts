/** Fuzzing `decodeBytes`: no crash, no loss of what is ASCII, and back again for texts of a known charset. */
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { decodeBytes, decodesPiecewise } from '../../src/syntax/charset/decode.ts';
import type { Random } from './random.ts';
import { expectThat, type Target } from './target.ts';

const TEXTS: readonly (readonly [string, string])[] = [
  ['utf8', '财经要闻 “café” ニュース — Привет 🎉'],
  ['gb18030', '财经要闻：新华社今日发布消息，镕㐂𠀀'],
  ['gbk', '中国经济持续增长，居民收入提高。'],
  ['big5', '中文訂閱標題：台灣股市收紅，香港'],
  ['shift_jis', '東京で雪が降りました。ニュース'],
  ['euc-jp', '東京で雪が降りました。ニュース'],
  ['euc-kr', '서울에서 열린 정상회담 결과'],
  ['windows-1251', 'Как пережить новогоднюю ночь'],
  ['koi8-r', 'Как пережить новогоднюю ночь'],
  ['windows-1252', 'Le gouvernement a annoncé “été” – 5 €'],
  ['iso-8859-2', 'Rząd ogłosił nowe środki, Příliš žluťoučký'],
  ['windows-1254', 'ışığı değil, şirketler için'],
  ['windows-1253', 'Η κυβέρνηση ανακοίνωσε νέα μέτρα'],
  ['windows-1255', 'ראש הממשלה נפגש'],
  ['windows-1256', 'أعلن رئيس الوزراء'],
  ['utf16le', '\ufeff财经要闻 news'],
  ['utf16be', '\ufeff财经要闻 news'],
  ['utf32le', '\ufeff财经要闻 news'],
];

const LABELS = [
  'utf-8 gb2312 gbk gb18030 big5 shift_jis euc-jp euc-kr iso-2022-jp iso-2022-kr hz-gb-2312 windows-1250 windows-1251',
  'windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 windows-874 iso-8859-1',
  'iso-8859-2 iso-8859-5 iso-8859-15 koi8-r koi8-u macintosh ibm866 cp437 cp037 cp500 utf-7 utf-16 utf-32 us-ascii',
  'x-unknown 852 tcvn viscii koi8-t maccenteuro armscii8 rk1048 georgianps hproman8',
]
  .join(' ')
  .split(' ');

const document = (label: string | undefined, text: string): string =>
  `<?xml version="1.0"${label === undefined ? '' : ` encoding="${label}"`}?>\n<rss><title>${text}</title></rss>`;

export const charsetTarget: Target = {
  seeds: TEXTS.flatMap(([charset, text]) => [
    iconv.encode(document(charset, text), charset),
    iconv.encode(document(undefined, text), charset),
  ]),
  dictionary: [
    ...LABELS,
    '<?xml encoding="',
    'charset=',
    '\ufeff',
    '\x1b$B',
    '\x1b(B',
    '\x1b$)C\x0e',
    '~{',
    '~}',
    'Ã©',
    'â€™',
    '\u0092',
    '<meta charset=gbk>',
    '\0',
  ],
  generate(random: Random): Buffer {
    const [charset, text] = random.pick(TEXTS);
    const label = random.chance(0.3) ? undefined : random.pick(LABELS);
    const body = Array.from({ length: 1 + random.int(30) }, () => random.pick([text, 'abc <b>', '&amp; ']));
    return iconv.encode(document(label, body.join(' ')), random.chance(0.7) ? charset : random.pick(TEXTS)[0]);
  },
  check(input: Buffer): string {
    const header = `text/xml; charset=${LABELS[input.length % LABELS.length] ?? ''}`;
    const plain = judge(input, undefined);
    judge(input, header);
    return plain;
  },
};

function judge(input: Buffer, contentType: string | undefined): string {
  const { text, charset, issues } = decodeBytes(input, contentType);
  expectThat(text.isWellFormed(), `lone surrogate: ${charset}`);
  expectThat(text.length <= input.length * 2 + 2, `${text.length} characters of ${input.length} bytes in ${charset}`);
  if (charset === 'gb18030' || charset.startsWith('windows-')) {
    const kept = text.split('<').length - 1;
    const given = input.toString('latin1').split('<').length - 1;
    expectThat(kept === given, `${given - kept} tags lost: ${charset}`);
  }
  if (issues.length === 0 && isUtf8(input) && charset === 'utf-8') {
    // All of it, but for marks at the beginning.
    expectThat(input.toString('utf8').endsWith(text), 'UTF-8 lost');
  }
  if (decodesPiecewise(input, contentType)) {
    expectThat(charset === 'utf-8' && issues.length === 0, `piecewise, but ${charset}`);
    judgePiece(input, contentType, text);
  }
  return `${charset} ${issues.map(({ code }) => code).join(' ')}`;
}

/** The document without its middle, cut between tags behind its root, must read as it does in the whole. */
function judgePiece(input: Buffer, contentType: string | undefined, text: string): void {
  const head = headLength(input.toString('latin1'));
  const tail = input.indexOf('>', input.length >> 1) + 1;
  if (head === 0 || tail <= head) return;
  const piece = decodeBytes(Buffer.concat([input.subarray(0, head), input.subarray(tail)]), contentType).text;
  expectThat(text.endsWith(piece.slice(headLength(piece))), 'a piece decodes differently');
}

/** Up to the end of the first tag of a root or an entry; 0 where there is none. */
function headLength(text: string): number {
  const start = text.search(/<(?:rss|feed|rdf:RDF|item|entry)[ \n>]/);
  return start === -1 ? 0 : text.indexOf('>', start) + 1;
}
