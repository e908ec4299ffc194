/** Do post files come out as Jekyll, Hugo and Eleventy want them? */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Post } from '../../../src/model/post.ts';
import type { JekyllSettings, Settings } from '../../../src/model/settings.ts';
import { renderJekyll } from '../../../src/stages/render/jekyll.ts';
import { samplePost, sampleSettings } from './samples.ts';

const expected = readFileSync(new URL('fixtures/post-model/2021-12-24-xinhuashe.expected.md', import.meta.url), 'utf8');

const jekyll: JekyllSettings = { directory: '_posts', layout: 'post', flavour: 'jekyll', frontMatter: {} };

function settingsFor(changes: Partial<JekyllSettings> = {}, site: Partial<Settings['site']> = {}): Settings {
  const settings = sampleSettings();
  return {
    ...settings,
    site: { ...settings.site, ...site },
    publish: { ...settings.publish, jekyll: { ...jekyll, ...changes } },
  };
}

function textOf(post: Post, settings: Settings = settingsFor()): string {
  return Buffer.from(renderJekyll(post, settings).body).toString('utf8');
}

function frontMatterOf(text: string): Record<string, unknown> {
  // What YAML gives for a mapping with string keys.
  return parse(text.split('---\n')[1] ?? '') as Record<string, unknown>;
}

describe('the pictures of a post file', () => {
  it.each(['jekyll', 'hugo', 'eleventy'] as const)('are asked for without a referrer in %s', (flavour) => {
    const settings = settingsFor({ flavour });
    const meta = '<meta name="referrer" content="no-referrer">';
    expect(textOf(samplePost(0, { content: '<p><img src="https://a.org/b.png"/></p>' }), settings)).toContain(
      `${flavour === 'jekyll' ? '<div>\n' : '---\n'}${meta}\n<p><img`,
    );
    expect(textOf(samplePost(0), settings)).not.toContain(meta);
  });
});

describe('renderJekyll', () => {
  it('writes the post model byte for byte', () => {
    const body = expected.slice(expected.indexOf('---\n<p>') + 4, expected.indexOf('\n\n<http'));
    const post = samplePost(0, {
      title: '工信部：启动公共领域车辆全面电动化城市试点 开展新能源汽车等下乡活动',
      url: 'http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202112232224152276',
      content: body,
      tags: ['新华社新闻'],
    });
    const document = renderJekyll(post, settingsFor({}, { url: 'http://finews.withounder.com' }));
    expect(Buffer.from(document.body).toString('utf8')).toBe(expected);
    expect(document.path).toBe('2021-12-24-9000000000000000.md');
  });

  it.each([
    ['quotes and backslashes', 'say "hi" \\ there'],
    ['a colon and a hash', 'a: b # c'],
    ['a line break', 'a\nb'],
    ['control characters', 'a\u0007\u0085\u2028b'],
    ['template marks', '{{ site.title }} {% raw %}'],
    ['an emoji', '涨停 😀'],
    ['three dashes', '---'],
  ])('keeps a title with %s', (_what, title) => {
    expect(frontMatterOf(textOf(samplePost(0, { title })))).toMatchObject({ title });
  });

  it.each([
    ['words of letters stand in a row', ['股票', 'IPO'], 'tags: 新华社新闻 股票 IPO'],
    ['a tag with a space makes it a list', ['New York'], 'tags: ["新华社新闻", "New York"]'],
    ['a tag with a mark makes it a list', ['a: "b"'], 'tags: ["新华社新闻", "a: \\"b\\""]'],
    ['a tag named as the category stands once', ['新华社新闻'], 'tags: 新华社新闻'],
  ])('writes tags: %s', (_title, tags, line) => {
    expect(textOf(samplePost(0, { tags })).split('\n')).toContain(line);
  });

  it('quotes a single tag that looks like a number', () => {
    const post = samplePost(0, { tags: ['2021'], categories: [] });
    expect(frontMatterOf(textOf(post))['tags']).toEqual(['2021']);
  });

  it('makes template marks harmless where they occur and nothing else', () => {
    const text = textOf(samplePost(0, { content: '<p>{{ x }} {% y %} {{{ z }}} { a } &#123;</p>' }));
    expect(text).toContain('<p>&#123;{ x }} &#123;% y %} &#123;&#123;{ z }}} { a } &#123;</p>');
  });

  it('makes template marks in the address of the original harmless', () => {
    expect(textOf(samplePost(0, { url: 'https://o.example/?q={{x}}' }))).toContain(
      '<https://o.example/?q=%7B%7Bx%7D%7D>',
    );
  });

  it.each([
    ['text at the top', 'plain *text*', '<div>\nplain *text*\n</div>'],
    ['an inline element at the top', '<em>a</em> b', '<div>\n<em>a</em> b\n</div>'],
    ['blocks alone', '<p>a</p>\n <p>b</p>', '<p>a</p>\n <p>b</p>'],
  ])('keeps Markdown away from %s', (_what, content, body) => {
    expect(textOf(samplePost(0, { content })).split('---\n')[2]).toMatch(body);
  });

  it('leaves out the line of the original where there is no address', () => {
    const text = textOf({ ...samplePost(0), url: 'javascript:alert(1)' });
    expect(text).toMatch(/<\/p>\n\n\[返回新华社新闻\]/u);
  });

  it('speaks the language of the site', () => {
    const text = textOf(samplePost(0), settingsFor({}, { language: 'en' }));
    expect(text).toMatch(
      /\[Back to 新华社新闻\]\(\/\/news\.example\.org\/category\/xinhuashe\.html\) ｜ \[Home\]\(\/\/news\.example\.org\/\)$/u,
    );
  });

  it('names the other sources of the story before the links back', () => {
    const alsoFrom = [
      {
        source: { id: 'b', title: 'B {{ [x]', feedUrl: 'https://b.example/feed' },
        url: 'https://b.example/{1}?a=1&b=2',
      },
      { source: { id: 'c', feedUrl: 'https://c.example/feed' } },
    ];
    const post = samplePost(0, { alsoFrom });
    expect(textOf(post)).toContain('\n\n另见 [B &#123;&#123; \\[x\\]](<https://b.example/%7B1%7D?a=1&b=2>)｜c\n\n');
    expect(textOf(post, settingsFor({ flavour: 'hugo' }))).toContain(
      '<p>另见 <a href="https://b.example/%7B1%7D?a=1&amp;b=2">B &#123;{ [x]</a>｜c</p>',
    );
  });

  it('takes layout and front matter of the first category over those of the site', () => {
    const settings = settingsFor({ frontMatter: { comments: false, author: 'desk' } });
    const categories = settings.categories.map((category) =>
      category.slug === 'xinhuashe'
        ? { ...category, jekyll: { layout: 'news', frontMatter: { author: 'x: y', weight: 3 } } }
        : category,
    );
    expect(frontMatterOf(textOf(samplePost(0), { ...settings, categories }))).toMatchObject({
      layout: 'news',
      comments: false,
      author: 'x: y',
      weight: 3,
    });
  });

  it.each(['hugo', 'eleventy'] as const)('writes %s posts as HTML with lists and an ISO date', (flavour) => {
    const settings = settingsFor({ flavour });
    const post = samplePost(0, { tags: ['New York'] });
    const text = textOf(post, settings);
    expect(renderJekyll(post, settings).path).toBe('2021-12-24-9000000000000000.html');
    expect(text).toContain('\ndate: 2021-12-24T00:59:51+08:00\n');
    expect(frontMatterOf(text)).toMatchObject({ categories: ['xinhuashe'], tags: ['新华社新闻', 'New York'] });
    expect(text).toContain('<p><a href="https://origin.example/news/0">https://origin.example/news/0</a></p>');
  });

  it.each(['hugo', 'eleventy'] as const)(
    'tells %s who wrote a post, where it is from and when it changed',
    (flavour) => {
      const post = samplePost(0, {
        ...{ authors: [{ name: 'Wang' }, { name: 'Li' }], image: 'https://origin.example/1.jpg', language: 'zh-CN' },
      });
      expect(frontMatterOf(textOf(post, settingsFor({ flavour })))).toMatchObject({
        author: ['Wang', 'Li'],
        source: post.source.title,
        original: 'https://origin.example/news/0',
        image: 'https://origin.example/1.jpg',
        language: post.language,
        lastmod: '2021-12-24T00:59:51+08:00',
      });
    },
  );

  it('fills in the fields of a post, and leaves out what comes to nothing', () => {
    const frontMatter = {
      by: '{author} for {source}',
      list: '{tags}',
      points: '{score}',
      section: '{category}',
      none: '{rights}',
      bad: '{link}',
      brace: '{{title}} {{ page.title }}',
      description: '{summary}',
    };
    const post = samplePost(0, {
      ...{ tags: ['a: b', 'c'], score: 7, url: 'javascript:alert(1)', authors: [{ name: '"W"' }] },
      ...{ summary: '<p>Short &amp; <b>bold</b></p>' },
    });
    const written = frontMatterOf(textOf(post, settingsFor({ frontMatter })));
    expect(written).toMatchObject({
      by: `"W" for ${post.source.title ?? ''}`,
      list: ['a: b', 'c'],
      points: 7,
      section: '新华社新闻',
      brace: '{title} {{ page.title }}',
      description: 'Short & bold',
    });
    expect(Object.keys(written as object)).not.toContain('none');
    expect(Object.keys(written as object)).not.toContain('bad');
  });
});
