/** Which posts change their categories when another config becomes the running one? */
import { beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/read.ts';
import { type AssignDeps, assignCategories } from '../../../src/jobs/ingest/assign-categories.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import type { Post } from '../../../src/model/post.ts';
import type { CategoryEntry } from '../../../src/model/settings.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';
import { plainPost } from '../../support/posts.ts';

const NOW = Date.UTC(2026, 0, 10);

let store: MemoryStore;
let assigned: AssignDeps['assigned'];

beforeEach(() => {
  store = memoryStore();
  let categories: ReadonlyMap<string, readonly string[]> = new Map();
  let entries: ReadonlyMap<string, CategoryEntry> = new Map();
  assigned = {
    read: () => Promise.resolve(categories),
    write: (more) => {
      categories = new Map([...categories, ...more]);
      return Promise.resolve();
    },
    readEntries: () => Promise.resolve(entries),
    writeEntries: (next) => {
      entries = next;
      return Promise.resolve();
    },
  };
});

/** @param categories  YAML of the list; @param more  YAML of further sections; @param paper  categories of a source; empty: without it */
function assign(categories: string, more = '', paper = 'news'): Promise<number> {
  const text = `
site: { url: 'https://news.example.org' }
categories: ${categories}
sources:
${paper === '' ? '' : `  - { id: paper, url: 'https://paper.example/feed', categories: [${paper}] }`}
  - { id: wire, url: 'https://wire.example/feed' }
${more}`;
  const settings = readConfig([{ path: 'config/a.yaml', name: 'a.yaml', text }], {});
  return assignCategories(runningConfigOf(settings), { posts: store.posts, held: store.held, assigned }, NOW);
}

async function publish(number: number, source: string, more: Partial<Post> = {}) {
  const post = plainPost(NOW - number * 60_000, {
    id: String(number).repeat(16),
    source: { id: source, feedUrl: `https://${source}.example/feed` },
    categories: source === 'paper' ? ['news'] : [],
    ...more,
  });
  const mark = { sourceKey: '1'.repeat(16), titleKey: '1'.repeat(8), fingerprint: post.id };
  expect(await store.posts.save([{ post, mark, expectedVersion: 0 }], NOW)).toEqual([]);
}

const categoriesOf = () => store.all().map(({ categories }) => [...categories].sort());

describe('assignCategories', () => {
  beforeEach(async () => {
    await publish(1, 'paper', { title: 'A bank closes' });
    await publish(2, 'paper', { title: 'A match ends', tags: ['Sport'] });
    await publish(3, 'wire', { title: 'Rain' });
    await assign('[{ slug: news }]');
  });

  it.each([
    ['include', '[{ slug: news }, { slug: top, include: [news] }]', [['news', 'top'], ['news', 'top'], []]],
    ['from.sources', '[{ slug: news }, { slug: top, from: { sources: [wire] } }]', [['news'], ['news'], ['top']]],
    ['from.tags', '[{ slug: news }, { slug: top, from: { tags: [sport] } }]', [['news'], ['news', 'top'], []]],
    ['from.any', '[{ slug: news }, { slug: top, from: { any: true } }]', [['news', 'top'], ['news', 'top'], ['top']]],
    ['rules', '[{ slug: news, rules: [{ type: keyword, any: [bank], then: keep }] }]', [['news'], [], []]],
    [
      'from with rules',
      '[{ slug: news }, { slug: top, from: { any: true }, rules: [{ type: keyword, any: [match], then: drop }] }]',
      [['news', 'top'], ['news'], ['top']],
    ],
  ])('lets stored posts follow a change of %s at once, and back', async (_key, categories, expected) => {
    await assign(categories);
    expect(categoriesOf()).toEqual(expected);
    await assign('[{ slug: news }, { slug: top }]');
    expect(categoriesOf()).toEqual([['news'], ['news'], []]);
  });

  it('fills a category again that left the config and comes back unchanged', async () => {
    const both = '[{ slug: news }, { slug: top, from: { sources: [wire] } }]';
    await assign(both);
    await assign('[{ slug: news }]');
    await publish(4, 'wire', { title: 'Snow' });
    await assign(both);
    expect(categoriesOf().at(-1)).toEqual(['top']);
  });

  it('lets held entries follow their source, new names and rules', async () => {
    const held = (number: number, title: string) => ({
      id: String(number).repeat(16),
      place: number,
      draft: {
        ...{ source: { id: 'paper', feedUrl: 'https://paper.example/feed' }, title, categories: ['news'] },
        ...{ authors: [], tags: [], enclosures: [] },
      },
      ...{ sourceKey: '1'.repeat(16), titleKey: '1'.repeat(8), fingerprint: 'f'.repeat(16), keys: [] },
    });
    await store.held.hold('paper', 'too many', [held(5, 'A bank closes'), held(6, 'A match ends')], NOW - 1);
    const heldNow = async () =>
      (await store.held.entries('paper')).entries.map(({ draft: { title, categories } }) => [title, categories]);
    await assign(
      '[{ slug: world, was: [news] }, { slug: top, rules: [{ type: keyword, any: [bank], then: keep }] }]',
      '',
      'world, top',
    );
    expect(await heldNow()).toEqual([
      ['A bank closes', ['world', 'top']],
      ['A match ends', ['world']],
    ]);
    expect(await store.held.summaries()).toEqual(new Map([['paper', { at: NOW - 1, reason: 'too many', count: 2 }]]));
  });

  it('lets posts follow a source that left the config before its category was renamed, and comes back under the former name', async () => {
    const without = (categories: string) => assign(categories, '', '');
    await without('[{ slug: news }]');
    await without('[{ slug: world, was: [news] }]');
    expect(categoriesOf()).toEqual([['world'], ['world'], []]);
    await assign('[{ slug: news }]');
    expect(categoriesOf()).toEqual([['news'], ['news'], []]);
  });

  it('reads no posts again where nothing has changed', async () => {
    const categories = '[{ slug: news }, { slug: top, include: [news] }]';
    expect(await assign(categories)).toBe(2);
    const before = store.writes.length;
    expect(await assign(categories)).toBe(0);
    expect(store.writes.length).toBe(before);
  });

  it('keeps what a rule gives', async () => {
    await publish(4, 'paper', { title: 'A bank opens', categories: ['news', 'top'] });
    const rule = 'rules: [{ type: keyword, any: [bank], categories: [top] }]';
    await assign('[{ slug: news }, { slug: top, from: { sources: [wire] } }]', rule);
    expect(categoriesOf().at(-1)).toEqual(['news', 'top']);
    await assign('[{ slug: news }, { slug: top }]', rule);
    expect(categoriesOf().at(-1)).toEqual(['news', 'top']);
    await assign('[{ slug: news }, { slug: top, from: { sources: [wire] } }]');
    expect(categoriesOf().at(-1)).toEqual(['news']);
  });
});
