/** Is every document read in the charset that its bytes are in? */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../src/syntax/charset.ts';

const feed = (label: string | undefined, text: string) =>
  `<?xml version="1.0"${label === undefined ? '' : ` encoding="${label}"`}?>\n<rss><title>${text}</title></rss>`;

const encoded = (charset: string, label: string | undefined, text: string) => iconv.encode(feed(label, text), charset);

const NEWS = '财经要闻：新华社今日发布消息，中国经济持续增长，居民收入提高。';

describe('decodeBytes', () => {
  it.each([
    ['UTF-8 without any label', encoded('utf8', undefined, NEWS), undefined, 'utf-8', NEWS],
    ['GBK declared as gb2312', encoded('gbk', 'gb2312', NEWS + '镕'), undefined, 'gb18030', NEWS + '镕'],
    ['GBK declared as UTF-8', encoded('gbk', 'utf-8', NEWS), undefined, 'gb18030', NEWS],
    [
      'GBK declared as ISO-8859-1 by the server',
      encoded('gbk', undefined, NEWS),
      'text/xml; charset=ISO-8859-1',
      'gb18030',
      NEWS,
    ],
    ['UTF-8 declared as ISO-8859-1', encoded('utf8', 'iso-8859-1', NEWS), undefined, 'utf-8', NEWS],
    [
      'windows-1252 declared as ISO-8859-1',
      encoded('windows-1252', 'iso-8859-1', '“café”'),
      undefined,
      'windows-1252',
      '“café”',
    ],
  ])('reads %s', (_title, bytes, contentType, charset, text) => {
    const decoded = decodeBytes(bytes, contentType);
    expect(decoded.charset).toBe(charset);
    expect(decoded.text).toContain(`<title>${text}</title>`);
  });
});
