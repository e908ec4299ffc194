/** How does a sample newsroom's feed look in each of the formats? */
import type { Story } from './stories.ts';

export interface FeedHead {
  readonly title: string;
  readonly description: string;
  readonly language: string;
  /** Absolute address of the newsroom, ending in a slash. */
  readonly home: string;
  /** Absolute address of the feed. */
  readonly self: string;
}

export interface FeedItem {
  readonly story: Story;
  /** Absolute address of the story's page. */
  readonly link: string;
}

export type RenderFeed = (head: FeedHead, items: readonly FeedItem[]) => string;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const html = ({ paragraphs }: Story): string => paragraphs.map((text) => `<p>${escape(text)}</p>`).join('\n');

const iso = (at: number): string => new Date(at).toISOString();

/** `2026-02-09 07:05:00`, on the clocks of Beijing, without saying so. */
function beijingClock(at: number): string {
  return iso(at + 8 * 3_600_000)
    .slice(0, 19)
    .replace('T', ' ');
}

/** RSS 2.0 as many Chinese sites write it: GBK, dates without a zone, numbers for guids. */
export const renderOldRss: RenderFeed = (head, items) => `<?xml version="1.0" encoding="GBK"?>
<rss version="2.0">
<channel>
<title>${escape(head.title)}</title>
<link>${head.home}</link>
<description>${escape(head.description)}</description>
<language>${head.language}</language>
${items
  .map(
    ({ story, link }) => `<item>
<title><![CDATA[${story.title}]]></title>
<link>${link}</link>
<guid isPermaLink="false">${story.number}</guid>
<author>${story.author}</author>
${story.tags.map((tag) => `<category>${tag}</category>`).join('')}
<pubDate>${beijingClock(story.publishedAt)}</pubDate>
<description><![CDATA[${html(story)}]]></description>
</item>`,
  )
  .join('\n')}
</channel>
</rss>
`;

/** RSS 2.0 with a summary and the whole text. */
export const renderRss: RenderFeed = (head, items) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${escape(head.title)}</title>
<link>${head.home}</link>
<description>${escape(head.description)}</description>
<language>${head.language}</language>
<atom:link rel="self" type="application/rss+xml" href="${head.self}"/>
${items
  .map(
    ({ story, link }) => `<item>
<title>${escape(story.title)}</title>
<link>${link}</link>
<guid>${link}</guid>
<dc:creator>${escape(story.author)}</dc:creator>
${story.tags.map((tag) => `<category>${escape(tag)}</category>`).join('')}
<pubDate>${new Date(story.publishedAt).toUTCString()}</pubDate>
<description>${escape(story.paragraphs[0] ?? '')}</description>
<content:encoded>${escape(html(story))}</content:encoded>
</item>`,
  )
  .join('\n')}
</channel>
</rss>
`;

/** Atom 1.0 with relative links. */
export const renderAtom: RenderFeed = (head, items) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${head.language}" xml:base="${head.home}">
<id>${head.home}</id>
<title>${escape(head.title)}</title>
<subtitle>${escape(head.description)}</subtitle>
<link rel="alternate" href="./"/>
<link rel="self" href="${head.self}"/>
<updated>${iso(items[0]?.story.publishedAt ?? 0)}</updated>
${items
  .map(
    ({ story, link }) => `<entry>
<id>${head.home}entry/${story.number}</id>
<title>${escape(story.title)}</title>
<link rel="alternate" href="${escape(link.replace(head.home, ''))}"/>
<author><name>${escape(story.author)}</name></author>
${story.tags.map((tag) => `<category term="${escape(tag)}"/>`).join('')}
<published>${iso(story.publishedAt)}</published>
<updated>${iso(story.publishedAt)}</updated>
<content type="html">${escape(html(story))}</content>
</entry>`,
  )
  .join('\n')}
</feed>
`;

/** RSS 1.0: items beside the channel, dates by Dublin Core. */
export const renderRdf: RenderFeed = (head, items) => `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="${head.self}">
<title>${escape(head.title)}</title>
<link>${head.home}</link>
<description>${escape(head.description)}</description>
<dc:language>${head.language}</dc:language>
<items><rdf:Seq>${items.map(({ link }) => `<rdf:li rdf:resource="${link}"/>`).join('')}</rdf:Seq></items>
</channel>
${items
  .map(
    ({ story, link }) => `<item rdf:about="${link}">
<title>${escape(story.title)}</title>
<link>${link}</link>
<description>${escape(story.paragraphs.join(' '))}</description>
<dc:creator>${escape(story.author)}</dc:creator>
<dc:subject>${escape(story.tags.join(', '))}</dc:subject>
<dc:date>${iso(story.publishedAt)}</dc:date>
</item>`,
  )
  .join('\n')}
</rdf:RDF>
`;

export const renderJsonFeed: RenderFeed = (head, items) =>
  JSON.stringify(
    {
      version: 'https://jsonfeed.org/version/1.1',
      title: head.title,
      home_page_url: head.home,
      feed_url: head.self,
      description: head.description,
      language: head.language,
      items: items.map(({ story, link }) => ({
        id: link,
        url: link,
        title: story.title,
        content_html: html(story),
        summary: story.paragraphs[0],
        date_published: iso(story.publishedAt),
        authors: [{ name: story.author }],
        tags: story.tags,
      })),
    },
    undefined,
    1,
  );

/** The page behind a story's link. */
export function renderPage({ title, language }: FeedHead, story: Story): string {
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<title>${escape(story.title)} – ${escape(title)}</title>
<h1>${escape(story.title)}</h1>
<p>${escape(story.author)}, ${iso(story.publishedAt)}</p>
${html(story)}
</html>
`;
}
