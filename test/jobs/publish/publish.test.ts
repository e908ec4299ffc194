import { describe, expect, it } from 'vitest';
import { packageDocument, packing } from '../../../src/io/publish/package.ts';
import { BULK_KEY, COPIES_KEY, publish, type PublishDeps } from '../../../src/jobs/publish/publish.ts';
import { PublishError } from '../../../src/model/errors.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Copy } from '../../../src/ports/publisher.ts';
import { copyEncodings } from '../../../src/stages/assemble/copy-rules.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { createMemoryDocuments } from '../../support/documents.ts';
import { memoryOutbox, memoryPosts, memorySiteFacts } from '../../support/memory.ts';
import { samplePost, sampleSettings } from '../../stages/render/samples.ts';

const SLUG = 'xinhuashe';
const FORMS = ['rss', 'atom', 'json', 'html'];

function newsroom(...touched: readonly string[]) {
  const settings = sampleSettings();
  const posts: Post[] = [samplePost(1, { categories: [SLUG] }), samplePost(2, { categories: [SLUG] })];
  const outbox = memoryOutbox(...touched);
  const steps: string[] = [];
  const site = createMemoryDocuments();
  const copy = createMemoryDocuments();
  const files = createMemoryDocuments();
  const recorded = (name: string, publisher: Copy): Copy => ({
    ...publisher,
    publish: async (documents) => {
      steps.push(`${name} publishes`);
      await publisher.publish(documents);
    },
  });
  const counted: Record<string, number> = {};
  const invalidated: string[] = [];
  const deps: PublishDeps = {
    settings: () => settings,
    posts: memoryPosts(posts),
    siteFacts: memorySiteFacts(),
    outbox,
    fragments: createFragmentCache(),
    served: {
      ...recorded('site', site),
      invalidate: (paths) => {
        invalidated.push(...paths);
        return Promise.resolve();
      },
    },
    copies: [
      {
        publisher: recorded('copy', copy),
        encodings: ({ path, body }) => copyEncodings(path, body.length, settings.publish.copy),
      },
    ],
    postFiles: [recorded('files', files)],
    packing,
    counts: {
      add: (step, kind, by) => {
        counted[`${step} ${kind}`] = (counted[`${step} ${kind}`] ?? 0) + by;
      },
    },
    announce: (paths) => {
      steps.push(`announced ${paths.length}`);
      return Promise.resolve();
    },
  };
  return { deps, settings, posts, outbox, steps, site, copy, files, invalidated, counted };
}

describe('publish', () => {
  it('puts a touched category everywhere in every form, tells of it, and is done', async () => {
    const { deps, outbox, steps, site, copy } = newsroom(`category:${SLUG}`, 'all');
    await publish(`category:${SLUG}`, deps);
    const paths = FORMS.map((form) => `/category/${SLUG}.${form}`);
    expect(await site.paths()).toEqual(expect.arrayContaining(paths));
    expect(await copy.paths()).toEqual(expect.arrayContaining(paths));
    expect(steps.slice(-1)).toEqual(['announced 4']);
    expect(outbox.keys()).toEqual(['all']);
  });

  it('publishes the sitemap with the feed of all posts, and removes it where pages are not to be listed', async () => {
    const { deps, settings, site, copy } = newsroom('all', 'site');
    await publish('all', deps);
    expect([await site.paths(), await copy.paths()].map((paths) => paths.includes('/sitemap.xml'))).toEqual([
      true,
      true,
    ]);
    const hidden = { ...settings, publish: { ...settings.publish, robots: 'noindex' as const } };
    await publish('site', { ...deps, settings: () => hidden });
    await publish('all', { ...deps, settings: () => hidden });
    expect([await site.paths(), await copy.paths()].map((paths) => paths.includes('/sitemap.xml'))).toEqual([
      false,
      false,
    ]);
  });

  it('leaves touched what was touched meanwhile', async () => {
    const { deps, outbox } = newsroom('all');
    const touching = {
      ...deps,
      announce: () => {
        outbox.note('all');
        return Promise.resolve();
      },
    };
    await publish('all', touching);
    expect(outbox.keys()).toEqual(['all']);
    await publish('all', deps);
    expect(outbox.keys()).toEqual([]);
  });

  it('leaves touched what could not be served, and tells nobody', async () => {
    const { deps, outbox, steps } = newsroom('all');
    const away = { ...deps.served, publish: () => Promise.reject(new Error('Redis is away')) };
    await expect(publish('all', { ...deps, served: away })).rejects.toThrow('Redis is away');
    expect(outbox.keys()).toEqual(['all']);
    expect(steps).toEqual([]);
  });

  it('serves first: a copy that cannot be written holds up nothing else, and catches up', async () => {
    const { deps, outbox, steps, site, copy, posts } = newsroom('all', `post:${samplePost(1).id}`);
    const [whole] = deps.copies;
    if (whole === undefined) throw new Error('There is a copy.');
    const full = () => Promise.reject(new PublishError('the disk is full', '/all.rss'));
    const broken = { ...deps, copies: [{ ...whole, publisher: { ...whole.publisher, publish: full } }] };
    await publish('all', broken);
    await publish(BULK_KEY, broken);
    expect(await site.paths()).toHaveLength(5);
    expect(steps).toEqual(['site publishes', 'announced 4', 'files publishes']);
    expect(outbox.keys()).toEqual(['all of copies', `post:${posts[0]?.id} of copies`]);
    await expect(publish(COPIES_KEY, broken)).rejects.toThrow('the disk is full');
    expect(outbox.keys()).toHaveLength(2);
    await publish(COPIES_KEY, deps);
    expect(outbox.keys()).toEqual([]);
    expect(await copy.paths()).toEqual(expect.arrayContaining([...(await site.paths()), `/post/${posts[0]?.id}.html`]));
    expect(steps.filter((step) => step.startsWith('announced'))).toHaveLength(1);
  });

  it('shows all posts on the front page of a site without categories', async () => {
    const { deps, settings, outbox, site } = newsroom('all');
    const bare = { ...deps, settings: () => ({ ...settings, categories: [] }) };
    await publish('all', bare);
    outbox.note('home');
    await publish('home', bare);
    expect(Buffer.from((await site.get('/'))?.body ?? []).toString()).toContain(samplePost(2).title);
  });

  it('renders nothing of the archive where there is no copy', async () => {
    const { deps, posts, site, counted } = newsroom('all');
    for (let number = 3; number < 400; number += 1) posts.push(samplePost(number, { categories: [SLUG] }));
    await publish('all', { ...deps, copies: [] });
    // The four forms of the feed, and the sitemap.
    const once = { 'rendered feed': 4, 'compressed feed': 4, 'written feed': 4 };
    expect(counted).toEqual({ ...once, 'rendered site': 1, 'compressed site': 1, 'written site': 1 });
    expect((await site.get('/all.rss'))?.body.length).toBeGreaterThan(1_000);
  });

  it('gives the same bytes for the same posts', async () => {
    const { deps, site } = newsroom();
    const tags = async () => Promise.all((await site.paths()).map(async (path) => (await site.get(path))?.etag));
    await publish('all', deps);
    const before = await tags();
    await publish('all', { ...deps, fragments: createFragmentCache() });
    expect(await tags()).toEqual(before);
    expect(before).toHaveLength(5);
  });

  const keysOf = (post: Post) => [
    `post:${post.id}`,
    'all',
    `category:${SLUG}`,
    ...post.tags.map((tag) => `tag:${tag}`),
    `source:${post.source.id}`,
  ];

  /** Publishes that many posts, then one more; what the second publication cost. */
  async function costOfOneMore(count: number) {
    const { deps, posts, outbox, counted } = newsroom();
    posts.length = 0;
    for (let number = 1; number <= count; number += 1) posts.push(samplePost(number, { categories: [SLUG] }));
    for (const post of posts) outbox.note(...keysOf(post));
    const publishAll = async () => {
      for (const { key } of await outbox.dirty()) await publish(key, deps);
      await publish(BULK_KEY, deps);
    };
    await publishAll();
    for (const name of Object.keys(counted)) counted[name] = 0;
    const added = samplePost(0, { categories: [SLUG] });
    posts.push(added);
    outbox.note(...keysOf(added));
    await publishAll();
    return Object.fromEntries(Object.entries(counted).filter(([, number]) => number > 0));
  }

  it('renders, compresses and writes for a new post its page and the feeds that it stands in, whatever is behind them', async () => {
    // Everything, a category, a tag, a source: four forms each; all and the category also for the web server.
    const cost = {
      'rendered feed': 16,
      'compressed feed': 16,
      'written feed': 24,
      'rendered post': 1,
      'written post': 1,
      'written post-file': 1,
      'rendered post-file': 1,
    };
    const few = await costOfOneMore(200);
    expect(few).toMatchObject(cost);
    // At most one new archive page of each, if the feed has moved on past a border.
    expect(few['written archive'] ?? 0).toBeLessThanOrEqual(16);
    expect(await costOfOneMore(600)).toEqual(few);
  });

  it('compresses and writes nothing where nothing differs', async () => {
    const { deps, counted } = newsroom();
    await publish('all', deps);
    for (const name of Object.keys(counted)) counted[name] = 0;
    await publish('all', deps);
    expect(Object.entries(counted).filter(([, number]) => number > 0)).toEqual([
      ['rendered feed', 4],
      ['rendered site', 1],
    ]);
  });

  it('links a tag on the pages of its posts from the post on that gives it its pages', async () => {
    const { deps, settings, posts, outbox } = newsroom();
    const rare = {
      ...settings,
      publish: { ...settings.publish, copy: { tags: { minPosts: 3, list: [] }, encodings: [] } },
    };
    const sparing = { ...deps, settings: () => rare };
    outbox.note('tag:新华社新闻');
    await publish(BULK_KEY, sparing);
    expect(outbox.marked).toEqual([]);
    posts.push(samplePost(3));
    outbox.note('tag:新华社新闻');
    await publish(BULK_KEY, sparing);
    expect(outbox.marked).toEqual(['pages of tag:新华社新闻']);
    posts.pop();
    outbox.note('tag:新华社新闻');
    await publish(BULK_KEY, sparing);
    expect(outbox.marked).toEqual(['pages of tag:新华社新闻', 'pages of tag:新华社新闻']);
  });

  it('takes down a category that left the config', async () => {
    const { deps, outbox, site, copy } = newsroom('category:gone');
    const old = await packageDocument({
      path: '/category/gone.rss',
      mediaType: 'a/b',
      body: Buffer.from('x'),
      modifiedAt: 0,
    });
    await site.publish([old]);
    await copy.publish([old]);
    await publish('category:gone', deps);
    expect(await site.get('/category/gone.rss')).toBeUndefined();
    expect(await copy.get('/category/gone.rss')).toBeUndefined();
    expect(outbox.keys()).toEqual([]);
  });

  it('writes the page and the file of a touched post, and forgets what the web server made of it', async () => {
    const id = samplePost(1).id;
    const { deps, outbox, site, copy, files, invalidated } = newsroom(`post:${id}`, 'tag:股票');
    await publish(BULK_KEY, deps);
    expect(await copy.paths()).toContain(`/post/${id}.html`);
    expect((await files.paths()).filter((path) => path.includes(id))).toHaveLength(1);
    expect(await site.paths()).toEqual([]);
    expect(invalidated).toEqual(expect.arrayContaining([`/post/${id}.html`, '/tag/%E8%82%A1%E7%A5%A8.rss']));
    expect(outbox.keys()).toEqual([]);
  });

  it('removes the page and the file of a post that is gone', async () => {
    const { deps, posts, outbox, copy, files } = newsroom();
    const [post] = posts;
    if (post === undefined) throw new Error('There are two posts.');
    outbox.note(`post:${post.id}`);
    await publish(BULK_KEY, deps);
    posts.shift();
    outbox.note(`gone:${post.id}:${post.publishedAt}`);
    await publish(BULK_KEY, deps);
    expect((await copy.paths()).filter((path) => path.includes(post.id))).toEqual([]);
    expect((await files.paths()).filter((path) => path.includes(post.id))).toEqual([]);
  });
});
