import { describe, expect, it } from 'vitest';
import { describeAuth, importedYaml, importOpml } from '../../src/config/import-opml.ts';
import { readConfig } from '../../src/config/read.ts';
import { renderSourcesOpml } from '../../src/stages/render/opml.ts';

const file = (name: string, text: string) => ({ path: `config/${name}`, name, text });

const SITE = file(
  'site.yaml',
  `site: { url: https://news.example.org }
categories: [{ slug: world, title: 世界 }]
sources: [{ url: https://there.example.org/feed }]
`,
);

function never(): never {
  throw new Error('the list was not read');
}

const outline = (text: string, url: string) => `<outline type="rss" text="${text}" xmlUrl="${url}"/>`;

describe('importOpml', () => {
  it('adds what is new, and skips the rest with its reason', () => {
    const opml = `<opml><body>
      ${outline('A', 'https://a.example.org/feed')}
      ${outline('A again', 'https://A.example.org/feed')}
      ${outline('There', 'https://there.example.org/feed')}
      ${outline('Local', 'file:///etc/passwd')}
      ${outline('Broken', 'https://')}
      ${outline('Secret', 'https://me:hunter2@:x/')}
    </body></opml>`;
    expect(importOpml(opml, [SITE], {})).toEqual({
      sources: [{ id: 'a-example-org-feed', url: 'https://a.example.org/feed', title: 'A', categories: [] }],
      categories: [],
      skipped: [
        { url: 'https://there.example.org/feed', reason: 'is a source already' },
        { url: 'file:///etc/passwd', reason: 'must be an address that begins with http:// or https://' },
        { url: 'https://', reason: 'is not a valid address' },
        { url: 'https://…@:x/', reason: 'is not a valid address' },
      ],
    });
  });

  it('finds categories by slug and title, and makes new ones of other folders', () => {
    const opml = `<opml><body>
      <outline text="World">${outline('A', 'https://a.example.org/')}</outline>
      <outline text="世界">${outline('B', 'https://b.example.org/')}</outline>
      <outline text="Café &amp; Life">${outline('C', 'https://c.example.org/')}${outline('D', 'https://d.example.org/')}</outline>
      <outline text="体育">${outline('E', 'https://e.example.org/')}</outline>
      <outline text="财经">${outline('F', 'https://f.example.org/')}</outline>
    </body></opml>`;
    const found = importOpml(opml, [SITE], {});
    expect(found?.categories).toEqual([
      { slug: 'cafe-life', title: 'Café & Life' },
      { slug: 'folder', title: '体育' },
      { slug: 'folder-2', title: '财经' },
    ]);
    expect(found?.sources.map(({ categories }) => categories)).toEqual([
      ['world'],
      ['world'],
      ['cafe-life'],
      ['cafe-life'],
      ['folder'],
      ['folder-2'],
    ]);
    expect(importOpml(opml, [SITE], {}, false)?.categories).toEqual([]);
  });

  it('gives a feed the categories of all its folders, at the root or below', () => {
    const feed = outline('Harbour', 'https://harbour.example/feed');
    const opml = `<opml>${feed}<outline text="News">${feed}</outline><outline text="Ships">${outline('B', 'https://b.example/')}${feed}</outline></opml>`;
    const found = importOpml(opml, [SITE], {});
    expect(found?.sources.map(({ categories }) => categories)).toEqual([['news', 'ships'], ['ships']]);
    expect(found?.skipped).toEqual([]);
    // What we write ourselves is read back the same.
    const settings = readConfig([SITE, file('in.yaml', importedYaml(found ?? never(), 'x'))], {});
    const again = importOpml(Buffer.from(renderSourcesOpml(settings).body).toString(), [file('n.yaml', '')], {});
    expect(again?.sources.find(({ url }) => url === 'https://harbour.example/feed')?.categories).toEqual([
      'news',
      'ships',
    ]);
  });

  it.each([true, false])('goes by the innermost folder, whatever the order', (reversed) => {
    const parts = [
      `<outline text="Linux">${outline('A', 'https://a.example/')}</outline>`,
      outline('B', 'https://b.example/'),
      `<outline text="World"><outline text="BSD">${outline('C', 'https://c.example/')}</outline></outline>`,
    ];
    const opml = `<opml><outline text="Tech">${(reversed ? parts.reverse() : parts).join('')}</outline></opml>`;
    const categories = (folders: boolean): Readonly<Record<string, readonly string[]>> =>
      Object.fromEntries(
        (importOpml(opml, [SITE], {}, folders)?.sources ?? []).map((source) => [source.title ?? '', source.categories]),
      );
    expect(categories(true)).toEqual({ A: ['linux'], B: ['tech'], C: ['bsd'] });
    // Without new categories, the innermost that is one.
    expect(categories(false)).toEqual({ A: [], B: [], C: ['world'] });
  });

  it.each([
    ['feed://one.example/rss', 'http://one.example/rss'],
    ['FEED:https://two.example/rss', 'https://two.example/rss'],
    ['feed:http://two.example/rss', 'http://two.example/rss'],
    ['feeds://two.example/rss', 'https://two.example/rss'],
    ['itpc://pod.example/rss', 'http://pod.example/rss'],
    ['https://six.example/my feed.xml', 'https://six.example/my%20feed.xml'],
    ['https://five.example/标签/rss', 'https://five.example/标签/rss'],
    ['https://bücher.example/feed', 'https://bücher.example/feed'],
  ])('understands %s', (written, url) => {
    expect(importOpml(`<opml>${outline('A', written)}</opml>`, [], {})?.sources).toMatchObject([{ url }]);
  });

  it('takes the address of a feed that a list calls url, and no other list', () => {
    const opml =
      '<opml><outline type="RSS" url="https://ten.example/rss"/><outline type="include" url="https://x.example/l.opml"/></opml>';
    expect(importOpml(opml, [], {})?.sources.map(({ url }) => url)).toEqual(['https://ten.example/rss']);
  });

  it('writes a variable in place of a password, and says which', () => {
    const found = importOpml(`<opml>${outline('A', 'https://user:p%40w@four.example/rss#a@')}</opml>`, [], {});
    expect(found?.sources).toMatchObject([
      { url: 'https://four.example/rss#a@', auth: { username: 'user', password: 'p@w' } },
    ]);
    const yaml = importedYaml(found ?? never(), 'x');
    expect(yaml).not.toContain('p@w');
    expect(describeAuth(found ?? never())).toEqual([
      'four-example-rss needs a password, which is not written to the config: set FOUR_EXAMPLE_RSS_USERNAME and FOUR_EXAMPLE_RSS_PASSWORD',
    ]);
    const headers = (environment: Record<string, string>) =>
      readConfig([SITE, file('in.yaml', yaml)], environment).sources.find(({ id }) => id === 'four-example-rss')
        ?.headers;
    expect(headers({})).toEqual({});
    expect(headers({ FOUR_EXAMPLE_RSS_USERNAME: 'user', FOUR_EXAMPLE_RSS_PASSWORD: 'p@w' })).toEqual({
      Authorization: `Basic ${Buffer.from('user:p@w').toString('base64')}`,
    });
  });

  it('gives sources whose ids would be the same ids of their own', () => {
    const opml = `<opml>${outline('A', 'https://a.org/x')}${outline('B', 'http://a.org/x')}</opml>`;
    expect(importOpml(opml, [SITE], {})?.sources.map(({ id }) => id)).toEqual(['a-org-x', 'a-org-x-2']);
  });

  it('works beside a config that is wrong, and without one', () => {
    const opml = `<opml>${outline('A', 'https://a.org/x')}</opml>`;
    expect(importOpml(opml, [file('a.yaml', '{')], {})?.sources).toHaveLength(1);
    expect(importOpml(opml, [], {})?.sources).toHaveLength(1);
  });

  it('knows what is no list', () => {
    expect(importOpml('<rss/>', [], {})).toBeUndefined();
  });
});

describe('importedYaml', () => {
  it('writes what the config reads back, whatever stands in titles', () => {
    const titles = ['yes', '404', '${HOME}', '# no comment', 'a: b', '“引号”', "it's", '- x', 'null'];
    const outlines = titles.map((title, n) => outline(title, `https://${n}.example.org/?a=1&amp;b=\${X}`));
    const found = importOpml(`<opml><outline text="\${F}">${outlines.join('')}</outline></opml>`, [SITE], {});
    expect(found).toBeDefined();
    if (found === undefined) return;
    const settings = readConfig([file('imported.yaml', importedYaml(found, 'list\n')), SITE], {});
    const imported = settings.sources.filter(({ id }) => id !== 'there-example-org-feed');
    expect(imported.map(({ title }) => title)).toEqual(titles);
    expect(imported[0]).toMatchObject({ url: 'https://0.example.org/?a=1&b=${X}', categories: ['f'] });
    expect(settings.categories).toMatchObject([{ slug: 'world' }, { slug: 'f', title: '${F}' }]);
  });
});
