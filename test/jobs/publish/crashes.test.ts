/** Where may a process die while it publishes, and what does the next run make of it? */
import { describe, expect, it } from 'vitest';
import { packing } from '../../../src/io/publish/package.ts';
import { BULK_KEY, publish, type PublishDeps } from '../../../src/jobs/publish/publish.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Copy, Packing } from '../../../src/ports/publisher.ts';
import { copyEncodings } from '../../../src/stages/assemble/copy-rules.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { createMemoryDocuments, type MemoryDocuments } from '../../support/documents.ts';
import { memoryOutbox, memoryPosts, memorySiteFacts } from '../../support/memory.ts';
import { Killed } from '../../support/memory-store.ts';
import { samplePost, withPublish } from '../../stages/render/samples.ts';

const SLUG = 'xinhuashe';
/** Short feeds, so that a few posts fill archive pages; no compressed forms, which are no decision of this job. */
const settings = withPublish({ items: 3, windowMs: 0, copy: { tags: { minPosts: 1, list: [] }, encodings: [] } });
const plainly: Packing = {
  seal: (document) => packing.seal(document),
  compress: (document) => Promise.resolve(document),
};

interface Case {
  readonly posts: readonly Post[];
  /** What is published before the change. */
  readonly published: readonly string[];
  /** What the change makes dirty. */
  readonly dirty: readonly string[];
  readonly change?: (posts: Post[]) => void;
}

/** Every write goes through one switch: after the given one the process is dead, and reads fail, too. */
function site({ posts: first }: Case) {
  const posts = [...first];
  const outbox = memoryOutbox();
  const facts = memorySiteFacts();
  const writes: string[] = [];
  const announced: string[] = [];
  let last: number | undefined;
  let isDead = false;

  async function write<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
    if (isDead) throw new Killed('the process has ended');
    const result = await step();
    writes.push(name);
    if (last !== undefined && writes.length >= last) isDead = true;
    if (isDead) throw new Killed(`the process ends after ${name}`);
    return result;
  }
  const dying = (name: string, to: MemoryDocuments): Copy => ({
    ...to,
    // One document at a time: a crash may leave any of them unwritten.
    publish: async (documents) => {
      for (const document of documents) await write(`${name} publishes`, () => to.publish([document]));
    },
    remove: async (paths) => {
      for (const path of paths) await write(`${name} removes`, () => to.remove([path]));
    },
  });
  const served = createMemoryDocuments();
  const copy = createMemoryDocuments();
  const files = createMemoryDocuments();
  const deps: PublishDeps = {
    settings: () => settings,
    posts: memoryPosts(posts),
    siteFacts: {
      ...facts,
      setHeadlines: (slug, text) => write('note headlines', () => facts.setHeadlines(slug, text)),
      setListedTag: (name, tag) => write('note a tag', () => facts.setListedTag(name, tag)),
    },
    outbox: {
      ...outbox,
      done: (items) => write('done', () => outbox.done(items)),
      markPostsDirty: (scope, what) => write('mark posts dirty', () => outbox.markPostsDirty(scope, what)),
    },
    fragments: createFragmentCache(),
    served: { ...dying('site', served), invalidate: () => Promise.resolve() },
    copies: [
      {
        publisher: dying('copy', copy),
        encodings: ({ path, body }) => copyEncodings(path, body.length, settings.publish.copy),
      },
    ],
    postFiles: [dying('files', files)],
    packing: plainly,
    counts: { add: () => undefined },
    announce: (paths) =>
      write('announce', () => {
        announced.push(...paths);
        return Promise.resolve();
      }),
  };
  async function run(): Promise<void> {
    for (const { key } of await outbox.dirty()) await publish(key, deps);
    await publish(BULK_KEY, deps);
  }
  async function outcome(): Promise<unknown> {
    const state = async (documents: MemoryDocuments) => {
      const paths = [...(await documents.paths())].sort();
      return Promise.all(paths.map(async (path) => [path, (await documents.get(path))?.etag]));
    };
    return {
      site: await state(served),
      copy: await state(copy),
      files: await state(files),
      headlines: [...(await facts.headlines())],
      dirty: outbox.keys(),
    };
  }
  return {
    posts,
    outbox,
    writes,
    announced,
    run,
    outcome,
    killAfter: (write: number | undefined) => {
      last = write === undefined ? undefined : writes.length + write;
      isDead = false;
    },
  };
}

async function prepared(one: Case) {
  const place = site(one);
  place.outbox.note(...one.published);
  await place.run();
  place.announced.length = 0;
  one.change?.(place.posts);
  place.outbox.note(...one.dirty);
  return place;
}

const post = (number: number, more: Partial<Post> = {}): Post => samplePost(number, { categories: [SLUG], ...more });
const many = Array.from({ length: 10 }, (_, number) => post(number + 2));
const scopes = ['all', `category:${SLUG}`, 'source:xinhua-finance', 'tag:新华社新闻'];
const everything = ['site', 'home', 'sources', ...scopes];
const keysOf = (list: readonly Post[]): readonly string[] => list.map(({ id }) => `post:${id}`);
const few = [post(2), post(3)];
const gone = post(4);

const cases: readonly (readonly [string, Case])[] = [
  ['the first publication of a site', { posts: few, published: [], dirty: [...everything, ...keysOf(few)] }],
  [
    'a new post',
    {
      posts: few,
      published: [...everything, ...keysOf(few)],
      change: (posts) => posts.push(post(1)),
      dirty: [...scopes, `post:${post(1).id}`],
    },
  ],
  [
    'a removed post',
    {
      posts: [...few, gone],
      published: [...everything, ...keysOf([...few, gone])],
      change: (posts) => posts.splice(posts.indexOf(gone), 1),
      dirty: [...scopes, `gone:${gone.id}:${gone.publishedAt}`],
    },
  ],
  [
    'a new post above archive pages',
    {
      posts: many,
      published: scopes,
      change: (posts) => posts.push(post(1)),
      dirty: [`category:${SLUG}`, `post:${post(1).id}`],
    },
  ],
];

describe('a process that dies while it publishes', () => {
  it.each(cases)('%s: the next run ends in the same documents, each announced', async (_title, one) => {
    const whole = await prepared(one);
    const from = whole.writes.length;
    await whole.run();
    const steps = whole.writes.slice(from);
    const expected = await whole.outcome();
    expect(steps.length).toBeGreaterThan(4);
    expect(steps).toContain('announce');
    expect(steps.at(-1)).toBe('done');
    for (let write = 1; write <= steps.length; write += 1) {
      const place = await prepared(one);
      place.killAfter(write);
      await expect(place.run()).rejects.toThrow(Killed);
      place.killAfter(undefined);
      await place.run();
      expect({ write, ...((await place.outcome()) as object) }).toEqual({ write, ...(expected as object) });
      expect([...new Set(place.announced)].sort()).toEqual([...new Set(whole.announced)].sort());
    }
  });

  it('announces a feed only when it can be read, and keeps it dirty until then', async () => {
    const [, one] = cases[1] ?? [];
    if (one === undefined) throw new Error('there is such a case');
    const place = await prepared(one);
    const from = place.writes.length;
    await place.run();
    const steps = place.writes.slice(from);
    const announcing = steps.indexOf('announce');
    expect(steps.slice(0, announcing)).toContain('site publishes');
    expect(steps.slice(0, announcing)).not.toContain('done');
    expect(place.outbox.keys()).toEqual([]);
  });

  it('dies in every kind of step in these cases', async () => {
    const seen = new Set<string>();
    for (const [, one] of cases) {
      const place = await prepared(one);
      const from = place.writes.length;
      await place.run();
      place.writes.slice(from).forEach((name) => seen.add(name));
    }
    expect([...seen].sort()).toEqual([
      'announce',
      'copy publishes',
      'copy removes',
      'done',
      'files publishes',
      'files removes',
      'mark posts dirty',
      'note a tag',
      'note headlines',
      'site publishes',
    ]);
  });
});
