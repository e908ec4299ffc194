import { describe, expect, it } from 'vitest';
import { importedYaml, importOpml } from '../../src/config/import-opml.ts';
import { readConfig } from '../../src/config/read.ts';

const file = (name: string, text: string) => ({ path: `config/${name}`, name, text });

const SITE = file(
  'site.yaml',
  `site: { url: https://news.example.org }
categories: [{ slug: world, title: 世界 }]
sources: [{ url: https://there.example.org/feed }]
`,
);

const outline = (text: string, url: string) => `<outline type="rss" text="${text}" xmlUrl="${url}"/>`;

describe('importOpml', () => {
  it('adds what is new, and skips the rest with its reason', () => {
    const opml = `<opml><body>
      ${outline('A', 'https://a.example.org/feed')}
      ${outline('A again', 'https://A.example.org/feed')}
      ${outline('There', 'https://there.example.org/feed')}
      ${outline('Local', 'feed://x.example.org/')}
      ${outline('Secret', 'https://me:hunter2@x.example.org/')}
    </body></opml>`;
    expect(importOpml(opml, [SITE], {})).toEqual({
      sources: [{ id: 'a-example-org-feed', url: 'https://a.example.org/feed', title: 'A', categories: [] }],
      categories: [],
      skipped: [
        { url: 'https://a.example.org/feed', reason: 'is a source already' },
        { url: 'https://there.example.org/feed', reason: 'is a source already' },
        {
          url: 'feed://x.example.org/',
          reason: 'must be an http:// or https:// address such as https://example.org/feed.xml',
        },
        {
          url: 'https://…@x.example.org/',
          reason: 'must not hold a user name or password; for a source they belong under auth: { username, password }',
        },
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
