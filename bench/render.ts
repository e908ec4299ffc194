/**
 * What does it cost to render a changed category of 100 posts as RSS, Atom, JSON Feed and page, beside strings put
 * together by hand?
 *
 *     npx tsx bench/render.ts [--rounds 41]
 *
 * CPU time of this process, medians over rounds in which the candidates take turns. By hand: the same documents with
 * the fields that every feed has, escaped and encoded to bytes, nothing else.
 */
import { parseArgs } from 'node:util';
import type { OutputFeed } from '../src/model/output.ts';
import type { Post } from '../src/model/post.ts';
import { createFragmentCache } from '../src/stages/render/fragments.ts';
import { renderers } from '../src/stages/render/renderers.ts';
import { samplePosts } from './sample-posts.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '41' } } });
const posts = samplePosts(100);
const site = 'https://news.example.org';
const cache = createFragmentCache();
let version = 0;

function feedOf(feedPosts: readonly Post[]): OutputFeed {
  return {
    scope: { kind: 'category', slug: 'news' },
    title: '新闻',
    language: 'zh-CN',
    timezone: 'Asia/Shanghai',
    siteTitle: '财经要闻',
    siteId: site,
    siteUrl: site,
    urls: {
      html: `${site}/category/news.html`,
      rss: `${site}/category/news.rss`,
      atom: `${site}/category/news.atom`,
      json: `${site}/category/news.json`,
    },
    updatedAt: feedPosts[0]?.updatedAt ?? 0,
    posts: feedPosts,
    categories: [{ slug: 'news', title: '新闻' }],
    maxAgeSeconds: 300,
  };
}

/** As they come from a store: new objects each time, one of them changed. */
function withOneChange(): Post[] {
  version += 1;
  const fresh = structuredClone(posts);
  const [first] = fresh;
  if (first !== undefined) fresh[0] = { ...first, title: `${first.title} ${version}`, revision: version };
  return fresh;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function handRss(feed: OutputFeed): Buffer {
  let text = `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>${escape(feed.title)}</title><link>${feed.urls.html}</link><description>${escape(feed.title)}</description>`;
  for (const post of feed.posts) {
    text += `<item><title>${escape(post.title)}</title><link>${escape(post.url ?? '')}</link><guid isPermaLink="false">${site}/post/${post.id}</guid><pubDate>${new Date(post.publishedAt).toUTCString()}</pubDate><description>${escape(post.summary ?? '')}</description><content:encoded>${escape(post.content ?? '')}</content:encoded>`;
    for (const tag of post.tags) text += `<category>${escape(tag)}</category>`;
    for (const author of post.authors) text += `<dc:creator>${escape(author.name ?? '')}</dc:creator>`;
    text += `<source url="${escape(post.source.feedUrl)}">${escape(post.source.title ?? '')}</source></item>`;
  }
  return Buffer.from(`${text}</channel></rss>`);
}

function handAtom(feed: OutputFeed): Buffer {
  let text = `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>${site}/category/news</id><title>${escape(feed.title)}</title><updated>${new Date(feed.updatedAt).toISOString()}</updated><link href="${feed.urls.html}"/>`;
  for (const post of feed.posts) {
    text += `<entry><title>${escape(post.title)}</title><id>${site}/post/${post.id}</id><link href="${escape(post.url ?? '')}"/><updated>${new Date(post.updatedAt).toISOString()}</updated><published>${new Date(post.publishedAt).toISOString()}</published><summary type="html">${escape(post.summary ?? '')}</summary><content type="html">${escape(post.content ?? '')}</content>`;
    for (const tag of post.tags) text += `<category term="${escape(tag)}"/>`;
    for (const author of post.authors) text += `<author><name>${escape(author.name ?? '')}</name></author>`;
    text += `<source><id>${escape(post.source.feedUrl)}</id><title>${escape(post.source.title ?? '')}</title></source></entry>`;
  }
  return Buffer.from(`${text}</feed>`);
}

function handJson(feed: OutputFeed): Buffer {
  return Buffer.from(
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: feed.title,
      home_page_url: feed.urls.html,
      items: feed.posts.map((post) => ({
        id: `${site}/post/${post.id}`,
        url: post.url,
        title: post.title,
        content_html: post.content,
        summary: post.summary,
        date_published: new Date(post.publishedAt).toISOString(),
        date_modified: new Date(post.updatedAt).toISOString(),
        tags: post.tags,
        authors: post.authors,
        image: post.image,
      })),
    }),
  );
}

function handPage(feed: OutputFeed): Buffer {
  let text = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${escape(feed.title)}</title></head><body><main><h1>${escape(feed.title)}</h1><ol>`;
  for (const post of feed.posts) {
    const words = (post.summary ?? '').replace(/<[^>]*>/gu, '').slice(0, 150);
    text += `<li><h3><a href="/post/${post.id}.html">${escape(post.title)}</a></h3><p><time datetime="${new Date(post.publishedAt).toISOString()}">${new Date(post.publishedAt + 28_800_000).toISOString().slice(0, 16)}</time> ${escape(post.source.title ?? '')}</p><p>${escape(words)}</p></li>`;
  }
  return Buffer.from(`${text}</ol></main></body></html>`);
}

const candidates: Readonly<Record<string, (feed: OutputFeed) => number>> = {
  'by hand': (feed) => handRss(feed).length + handAtom(feed).length + handJson(feed).length + handPage(feed).length,
  'feedmill, one post changed': (feed) => total(feed, cache),
  'feedmill, nothing kept': (feed) => total(feed, createFragmentCache()),
};

function total(feed: OutputFeed, fragments: typeof cache): number {
  return Object.values(renderers).reduce((bytes, render) => bytes + render(feed, fragments).body.length, 0);
}

const times = new Map(Object.keys(candidates).map((name) => [name, [] as number[]]));
const sizes = new Map<string, number>();
const rounds = Number(values.rounds);
for (let round = -10; round < rounds; round += 1) {
  for (const [name, run] of Object.entries(candidates)) {
    const feed = feedOf(withOneChange());
    const before = process.cpuUsage();
    sizes.set(name, run(feed));
    const { user, system } = process.cpuUsage(before);
    // The first rounds warm the compiler up.
    if (round >= 0) times.get(name)?.push((user + system) / 1_000);
  }
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const byHand = median(times.get('by hand') ?? []);
console.table(
  [...times].map(([name, list]) => ({
    what: name,
    'ms, four documents': Number(median(list).toFixed(2)),
    'times by hand': Number((median(list) / byHand).toFixed(2)),
    kB: Math.round((sizes.get(name) ?? 0) / 1_000),
  })),
);
