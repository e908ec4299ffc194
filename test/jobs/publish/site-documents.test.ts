import { describe, expect, it } from 'vitest';
import {
  configDocuments,
  documentAt,
  homePage,
  type SiteDeps,
  sourceList,
} from '../../../src/jobs/publish/site-documents.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { memoryPosts, memorySiteFacts } from '../../support/memory.ts';
import { samplePost, sampleSettings } from '../../stages/render/samples.ts';

const SLUG = 'xinhuashe';

function siteOf(count: number): SiteDeps {
  const settings = sampleSettings();
  const posts = Array.from({ length: count }, (_, number) =>
    samplePost(number, { categories: [SLUG], tags: ['股票'] }),
  );
  const names = new Map(settings.sources.map(({ id }) => [id, { title: '新华社 title of the feed' }]));
  return {
    settings: () => settings,
    posts: memoryPosts(posts),
    siteFacts: memorySiteFacts(names),
    fragments: createFragmentCache(),
  };
}

describe('documentAt', () => {
  it.each([
    ['a post', `/post/${samplePost(0).id}.html`],
    ['a tag', '/tag/%E8%82%A1%E7%A5%A8.atom'],
    ['a source', `/source/${samplePost(0).source.id}.json`],
    ['everything', '/all.rss'],
  ])('makes the document of %s', async (_title, path) => {
    const made = await documentAt(path, undefined, siteOf(3));
    expect(made?.path).toBe(path);
    expect(made?.body.length).toBeGreaterThan(100);
  });

  it.each([
    ['a post that is not there', '/post/ffffffffffffffff.html'],
    ['a tag without posts', '/tag/nothing.rss'],
    ['a path of no kind', '/wp-login.php'],
    ['a feed without its form', '/all'],
  ])('has nothing for %s', async (_title, path) => {
    expect(await documentAt(path, undefined, siteOf(3))).toBeUndefined();
  });

  it.each(['', 'x', '1', '1-zz', '99999999999999999-0000000000000000'])(
    'has nothing at the position %j',
    async (before) => {
      expect(await documentAt('/all.rss', before, siteOf(3))).toBeUndefined();
    },
  );

  it('has an archive page below a post of its scope, and at no position that was made up', async () => {
    const { id, publishedAt } = samplePost(0);
    const deps = siteOf(3);
    const at = (path: string, before: string) => documentAt(path, before, deps);
    expect(await at('/all.rss', `${publishedAt}-${id}`)).toBeDefined();
    expect(await at('/tag/%E8%82%A1%E7%A5%A8.rss', `${publishedAt}-${id}`)).toBeDefined();
    expect(await at('/all.rss', `${publishedAt + 1}-${id}`)).toBeUndefined();
    expect(await at('/all.rss', `0${publishedAt}-${id}`)).toBeUndefined();
    expect(await at('/all.rss', `${publishedAt}-9fffffffffffffff`)).toBeUndefined();
    expect(await at('/category/tech.rss', `${publishedAt}-${id}`)).toBeUndefined();
  });

  it('has nothing before the oldest post', async () => {
    expect(await documentAt('/all.rss', '0-0000000000000000', siteOf(3))).toBeUndefined();
  });
});

describe('the documents beside the feeds', () => {
  it('are the front page, the lists, and what depends on the config alone', async () => {
    const deps = siteOf(3);
    const documents = [await homePage(deps), await sourceList(deps), ...configDocuments(deps)];
    const paths = documents.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/', '/opml.xml', '/sources.opml', '/style.css', '/404.html']));
    const lists = documents.find(({ path }) => path === '/sources.opml');
    expect(Buffer.from(lists?.body ?? []).toString()).toContain('<outline');
  });

  it('are there before the first post', async () => {
    expect((await homePage(siteOf(0))).path).toBe('/');
  });
});
