/** Which style does a feed have when a browser opens it? */
import type { OutputFeed } from '../../model/output.ts';
import { languageKey, wordsOf } from './words.ts';

/** Path of the style sheet for feeds in the language of this one, below the site's address. */
export function feedStylesheet(feed: OutputFeed): string {
  return `${new URL(feed.siteUrl).pathname.replace(/\/$/u, '')}${feedStylesheetPath(feed.language)}`;
}

export function feedStylesheetPath(language: string): string {
  return `/feed-${languageKey(language)}.css`;
}

/** The library declares every style sheet as XSLT, which browsers are removing. */
export function withStylesheet(document: string): string {
  return document.replace('type="text/xsl"', 'type="text/css"');
}

/** A style sheet for feeds opened in a browser; CSS needs no script and no XSLT. */
export function feedCss(language: string): string {
  const words = wordsOf(language);
  return `${FEED_CSS}
rss::before, feed::before { content: ${cssString(words.thisIsAFeed)}; }
channel > link::before, feed > link[rel="alternate"]::before { content: ${cssString(words.pageForPeople)}; }
`;
}

function cssString(text: string): string {
  return `"${text.replace(/["\\\n]/gu, (character) => `\\${character.charCodeAt(0).toString(16)} `)}"`;
}

const FEED_CSS = `@namespace atom "http://www.w3.org/2005/Atom";
:root { color-scheme: light dark; font: 100%/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
rss { display: block; }
rss, feed { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
rss::before, feed::before { order: -2; display: block; padding: .75rem 1rem; border-radius: .5rem; background: #8882; }
channel, feed { display: flex; flex-direction: column; }
item, entry { display: block; }
channel > title, feed > title { display: block; margin: 1.5rem 0 .25rem; font-size: 1.75rem; font-weight: 700; }
channel > description, feed > subtitle { display: block; opacity: .8; }
channel > link, feed > link[rel="alternate"] { order: -1; display: block; margin: .5rem 0 0; padding: .75rem 1rem; border: 2px solid #8886; border-radius: .5rem; font-weight: 600; }
feed > link[rel="alternate"]::after { content: attr(href); }
item, entry { padding: 1rem 0; border-top: 1px solid #8884; }
channel > link + item, item:first-of-type, entry:first-of-type { margin-top: 1rem; }
item > title, entry > title { display: block; font-size: 1.125rem; font-weight: 600; }
item > link { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .875rem; opacity: .8; }
item > pubDate, item > source, entry > published, entry > source > title { font-size: .875rem; opacity: .8; margin-inline-end: .75rem; }
entry > source { display: inline; }
channel > *:not(title):not(link):not(description):not(item),
item > *:not(title):not(link):not(pubDate):not(source),
feed > *:not(title):not(subtitle):not(link):not(entry), feed > link:not([rel="alternate"]),
entry > *:not(title):not(published):not(source), entry > source > *:not(title) { display: none; }
channel > atom|link, item > atom|link { display: none; }
`;
