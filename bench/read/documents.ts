/** Which documents are read in the measurements, when nobody gives others? */
import { randomFrom } from '../publishing-times.ts';

const WORDS =
  'market rate news bank growth report share price policy trade energy water city vote court film music'.split(' ');
const HAN = '股市收盘指数上涨财经新闻银行报告价格政策贸易能源城市法院电影音乐消息公司今日记者';

/** Texts repeat themselves; random ones would not compress, and inflating would be all there is to measure. */
const SENTENCES = sentences((random) => words(random, 12));
const SENTENCES_HAN = sentences((random) => han(random, 30));

export const ENTRIES = 35;

const HOUR_MS = 3_600_000;
const FIRST_AT = Date.UTC(2026, 0, 20);

/** When an entry was published, an hour after the one before it; epoch ms. */
export function publishedAt(number: number): number {
  return FIRST_AT + number * HOUR_MS;
}

/** RSS in Chinese and Atom in English in turn, entries of 1 to 3 kB; the same for the same count. */
export function sampleDocuments(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, i) => documentOf(i, 0));
}

/** One source's document after `round` entries came and as many went. */
export function documentOf(source: number, round: number): Buffer {
  const numbers = Array.from({ length: ENTRIES }, (_, i) => round + ENTRIES - 1 - i);
  return Buffer.from(source % 2 === 0 ? rssDocument(source, numbers) : atomDocument(source, numbers));
}

function rssDocument(source: number, numbers: readonly number[]): string {
  const items = numbers.map((number) => {
    const random = randomFrom(source * 10_007 + number);
    const body = html(() => pick(SENTENCES_HAN, random), random);
    return `<item><title>${han(random, 20)}</title><link>https://news.example.org/${source}/${number}</link>
<guid isPermaLink="false">${source}-${number}</guid><pubDate>${inShanghai(publishedAt(number))}</pubDate>
<dc:creator>${han(random, 3)}</dc:creator><category>${han(random, 2)}</category>
<description>${escape(body)}</description></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>${source}</title>
<link>https://news.example.org/</link><description>-</description>${items.join('\n')}</channel></rss>`;
}

function atomDocument(source: number, numbers: readonly number[]): string {
  const entries = numbers.map((number) => {
    const random = randomFrom(source * 10_007 + number);
    const body = html(() => pick(SENTENCES, random), random);
    return `<entry><id>urn:${source}:${number}</id><title>${words(random, 8)}</title>
<link href="https://blog.example.org/${source}/${number}"/><updated>${new Date(publishedAt(number)).toISOString()}</updated>
<author><name>${words(random, 2)}</name></author><content type="html"><![CDATA[${body}]]></content></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>${source}</title><id>urn:${source}</id>
<link href="https://blog.example.org/"/>${entries.join('\n')}</feed>`;
}

function inShanghai(time: number): string {
  return new Date(time + 8 * HOUR_MS).toUTCString().replace('GMT', '+0800');
}

function html(sentence: () => string, random: () => number): string {
  const paragraphs = Array.from({ length: 4 + Math.floor(random() * 12) }, (_, i) =>
    i % 3 === 0
      ? `<p><a href="https://example.org/${i}?a=1&amp;b=2">${sentence()}</a> ${sentence()}</p>`
      : `<p>${sentence()} <em>${sentence()}</em></p>`,
  );
  return paragraphs.join('\n');
}

function pick<T>(list: ArrayLike<T>, random: () => number): T {
  // The index is within the list.
  return list[Math.floor(random() * list.length)] as T;
}

function sentences(make: (random: () => number) => string): readonly string[] {
  const random = randomFrom(1);
  return Array.from({ length: 400 }, () => make(random));
}

function han(random: () => number, length: number): string {
  return Array.from({ length }, () => pick(HAN, random)).join('');
}

function words(random: () => number, count: number): string {
  return Array.from({ length: count }, () => pick(WORDS, random)).join(' ');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
