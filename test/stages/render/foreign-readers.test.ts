/** Do other people's parsers read in our feeds what we wrote? */
import { spawnSync } from 'node:child_process';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import { describe, expect, it } from 'vitest';
import type { OutputFormat } from '../../../src/model/output.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { sampleFeed, samplePost, T0, withPublish } from './samples.ts';

const content = '<p>a ]]&gt; b &amp;lt; c <a href="https://o.example/?a=1&amp;b=2">链接</a> 😀</p>';
const feed = sampleFeed(
  [
    samplePost(0, {
      title: 'AT&T 涨停 😀',
      content,
      authors: [{ name: '张三', email: 'zhang@origin.example', uri: 'https://origin.example/zhang' }],
      tags: ['a<b', '股票'],
      enclosures: [{ url: 'https://media.example/a.mp3', type: 'audio/mpeg', length: 5_000 }],
      updatedAt: T0 + 3_600_000,
      rights: '© 新华社',
    }),
    samplePost(1),
  ],
  withPublish({ websubHub: 'self' }),
);

function written(format: OutputFormat): string {
  return Buffer.from(renderers[format](feed, createFragmentCache()).body).toString();
}

describe('feedsmith', () => {
  it('reads the RSS feed', () => {
    expect(parseRssFeed(written('rss'))).toMatchObject({
      title: '新华社新闻',
      link: 'https://news.example.org/category/xinhuashe.html',
      language: 'zh-CN',
      atom: { links: [{ rel: 'self' }, { rel: 'hub', href: 'https://news.example.org/websub' }] },
      items: [
        {
          title: 'AT&T 涨停 😀',
          link: 'https://origin.example/news/0',
          guid: { value: 'https://news.example.org/post/9000000000000000', isPermaLink: false },
          content: { encoded: content },
          categories: [{ name: 'a<b' }, { name: '股票' }],
          enclosures: [{ url: 'https://media.example/a.mp3', length: 5_000, type: 'audio/mpeg' }],
          source: { title: '新华财经', url: 'https://origin.example/rss.xml' },
        },
        { title: '工信部：第 1 条新闻' },
      ],
    });
  });

  it('reads the Atom feed', () => {
    expect(parseAtomFeed(written('atom'))).toMatchObject({
      id: 'https://news.example.org/category/xinhuashe',
      entries: [
        {
          id: 'https://news.example.org/post/9000000000000000',
          authors: [{ name: '张三', email: 'zhang@origin.example', uri: 'https://origin.example/zhang' }],
          categories: [{ term: 'a<b' }, { term: '股票' }],
          content: { value: content, type: 'html' },
          published: '2021-12-23T16:59:51.000Z',
          updated: '2021-12-23T17:59:51.000Z',
          rights: { value: '© 新华社' },
          source: { id: 'https://origin.example/rss.xml', title: { value: '新华财经' } },
        },
        { title: { value: '工信部：第 1 条新闻' } },
      ],
    });
  });

  it('reads the JSON feed', () => {
    expect(parseJsonFeed(written('json'))).toMatchObject({
      title: '新华社新闻',
      language: 'zh-CN',
      hubs: [{ type: 'WebSub', url: 'https://news.example.org/websub' }],
      items: [
        {
          id: 'https://news.example.org/post/9000000000000000',
          title: 'AT&T 涨停 😀',
          content_html: content,
          tags: ['a<b', '股票'],
          authors: [{ name: '张三', url: 'https://origin.example/zhang' }],
          attachments: [{ url: 'https://media.example/a.mp3', mime_type: 'audio/mpeg', size_in_bytes: 5_000 }],
        },
        { title: '工信部：第 1 条新闻' },
      ],
    });
  });
});

const READ = `
import json, sys, feedparser
feed = feedparser.parse(sys.stdin.buffer.read())
entry = feed.entries[0]
print(json.dumps({
  "bozo": bool(feed.bozo), "version": feed.version, "title": feed.feed.title, "entries": len(feed.entries),
  "id": entry.id, "link": entry.link, "entryTitle": entry.title, "content": entry.content[0].value,
  "tags": [tag.term for tag in entry.tags], "author": entry.author, "published": list(entry.published_parsed[:6]),
  "enclosure": entry.enclosures[0].href, "source": entry.source.title, "hub": [l.href for l in feed.feed.links if l.rel == "hub"],
}))`;

/** Where the system keeps its own packages; others may stand before it in the path. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import feedparser'], { stdio: 'ignore' }).status === 0,
);

describe.skipIf(python === undefined)('feedparser (Python; skipped where python3-feedparser is not installed)', () => {
  it.each([
    ['rss', 'rss20'],
    ['atom', 'atom10'],
  ] as const)('reads the %s feed', (format, version) => {
    const { stdout, stderr } = spawnSync(python ?? '', ['-c', READ], { input: written(format), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      bozo: false,
      version,
      title: '新华社新闻',
      entries: 2,
      id: 'https://news.example.org/post/9000000000000000',
      link: 'https://origin.example/news/0',
      entryTitle: 'AT&T 涨停 😀',
      content,
      tags: ['a<b', '股票'],
      published: [2021, 12, 23, 16, 59, 51],
      enclosure: 'https://media.example/a.mp3',
      source: '新华财经',
      hub: ['https://news.example.org/websub'],
    });
  });
});
