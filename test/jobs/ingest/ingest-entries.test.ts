import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHeld } from '../../../src/io/store/held.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import { ingestEntries, type IngestDeps } from '../../../src/jobs/ingest/ingest-entries.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Posts } from '../../../src/ports/posts.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { documentOf, type EntryOf, HOUR, MINUTE, sentences, settingsOf, T0 } from '../newsroom.ts';

let redis: TestRedis;
let deps: IngestDeps & { readonly posts: Posts };

beforeAll(async () => {
  redis = await startTestRedis();
  deps = feedmill(`${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

function feedmill(prefix: string) {
  return {
    settings: settingsOf(),
    posts: createPosts(redis.client, prefix),
    nearDuplicates: createNearDuplicates(redis.client, prefix),
    held: createHeld(redis.client, prefix),
  };
}

async function offer(sourceId: string, entries: readonly EntryOf[], more: Partial<IngestDeps> = {}, now = T0) {
  const { decisions, ...counts } = await ingestEntries(documentOf(sourceId, ...entries), { ...deps, ...more }, now);
  return { counts, decisions, kinds: decisions.map(({ kind }) => kind) };
}

async function allPosts(posts = deps.posts): Promise<readonly Post[]> {
  return posts.latest({ scope: { kind: 'all' }, limit: 1000 });
}

/** The sources of each post, newest first: its own, then those it was also in. */
async function reported(): Promise<readonly string[]> {
  return (await allPosts()).map(({ source, alsoFrom }) =>
    [source.id, ...alsoFrom.map((also) => also.source.id)].join('+'),
  );
}

const STORY = sentences(1, 24);
/** Some of the story's sentences. */
const story = (from: number, to: number): string => STORY.slice(from, to).join('');
const entry = (name: string, more: EntryOf = {}): EntryOf => ({
  guid: name,
  url: `https://${name}.example/story`,
  title: `标题 ${name}`,
  ...more,
});

describe('ingest: one link in several sources', () => {
  it.each([
    ['tracking parameters', 'https://site.example/a?id=7', 'https://site.example/a?utm_source=rss&id=7&fbclid=x'],
    ['a fragment', 'https://site.example/a', 'https://site.example/a#comments'],
    ['a default port', 'https://site.example/a', 'https://site.example:443/a'],
    ['http', 'https://site.example/a', 'http://site.example/a'],
    ['the AMP form', 'https://www.site.example/news/a.html', 'https://amp.site.example/news/a.html'],
    ['the AMP path', 'https://site.example/news/a', 'https://site.example/news/a/amp/'],
    ['the mobile form', 'https://www.site.example/a', 'https://m.site.example/a'],
    ['a redirector', 'https://site.example/a', 'https://www.google.com/url?q=https%3A%2F%2Fsite.example%2Fa&sa=U'],
  ])('is one story though the other says %s', async (_title, one, other) => {
    await offer('a', [entry('a', { url: one })]);
    expect((await offer('b', [entry('b', { url: other })])).kinds).toEqual(['duplicate']);
    expect(await reported()).toEqual(['a+b']);
  });

  it('is one story where the document says what a link that is only handed on stands for', async () => {
    await offer('a', [entry('a', { url: 'https://site.example/a' })]);
    const handedOn = entry('b', { url: 'https://feeds.example/~r/b/1', canonicalUrl: 'https://site.example/a' });
    expect((await offer('b', [handedOn])).kinds).toEqual(['duplicate']);
  });

  it('names the other source, its link and title, and puts the post into its categories too', async () => {
    await offer('a', [entry('a', { url: 'https://site.example/a' })]);
    const [before] = await allPosts();
    await offer('b', [entry('b', { url: 'https://site.example/a?utm_medium=rss', categories: ['more'] })]);
    const [post] = await allPosts();
    expect(post).toMatchObject({ ...before, categories: ['news', 'more'], alsoFrom: expect.any(Array) as unknown });
    expect(post?.alsoFrom).toMatchObject([
      { source: { id: 'b' }, url: 'https://site.example/a?utm_medium=rss', title: '标题 b' },
    ]);
    expect(await deps.posts.count({ kind: 'source', id: 'b' })).toBe(1);
  });

  it('is one story though neither entry has a guid', async () => {
    const bare = { url: 'https://site.example/a', title: '标题' };
    await offer('a', [bare]);
    expect((await offer('b', [{ ...bare, title: '另一个标题' }])).kinds).toEqual(['duplicate']);
    expect((await offer('b', [{ ...bare, title: '另一个标题' }])).kinds).toEqual(['known']);
    expect((await offer('a', [bare])).kinds).toEqual(['known']);
    expect(await reported()).toEqual(['a+b']);
  });

  it('stays forgotten in every source once the post has expired', async () => {
    await offer('a', [entry('a', { url: 'https://site.example/a' })]);
    await offer('b', [entry('b', { url: 'https://site.example/a' })]);
    await deps.posts.remove((await allPosts()).map(({ id }) => id));
    const kinds = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await offer(name, [entry(name, { url: 'https://site.example/a' })])).kinds),
    );
    expect(kinds.flat()).toEqual(['forgotten', 'forgotten', 'forgotten']);
    expect(await reported()).toEqual([]);
  });
});

describe('ingest: nearly the same text in several sources', () => {
  const first = entry('a', { text: story(0, 10) });
  const later = entry('b', { text: `据报道，${story(0, 9)}` });

  it('is one story: the first stays as it was, the later one is named, and known the next time', async () => {
    await offer('a', [first]);
    const second = await offer('b', [later], {}, T0 + HOUR);
    expect(second.decisions).toMatchObject([{ kind: 'similar', likeness: { score: expect.any(Number) as number } }]);
    expect(await reported()).toEqual(['a+b']);
    expect((await allPosts())[0]).toMatchObject({ title: '标题 a', revision: 1, updatedAt: T0 });
    expect((await offer('b', [later], {}, T0 + 2 * HOUR)).kinds).toEqual(['known']);
  });

  it('is two posts in one source', async () => {
    await offer('a', [first]);
    expect((await offer('a', [{ ...later, guid: 'a2' }])).kinds).toEqual(['added']);
  });

  it('is two posts in sources that share no category', async () => {
    await offer('a', [first]);
    expect((await offer('b', [{ ...later, categories: ['more'] }])).kinds).toEqual(['added']);
  });

  it('is two posts where more than the window lies between them', async () => {
    await offer('a', [first]);
    expect((await offer('b', [{ ...later, publishedAt: T0 + 73 * HOUR }])).kinds).toEqual(['added']);
  });

  it('is two posts where the threshold is 1, which turns the comparison off', async () => {
    const off = { settings: settingsOf({ threshold: 1 }) };
    await offer('a', [first], off);
    expect((await offer('b', [later], off)).kinds).toEqual(['added']);
  });

  it('is one post of one source that tells its stories again; the later and fuller telling is shown', async () => {
    const again = { settings: settingsOf({ within: ['a'] }) };
    await offer('a', [first], again);
    const full = { ...later, title: '全文', text: story(0, 14) };
    expect((await offer('a', [full], again, T0 + HOUR)).kinds).toEqual(['similar']);
    expect(await allPosts()).toMatchObject([{ title: '全文', revision: 2, publishedAt: T0, alsoFrom: [] }]);
    expect((await offer('a', [full], again, T0 + 2 * HOUR)).kinds).toEqual(['known']);
  });

  it('is two posts where a stricter threshold is asked for', async () => {
    const strict = { settings: settingsOf({ threshold: 0.99 }) };
    await offer('a', [first], strict);
    expect((await offer('b', [{ ...later, text: story(2, 12) }], strict)).kinds).toEqual(['added']);
  });

  it('keeps the post that readers know, though a telling that arrives later is dated earlier', async () => {
    await offer('a', [first]);
    await offer('b', [{ ...later, publishedAt: T0 - HOUR }]);
    expect((await allPosts())[0]).toMatchObject({ source: { id: 'a' }, title: '标题 a', publishedAt: T0 });
  });

  it('makes one story of two posts once a third entry is like both; the later post shows the earlier from then on', async () => {
    await offer('a', [entry('a', { text: story(0, 12) })]);
    await offer('c', [entry('c', { text: story(6, 18), publishedAt: T0 + MINUTE })]);
    const [later] = await allPosts();
    expect(await reported()).toEqual(['c', 'a']);
    await offer('b', [entry('b', { text: story(3, 15) })]);
    expect(await reported()).toEqual(['a+b+c']);
    expect((await deps.posts.get([later?.id ?? '']))[0]?.source.id).toBe('a');
    expect((await offer('c', [entry('c', { text: story(6, 18), publishedAt: T0 + MINUTE })])).kinds).toEqual(['known']);
  });

  it('loses no post through an edit that makes it like another', async () => {
    await offer('a', [entry('a', { text: story(0, 10) })]);
    await offer('b', [entry('b', { text: story(12, 22) })]);
    expect((await offer('b', [entry('b', { text: story(0, 9) })])).kinds).toEqual(['changed']);
    expect(await reported()).toHaveLength(2);
  });

  it('compares what comes later with the text before and after an edit', async () => {
    await offer('a', [entry('a', { text: story(0, 10) })]);
    await offer('a', [entry('a', { text: story(12, 22) })]);
    expect((await offer('b', [entry('b', { text: story(12, 21) })])).kinds).toEqual(['similar']);
    expect((await offer('c', [entry('c', { text: story(0, 9) })])).kinds).toEqual(['similar']);
    expect(await reported()).toEqual(['a+b+c']);
  });

  it('keeps an edit of a telling that is not shown to itself', async () => {
    await offer('a', [first]);
    await offer('b', [later]);
    const edited = await offer('b', [{ ...later, text: story(0, 8) }]);
    expect(edited.kinds).toEqual(['changed']);
    expect((await allPosts())[0]).toMatchObject({ source: { id: 'a' }, revision: 1 });
    expect((await offer('b', [{ ...later, text: story(0, 8) }])).kinds).toEqual(['known']);
  });

  it('takes up a telling that another worker claimed and has not saved', async () => {
    const unsaved = { ...deps.posts, save: () => Promise.reject(new Error('killed')) };
    await expect(offer('a', [first], { posts: unsaved })).rejects.toThrow('killed');
    expect((await offer('b', [later])).kinds).toEqual(['added']);
    expect((await offer('a', [first])).kinds).toEqual(['duplicate']);
    expect(await reported()).toEqual(['b+a']);
  });
});

describe('ingest: a primary source', () => {
  const primary = { settings: settingsOf({ primary: ['p', 'q'] }) };

  it('gives the post its words, while id and date stay', async () => {
    await offer('a', [entry('a', { text: story(0, 10) })], primary);
    const [before] = await allPosts();
    await offer('p', [entry('p', { text: story(0, 9), publishedAt: T0 + HOUR })], primary, T0 + HOUR);
    const [after] = await allPosts();
    expect(await reported()).toEqual(['p+a']);
    expect(after).toMatchObject({
      id: before?.id,
      publishedAt: T0,
      title: '标题 p',
      url: 'https://p.example/story',
      revision: 2,
      updatedAt: T0 + HOUR,
    });
  });

  it('is followed in its edits, and the others are not', async () => {
    await offer('a', [entry('a', { text: story(0, 10) })], primary);
    await offer('p', [entry('p', { text: story(0, 9) })], primary);
    await offer('a', [entry('a', { text: story(0, 10), title: '改了' })], primary);
    expect((await allPosts())[0]).toMatchObject({ title: '标题 p', alsoFrom: [{ title: '改了' }] });
    await offer('p', [entry('p', { text: story(0, 9), title: '主要来源改了标题' })], primary);
    expect((await allPosts())[0]).toMatchObject({ title: '主要来源改了标题', revision: 3 });
  });

  it('gives way to one that stands before it in the list', async () => {
    for (const name of ['a', 'q', 'p']) await offer(name, [entry(name, { text: story(0, 10) })], primary);
    expect(await reported()).toEqual(['p+a+q']);
  });

  it('is the same story in any order of arrival', async () => {
    for (const name of ['p', 'q', 'a']) await offer(name, [entry(name, { text: story(0, 10) })], primary);
    expect(await reported()).toEqual(['p+a+q']);
  });
});

describe('ingest: what it costs', () => {
  it('asks the store once and reads no content where all forty entries are known', async () => {
    const entries = Array.from({ length: 40 }, (_, at) => entry(`e${at}`, { text: sentences(at + 50, 6).join('') }));
    const others = entries.slice(0, 10).map((one, at) => ({ ...one, guid: `o${at}`, title: `又一个标题 ${at}` }));
    await offer('b', entries);
    await offer('a', others);
    for (const [source, document] of [
      ['b', documentOf('b', ...entries)],
      ['a', documentOf('a', ...others)],
    ] as const) {
      for (const { draft } of document)
        Object.defineProperty(draft, 'content', {
          get: () => {
            throw new Error(`the content of an entry of ${source} was read`);
          },
        });
      const commands = vi.spyOn(redis.client, 'sendCommand');
      const { decisions } = await ingestEntries(document, deps, T0 + HOUR);
      expect(commands).toHaveBeenCalledTimes(1);
      commands.mockRestore();
      expect(new Set(decisions.map(({ kind }) => kind))).toEqual(new Set(['known']));
    }
  });

  it('asks the store four times at most for a document with new entries', async () => {
    await offer('a', [entry('a', { text: story(0, 10) })]);
    await offer('b', [entry('b'), entry('bb', { url: 'https://a.example/story' })]);
    const commands = vi.spyOn(redis.client, 'sendCommand');
    await offer('c', [entry('c', { text: story(0, 9) }), entry('d', { text: sentences(9, 9).join('') })]);
    expect(commands).toHaveBeenCalledTimes(4);
    commands.mockRestore();
  });
});

describe('peers.md §3, duplicates', () => {
  it('24: one story through sibling feeds of one publisher appears once in their category', async () => {
    const sibling = { url: 'https://publisher.example/2026/11/story', text: story(0, 10) };
    await offer('publisher-world', [entry('world-1', sibling)]);
    await offer('publisher-top', [entry('top-77', { ...sibling, url: `${sibling.url}?ref=top&utm_campaign=x` })]);
    expect(await deps.posts.count({ kind: 'category', slug: 'news' })).toBe(1);
  });

  it("25: an aggregator's copy with the author's guid does not overwrite the author's post", async () => {
    const guid = 'tag:author.example,2026:1';
    await offer('author', [entry('author', { guid, text: story(0, 10) })]);
    await offer('planet', [entry('planet', { guid, title: '抄来的标题', text: `${story(0, 10)} 本站转载` })]);
    expect(await reported()).toEqual(['author+planet']);
    expect((await allPosts())[0]).toMatchObject({ title: '标题 author', url: 'https://author.example/story' });
  });

  it('25: one guid in two sources is two posts where the stories differ', async () => {
    await offer('a', [entry('a', { guid: '1', text: story(0, 10) })]);
    await offer('b', [entry('b', { guid: '1', text: story(12, 22) })]);
    expect(await reported()).toHaveLength(2);
  });

  it("26: two Feedmills on one Redis do not see each other's posts", async () => {
    const other = feedmill(`${redis.prefix}:other:`);
    await offer('a', [entry('a', { text: story(0, 10) })]);
    expect((await offer('b', [entry('b', { text: story(0, 10) })], other)).kinds).toEqual(['added']);
    expect((await allPosts()).map(({ source }) => source.id)).toEqual(['a']);
    expect((await allPosts(other.posts)).map(({ source }) => source.id)).toEqual(['b']);
  });

  it('28: regenerated guids send nothing again, and ids stay', async () => {
    const document = (name: string) =>
      Array.from({ length: 30 }, (_, at) =>
        entry(`e${at}`, {
          guid: `${name}-${at}`,
          url: `https://site.example/${at}`,
          text: sentences(at + 9, 6).join(''),
        }),
      );
    await offer('a', document('before'));
    const before = await allPosts();
    const again = await offer('a', document('after'));
    expect(again.counts).toMatchObject({ added: 0 });
    expect((await allPosts()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
});
