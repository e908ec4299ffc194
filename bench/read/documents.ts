/** Which documents are read in the measurements, when nobody gives others? */
import { randomFrom } from '../publishing-times.ts';

const WORDS =
  'market rate news bank growth report share price policy trade energy water city vote court film music'.split(' ');
const HAN = '股市收盘指数上涨财经新闻银行报告价格政策贸易能源城市法院电影音乐消息公司今日记者';

/** RSS in Chinese and Atom in English in turn, 40 entries of 1 to 3 kB each; the same for the same count. */
export function sampleDocuments(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(i % 2 === 0 ? rssDocument(i) : atomDocument(i)));
}

const ENTRIES = 40;

function rssDocument(seed: number): string {
  const random = randomFrom(seed);
  const items = Array.from({ length: ENTRIES }, (_, i) => {
    const body = html(() => han(random, 30), random);
    return `<item><title>${han(random, 20)}</title><link>https://news.example.org/${seed}/${i}</link>
<guid isPermaLink="false">${seed}-${i}</guid><pubDate>Sat, 24 Jan 2026 ${String(i % 24).padStart(2, '0')}:00:00 +0800</pubDate>
<dc:creator>${han(random, 3)}</dc:creator><category>${han(random, 2)}</category>
<description>${escape(body)}</description></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>${seed}</title>
<link>https://news.example.org/</link><description>-</description>${items.join('\n')}</channel></rss>`;
}

function atomDocument(seed: number): string {
  const random = randomFrom(seed);
  const entries = Array.from({ length: ENTRIES }, (_, i) => {
    const body = html(() => words(random, 12), random);
    return `<entry><id>urn:${seed}:${i}</id><title>${words(random, 8)}</title>
<link href="https://blog.example.org/${seed}/${i}"/><updated>2026-01-24T${String(i % 24).padStart(2, '0')}:00:00Z</updated>
<author><name>${words(random, 2)}</name></author><content type="html"><![CDATA[${body}]]></content></entry>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>${seed}</title><id>urn:${seed}</id>
<link href="https://blog.example.org/"/>${entries.join('\n')}</feed>`;
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

function han(random: () => number, length: number): string {
  return Array.from({ length }, () => pick(HAN, random)).join('');
}

function words(random: () => number, count: number): string {
  return Array.from({ length: count }, () => pick(WORDS, random)).join(' ');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
