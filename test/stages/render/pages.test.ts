/** Are the pages sound HTML that says what it should, whatever stands in the posts? */
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/model/post.ts';
import { assembleFeed } from '../../../src/stages/assemble/feed.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { headlinesOf, renderHomePage, renderNotFoundPage } from '../../../src/stages/render/home-page.ts';
import { renderListPage } from '../../../src/stages/render/list-page.ts';
import { renderPostPage } from '../../../src/stages/render/post-page.ts';
import { anyPosts } from './arbitrary-posts.ts';
import { sampleFeed, samplePost, sampleSettings, withPublish } from './samples.ts';

type Element = DefaultTreeAdapterTypes.Element;

interface PageTree {
  readonly errors: readonly string[];
  readonly elements: readonly Element[];
  all(name: string): readonly Element[];
}

function treeOf(bytes: Uint8Array): PageTree {
  const errors: string[] = [];
  const document = parse(Buffer.from(bytes).toString(), {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  const elements: Element[] = [];
  const visit = (nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): void => {
    for (const node of nodes) {
      if (!('tagName' in node)) continue;
      elements.push(node);
      visit(node.childNodes);
    }
  };
  visit(document.childNodes);
  return { errors, elements, all: (name) => elements.filter(({ tagName }) => tagName === name) };
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((candidate) => candidate.name === name)?.value;
}

function textOf(node: DefaultTreeAdapterTypes.ChildNode): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

const settings = sampleSettings();
const list = (posts: readonly Post[]): Uint8Array => renderListPage(sampleFeed(posts), createFragmentCache()).body;
const home = (posts: readonly Post[]): Uint8Array =>
  renderHomePage(
    settings.categories.map((category) => ({ category, headlines: headlinesOf(posts, settings) })),
    settings,
  ).body;
const single = ([post = samplePost(0)]: readonly Post[]): Uint8Array => renderPostPage(post, settings, () => true).body;

const rich = samplePost(0, {
  title: '<script>alert(1)</script> & "quotes"',
  tags: ['股票', 'a/b', '<i>'],
  image: 'https://media.example/a.jpg?x="y"',
  enclosures: [{ url: 'https://media.example/%E9%9F%B3.mp3', type: 'audio/mpeg' }],
  rights: '© <b>',
  language: 'en',
  authors: [{ name: '张三', uri: 'https://origin.example/zhang' }, { name: '<李四>' }],
  alsoFrom: [
    { source: { id: 'o', title: 'Other & Co', feedUrl: 'https://o.example/f' }, url: 'https://o.example/?a=1&b=2' },
    { source: { id: 'p', feedUrl: 'https://p.example/f' } },
  ],
});

describe.each([
  ['list', list],
  ['home', home],
  ['post', single],
  ['not-found', () => renderNotFoundPage(settings).body],
])('the %s page', (_name, render) => {
  it('is HTML without an error', () => {
    expect(treeOf(render([rich, samplePost(1), samplePost(40)])).errors).toEqual([]);
    expect(treeOf(render([])).errors).toEqual([]);
  });

  it('holds no script but the one for times, no style, frame or handler', () => {
    const page = treeOf(render([rich]));
    const names = new Set(page.elements.map(({ tagName }) => tagName));
    expect(['style', 'iframe', 'object', 'form'].filter((name) => names.has(name))).toEqual([]);
    expect(page.all('script').map((script) => [attribute(script, 'src'), textOf(script)])).toEqual([
      ['/relative-time.js', ''],
    ]);
    expect(page.elements.flatMap(({ attrs }) => attrs).filter(({ name }) => /^(?:on|style$)/u.test(name))).toEqual([]);
  });

  it('has one main, one h1, a skip link to it, a language and a name', () => {
    const page = treeOf(render([rich]));
    expect(page.all('h1')).toHaveLength(1);
    expect(page.all('main').map((main) => attribute(main, 'id'))).toEqual(['content']);
    expect(attribute(page.all('a')[0], 'href')).toBe('#content');
    expect(attribute(page.all('html')[0], 'lang')).toMatch(/^(?:zh-CN|en)$/u);
    expect(page.all('title').map(textOf).join('')).toContain('财经要闻');
  });

  it('uses every id once and refers to those there are', () => {
    const page = treeOf(render([rich, samplePost(1), samplePost(40)]));
    const ids = page.elements.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = page.elements.flatMap((element) => attribute(element, 'aria-labelledby') ?? []);
    expect(referred.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('text from an origin', () => {
  it('never becomes an element, wherever it is shown', () => {
    const shape = (bytes: Uint8Array): string[] => treeOf(bytes).elements.map(({ tagName }) => tagName);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('<b>', '"><i>', "'", '&lt;', '</title>', '-->'),
        (a, b) => {
          const text = `${a}${b}${a}`;
          const source = { id: 's', title: text, feedUrl: 'https://o.example/f' };
          const at = (word: string) =>
            samplePost(0, {
              title: word,
              rights: word,
              tags: [word],
              authors: [{ name: word }],
              source: { ...source, title: word },
            });
          for (const render of [list, home, single])
            expect(shape(render([at(text)]))).toEqual(shape(render([at('x')])));
        },
      ),
    );
  });

  it('is readable as HTML, whatever it is', () => {
    fc.assert(
      fc.property(anyPosts, (posts) => {
        for (const render of [list, home]) {
          expect(
            treeOf(render(posts)).errors.filter((error) => !/noncharacter|control-character/u.test(error)),
          ).toEqual([]);
        }
      }),
    );
  });
});

describe('the front page of a site without categories', () => {
  it('shows the newest of all posts', () => {
    const bare = { ...settings, categories: [] };
    const posts = Array.from({ length: 40 }, (_, number) => samplePost(number));
    const page = treeOf(renderHomePage([{ headlines: headlinesOf(posts, bare) }], bare).body);
    expect(page.all('h2').map(textOf)).toEqual(['全部']);
    expect(page.all('li').length).toBeGreaterThanOrEqual(30);
    expect(page.all('a').map((link) => attribute(link, 'href'))).toContain('/all.html');
  });
});

describe('the list page', () => {
  const page = treeOf(list([rich, samplePost(1), samplePost(20), samplePost(21)]));

  it('groups posts by the day on the clock of the site', () => {
    expect(page.all('h2').map(textOf)).toEqual(['2021年12月24日 星期五', '2021年12月23日 星期四']);
    const perDay = page.all('ol').map((ol) => ol.childNodes.filter((node) => node.nodeName === 'li').length);
    expect(perDay).toEqual([1, 3]);
  });

  it('gives the time for programs, for reading and, on hover, in full', () => {
    const [time] = page.all('time');
    expect([attribute(time, 'datetime'), time && textOf(time), attribute(time, 'title')]).toEqual([
      '2021-12-23T16:59:51.000Z',
      '00:59',
      '2021年12月24日 星期五 00:59 (UTC+08:00)',
    ]);
  });

  it('names its feeds to programs and people', () => {
    const alternates = page.all('link').filter((link) => attribute(link, 'rel') === 'alternate');
    expect(alternates.map((link) => [attribute(link, 'type'), attribute(link, 'href')])).toEqual([
      ['application/rss+xml', '/category/xinhuashe.rss'],
      ['application/atom+xml', '/category/xinhuashe.atom'],
      ['application/feed+json', '/category/xinhuashe.json'],
    ]);
    const links = page.all('a').map((link) => attribute(link, 'href'));
    expect(links).toEqual(expect.arrayContaining(['/category/xinhuashe.rss', '/category/xinhuashe.atom']));
  });

  it('says which category it is', () => {
    const current = page.all('a').filter((link) => attribute(link, 'aria-current') === 'page');
    expect(current.map(textOf)).toEqual(['新华社新闻']);
  });

  it('loads pictures late, at a known size, and tells nobody who reads', () => {
    const [image] = page.all('img');
    expect(Object.fromEntries(image?.attrs.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({
      src: 'https://media.example/a.jpg?x=%22y%22',
      alt: '',
      loading: 'lazy',
      width: '160',
      height: '106',
      referrerpolicy: 'no-referrer',
    });
  });

  it('has no days where posts stand by score, and says of each when it was published', () => {
    const posts = [samplePost(0), samplePost(30, { score: 2 }), samplePost(60)];
    const feed = sampleFeed(posts, withPublish({ order: 'score', items: 10 }));
    const tree = treeOf(renderListPage(feed, createFragmentCache()).body);
    expect(tree.errors).toEqual([]);
    expect([tree.all('section').length, tree.all('h2').length, tree.all('h3').length]).toEqual([1, 0, 3]);
    expect(tree.all('time').every((time) => time.childNodes.some((node) => textOf(node).includes('月')))).toBe(true);
  });

  it('offers a view as a list, a compact one and cards, the list at first', () => {
    const radios = treeOf(list([samplePost(0)])).all('input');
    expect(radios.map((radio) => [attribute(radio, 'id'), attribute(radio, 'checked')])).toEqual([
      ['view-list', ''],
      ['view-compact', undefined],
      ['view-cards', undefined],
    ]);
    expect(treeOf(list([])).all('input')).toEqual([]);
  });

  it('names the other sources of a story', () => {
    const names = page.all('li').map(textOf);
    expect(names).toEqual(expect.arrayContaining(['Other & Co', 'p']));
  });

  it('of a tag bears the name of the tag, and that of the site once', () => {
    const feed = assembleFeed({ scope: { kind: 'tag', tag: '股票' }, settings, posts: [rich] });
    const tag = treeOf(renderListPage(feed, createFragmentCache()).body);
    expect(tag.all('h1').map(textOf)).toEqual(['股票']);
    expect(tag.all('title').map(textOf)).toEqual([`股票 - ${settings.site.title}`]);
  });

  it('of a source leads to the site of the source, if that has a web address', () => {
    const originOf = (url: string): (string | undefined)[] => {
      const post = samplePost(0, { source: { ...rich.source, url } });
      const feed = assembleFeed({ scope: { kind: 'source', id: rich.source.id }, settings, posts: [post] });
      return treeOf(renderListPage(feed, createFragmentCache()).body)
        .all('a')
        .filter((link) => attribute(link, 'href') === url)
        .map(textOf);
    };
    expect(originOf('https://origin.example/news/')).toEqual(['origin.example/news']);
    expect(originOf('javascript:alert(1)')).toEqual([]);
  });

  it('leads to older posts and back', () => {
    const feed = sampleFeed([samplePost(0), samplePost(1), samplePost(2)], withPublish({ items: 2, windowMs: 0 }));
    const first = treeOf(renderListPage(feed, createFragmentCache()).body);
    const next = first.all('a').find((link) => attribute(link, 'rel') === 'next');
    expect(attribute(next, 'href')).toBe(`/category/xinhuashe/before/${feed.olderBefore ?? ''}.html`);
    const archive = treeOf(renderListPage({ ...feed, before: '1-9000000000000000' }, createFragmentCache()).body);
    expect(archive.all('a').some((link) => attribute(link, 'rel') === 'first')).toBe(true);
  });

  it('leads to the original where no text may be shown', () => {
    const bare = treeOf(list([samplePost(0)].map(({ content: _c, summary: _s, ...post }) => post)));
    expect(
      bare
        .all('h3')
        .flatMap(({ childNodes }) => childNodes)
        .map((node) => 'attrs' in node && attribute(node, 'href')),
    ).toEqual(['https://origin.example/news/0']);
  });

  it('keeps its links below the folder that the site lies in', () => {
    const below = { ...settings, site: { ...settings.site, url: 'https://example.org/news/' } };
    const links = treeOf(renderListPage(sampleFeed([rich], below), createFragmentCache()).body)
      .all('a')
      .map((link) => attribute(link, 'href') ?? '')
      .filter((href) => href.startsWith('/'));
    expect(links.filter((href) => !href.startsWith('/news/'))).toEqual([]);
  });
});

describe('the post page', () => {
  it('speaks the language of the post', () => {
    const page = treeOf(renderPostPage(rich, settings, () => true).body);
    expect(attribute(page.all('html')[0], 'lang')).toBe('en');
    expect(textOf(page.all('main')[0] ?? (page.elements[0] as Element))).toContain('Also in');
  });

  it('says to other sites what it is about', () => {
    const meta = new Map(
      treeOf(renderPostPage(rich, settings, () => true).body)
        .all('meta')
        .map((element) => [attribute(element, 'property'), attribute(element, 'content')]),
    );
    expect(meta.get('og:title')).toBe(rich.title);
    expect(meta.get('og:type')).toBe('article');
    expect(meta.get('og:url')).toBe('https://news.example.org/post/9000000000000000.html');
    expect(meta.get('article:published_time')).toBe('2021-12-23T16:59:51.000Z');
  });

  it.each([
    ['<img src="https://o.example/a.jpg">', '<img loading="lazy" decoding="async" src="https://o.example/a.jpg">'],
    ['<img src="https://o.example/a.jpg" loading="eager">', '<img src="https://o.example/a.jpg" loading="eager">'],
    ['<table><tr><td>1</td></tr></table>', '<table tabindex="0"><tr><td>1</td></tr></table>'],
    ['<p>imgur &lt;img&gt;</p>', '<p>imgur &lt;img&gt;</p>'],
  ])('shows %s as %s', (content, shown) => {
    expect(Buffer.from(renderPostPage(samplePost(0, { content }), settings, () => true).body).toString()).toContain(
      shown,
    );
  });

  it('plays what can be played, when asked to', () => {
    const [audio] = treeOf(renderPostPage(rich, settings, () => true).body).all('audio');
    expect([attribute(audio, 'src'), attribute(audio, 'preload')]).toEqual([
      'https://media.example/%E9%9F%B3.mp3',
      'none',
    ]);
  });
});

describe('the home page', () => {
  it('names the feeds of every category', () => {
    const links = treeOf(home([samplePost(0)])).all('link');
    const hrefs = links.filter((link) => attribute(link, 'rel') === 'alternate').map((link) => attribute(link, 'href'));
    expect(hrefs).toEqual(
      ['/all', '/category/xinhuashe', '/category/tech'].flatMap((path) =>
        ['rss', 'atom', 'json'].map((format) => `${path}.${format}`),
      ),
    );
  });
});
