/** Which posts and settings do the tests of rendering start from? */
import type { OutputFeed } from '../../../src/model/output.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Settings, Source } from '../../../src/model/settings.ts';
import { assembleFeed } from '../../../src/stages/assemble/feed.ts';

const HOUR_MS = 3_600_000;
export const T0 = Date.UTC(2021, 11, 23, 16, 59, 51);

export function samplePost(number: number, changes: Partial<Post> = {}): Post {
  const at = T0 - number * HOUR_MS;
  return {
    id: (0x9000_0000_0000_0000n + BigInt(number)).toString(16),
    source: {
      id: 'xinhua-finance',
      title: '新华财经',
      url: 'https://origin.example/',
      feedUrl: 'https://origin.example/rss.xml',
    },
    guid: `NW${number}`,
    url: `https://origin.example/news/${number}`,
    title: `工信部：第 ${number} 条新闻`,
    content: `<p>第 ${number} 条：经济工作会议强调“稳字当头、稳中求进”。</p>`,
    summary: `<p>摘要 ${number}</p>`,
    authors: [{ name: '新华社' }],
    publishedAt: at,
    updatedAt: at,
    firstSeenAt: at,
    categories: ['xinhuashe'],
    tags: ['新华社新闻'],
    enclosures: [],
    revision: 1,
    alsoFrom: [],
    ...changes,
  };
}

export function sampleSource(changes: Partial<Source> = {}): Source {
  return {
    id: 'xinhua-finance',
    url: 'https://origin.example/rss.xml',
    title: '新华财经',
    categories: ['xinhuashe'],
    tags: [],
    timezone: 'Asia/Shanghai',
    schedule: { defaultMs: HOUR_MS, minMs: 600_000, maxMs: 24 * HOUR_MS },
    fetch: fetchSettings,
    content: 'full',
    headers: {},
    rules: [],
    ...changes,
  };
}

const fetchSettings: Settings['fetch'] = {
  concurrency: 10,
  host: { concurrency: 2, delayMs: 1_000, scope: 'host' },
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  maxBodyBytes: 10_000_000,
  allow: [],
};

export function sampleSettings(changes: Partial<Settings> = {}): Settings {
  return {
    site: {
      title: '财经要闻',
      description: '每天的财经新闻',
      url: 'https://news.example.org',
      language: 'zh-CN',
      timezone: 'Asia/Shanghai',
    },
    http: { host: '127.0.0.1', port: 0, redirects: {}, trustProxy: 0, metricsAllow: [] },
    redis: { urls: [], directory: 'data/redis' },
    fetch: fetchSettings,
    schedule: { defaultMs: HOUR_MS, minMs: 600_000, maxMs: 24 * HOUR_MS },
    publish: {
      items: 100,
      windowMs: 48 * HOUR_MS,
      maxFeedBytes: 2_000_000,
      content: 'full',
      order: 'time',
      maxSourceShare: 1,
      copy: { tags: { minPosts: 1, list: [] }, encodings: ['gzip', 'br'] },
      robots: 'index',
      canonical: 'self',
      websubAllow: [],
    },
    keep: { postsMs: 90 * 24 * HOUR_MS, perCategory: 5_000, memoryMs: 400 * 24 * HOUR_MS, perSource: 10 },
    limits: { maxDepth: 100, maxEntries: 1_000, maxAttributes: 100, maxTextLength: 1_000_000, maxTags: 50 },
    html: { iframeHosts: [], dataImages: false, cleanLinks: true },
    duplicates: { windowMs: 72 * HOUR_MS, threshold: 0.8, within: [] },
    edits: { threshold: 0.05, most: 3, withinMs: 24 * HOUR_MS },
    flood: { least: 10, times: 10 },
    admin: {},
    rules: [],
    groupRules: {},
    categories: [
      {
        slug: 'xinhuashe',
        was: [],
        title: '新华社新闻',
        description: '新华社财经要闻',
        language: 'zh-CN',
        primary: [],
        jekyll: { frontMatter: {} },
      },
      { slug: 'tech', was: [], title: 'Tech & Science', language: 'en', primary: [], jekyll: { frontMatter: {} } },
    ],
    sources: [sampleSource()],
    ...changes,
  };
}

export function withPublish(changes: Partial<Settings['publish']>): Settings {
  const settings = sampleSettings();
  return { ...settings, publish: { ...settings.publish, ...changes } };
}

/** A category feed of these posts. */
export function sampleFeed(posts: readonly Post[], settings: Settings = sampleSettings()): OutputFeed {
  return assembleFeed({ scope: { kind: 'category', slug: 'xinhuashe' }, settings, posts });
}
