/** Which charset does a label mean, in the Encoding Standard and in practice? */

/**
 * Canonical name, then its labels without case and punctuation: those of Encoding Standard §4.2, then others that feeds
 * use. `decoders.ts` knows the canonical names. A label that the standard decodes with a superset (`iso-8859-1`,
 * `gb2312`, `tis-620`) is listed with that superset.
 */
const LABELS: Readonly<Record<string, string>> = {
  'utf-8': 'utf8 unicode11utf8 unicode20utf8 xunicode20utf8 u8 utf cp65001 65001 utf8mb4 utf8mb3 utf8bom utf8n',
  'utf-16le': 'utf16 utf16le u16 ucs2 csunicode iso10646ucs2 unicode unicodefeff utf16ne ucs2le unicodelittle',
  'utf-16be': 'utf16be unicodefffe ucs2be unicodebig',
  'utf-32le': 'utf32 utf32le u32 ucs4 ucs4le iso10646ucs4 csucs4',
  'utf-32be': 'utf32be ucs4be',
  'utf-7': 'utf7 unicode11utf7 csunicode11utf7 u7',
  ibm866: '866 cp866 csibm866 ibm866',
  'iso-8859-2': 'csisolatin2 iso88592 isoir101 l2 latin2 88592',
  'iso-8859-3': 'csisolatin3 iso88593 isoir109 l3 latin3',
  'iso-8859-4': 'csisolatin4 iso88594 isoir110 l4 latin4',
  'iso-8859-5': 'csisolatincyrillic cyrillic iso88595 isoir144',
  'iso-8859-6': 'arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso88596 iso88596e iso88596i isoir127',
  'iso-8859-7': 'csisolatingreek ecma118 elot928 greek greek8 iso88597 isoir126 suneugreek',
  'iso-8859-8': 'csiso88598e csisolatinhebrew hebrew iso88598 iso88598e isoir138 visual csiso88598i iso88598i logical',
  'iso-8859-10': 'csisolatin6 iso885910 isoir157 l6 latin6',
  'iso-8859-13': 'iso885913 latin7 l7',
  'iso-8859-14': 'iso885914 latin8 l8 isoceltic',
  'iso-8859-15': 'csisolatin9 iso885915 l9 latin9 latin0 885915',
  'iso-8859-16': 'iso885916 latin10 l10 isoir226',
  'koi8-r': 'cskoi8r koi koi8 koi8r 20866 cp20866 cp878',
  'koi8-u': 'koi8ru koi8u 21866 cp21866',
  macintosh: 'csmacintosh mac macintosh xmacroman macroman cp10000 10000',
  'x-mac-cyrillic': 'xmaccyrillic xmacukrainian maccyrillic macukraine macukrainian',
  'windows-874':
    'dos874 iso885911 tis620 windows874 cp874 874 thai cstis620 tis62025330 tis6200 tis62025290 tis62025291 isoir166',
  'windows-1250': 'cp1250 windows1250 xcp1250 1250 win1250 msee',
  'windows-1251': 'cp1251 windows1251 xcp1251 1251 win1251 win mscyrl',
  'windows-1252':
    'ansix341968 ascii cp1252 cp819 csisolatin1 ibm819 iso88591 isoir100 l1 latin1 usascii windows1252 xcp1252 ' +
    '1252 win1252 us iso646us ansix341986 csascii ibm367 cp367 isoir6 latin 8859 88591 iso8859 ansi msansi 819 ' +
    '646 iso88591windows31latin1 cswindows31latin1',
  'windows-1253': 'cp1253 windows1253 xcp1253 1253 win1253 msgreek',
  'windows-1254': 'cp1254 csisolatin5 iso88599 isoir148 l5 latin5 windows1254 xcp1254 1254 win1254 turkish msturk',
  'windows-1255': 'cp1255 windows1255 xcp1255 1255 win1255 mshebr',
  'windows-1256': 'cp1256 windows1256 xcp1256 1256 win1256 msarab',
  'windows-1257': 'cp1257 windows1257 xcp1257 1257 win1257 winbaltrim',
  'windows-1258': 'cp1258 windows1258 xcp1258 1258 win1258',
  gb18030:
    'chinese csgb2312 csiso58gb231280 gb2312 gb231280 gbk isoir58 xgbk gb18030 gb180302000 gb180302005 gb180302022 gb ' +
    'cp936 936 ms936 windows936 win936 euccn xeuccn eucgb2312cn cngb gb2312cn gb18030gbk gb2321 gb2313 gbk2312 zhcn ' +
    'xgb18030 54936 cp54936',
  big5: 'big5 big5hkscs cnbig5 csbig5 xxbig5 xbig5 big5tw big5eten cp950 950 ms950 windows950 big5hk xbig5hkscs hkscs zhtw',
  'euc-jp': 'cseucpkdfmtjapanese eucjp xeucjp ujis eucjis2004 eucjisx0213 eucjpms xeuc xeucjapan 51932 cp51932',
  'iso-2022-jp':
    'csiso2022jp iso2022jp jis iso2022jp1 iso2022jp2 iso2022jp3 iso2022jp2004 iso2022jpext cp50220 cp50221 50220 50221',
  shift_jis:
    'csshiftjis ms932 mskanji shiftjis sjis windows31j xsjis cp932 932 shiftjis2004 sjiswin cswindows31j windows932 ' +
    'shiftjisx0213 xshiftjis xmsjapanese xmacjapanese sjis2004 sjisx0213',
  'euc-kr':
    'cseuckr csksc56011987 euckr isoir149 korean ksc56011987 ksc56011989 ksc5601 windows949 cp949 949 ms949 uhc ' +
    'xwindows949 ksx1001 ksc5601 xeuckr 51949 cp51949 kseuckr',
  'iso-2022-kr': 'csiso2022kr iso2022kr',
  'hz-gb-2312': 'hzgb2312 hz hzgb xhzgb2312',
  cp437: '437 cp437 ibm437 cspc8codepage437',
  cp720: '720 cp720 dos720',
  cp737: '737 cp737 ibm737',
  cp775: '775 cp775 ibm775 cspc775baltic',
  cp850: '850 cp850 ibm850 cspc850multilingual',
  cp852: '852 cp852 ibm852 cspcp852',
  cp855: '855 cp855 ibm855 csibm855',
  cp856: '856 cp856 ibm856',
  cp857: '857 cp857 ibm857 csibm857',
  cp858: '858 cp858 ibm858 cp00858 ibm00858 ccsid00858',
  cp860: '860 cp860 ibm860 csibm860',
  cp861: '861 cp861 ibm861 cpis csibm861',
  cp862: '862 cp862 ibm862 cspc862latinhebrew dos862',
  cp863: '863 cp863 ibm863 csibm863',
  cp864: '864 cp864 ibm864 csibm864',
  cp865: '865 cp865 ibm865 csibm865',
  cp869: '869 cp869 ibm869 cpgr csibm869',
  cp922: '922 cp922 ibm922',
  cp1046: '1046 cp1046 ibm1046',
  cp1124: '1124 cp1124 ibm1124',
  cp1125: '1125 cp1125 ibm1125 cp866u ruscii',
  cp1129: '1129 cp1129 ibm1129',
  cp1133: '1133 cp1133 ibm1133',
  cp1161: '1161 cp1161 ibm1161',
  cp1162: '1162 cp1162 ibm1162',
  cp1163: '1163 cp1163 ibm1163',
  mik: 'mik',
  armscii8: 'armscii8',
  'koi8-t': 'koi8t',
  pt154: 'pt154 csptcp154 cp154 ptcp154 cyrillicasian',
  rk1048: 'rk1048 strk10482002 kz1048',
  tcvn: 'tcvn tcvn5712 tcvn57121',
  viscii: 'viscii csviscii',
  georgianacademy: 'georgianacademy',
  georgianps: 'georgianps',
  hproman8: 'hproman8 cshproman8 r8 roman8 ibm1051 cp1051',
  maccenteuro: 'maccenteuro maccentraleurope macce xmacce maclatin2 xmaccentraleurroman',
  maccroatian: 'maccroatian xmaccroatian',
  macgreek: 'macgreek xmacgreek',
  maciceland: 'maciceland xmacicelandic',
  macromania: 'macromania macromanian xmacromanian',
  macthai: 'macthai xmacthai',
  macturkish: 'macturkish xmacturkish',
  cp037: '037 cp037 ibm037 ebcdiccpus ebcdiccpca ebcdiccpwt ebcdiccpnl csibm037 ibm039 cp039 39 37 cp37',
  cp273: '273 cp273 ibm273 csibm273',
  cp424: '424 cp424 ibm424 ebcdiccphe csibm424',
  cp500: '500 cp500 ibm500 ebcdiccpbe ebcdiccpch csibm500',
  cp875: '875 cp875 ibm875',
  cp1026: '1026 cp1026 ibm1026 csibm1026',
  cp1140: '1140 cp1140 ibm1140 cp01140 ccsid01140 ibm01140',
};

const BY_LABEL: ReadonlyMap<string, string> = new Map(
  Object.entries(LABELS).flatMap(([name, labels]) => labels.split(' ').map((label) => [label, name])),
);

/** Canonical name of a charset label in any spelling; undefined for an unknown label. */
export function charsetOfLabel(label: string): string | undefined {
  const lower = label.toLowerCase();
  const key = keyOf(lower);
  // The year of the standard may follow: `ISO_8859-2:1987`.
  return (
    BY_LABEL.get(key) ??
    BY_LABEL.get(keyOf(lower.replace(/[^0-9a-z](?:19|20)\d\d$/, ''))) ??
    BY_LABEL.get(key.replace(/^(?:x|cs|charset)/, ''))
  );
}

function keyOf(label: string): string {
  return label.replace(/[^0-9a-z]/g, '');
}
