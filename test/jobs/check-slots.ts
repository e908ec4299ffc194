/** A source whose documents are read one after another, as its checks would, with the real store. */
import { createHeld } from '../../src/io/store/held.ts';
import { createLastDocuments } from '../../src/io/store/last-documents.ts';
import { createPosts } from '../../src/io/store/posts.ts';
import { createNearDuplicates } from '../../src/io/store/near-duplicates.ts';
import { createTrace } from '../../src/io/store/trace.ts';
import { readConfig } from '../../src/config/read.ts';
import { asFetched } from '../../src/jobs/check/stored-response.ts';
import { readDocument } from '../../src/jobs/check/read-document.ts';
import type { FeedFacts } from '../../src/model/check.ts';
import type { Post } from '../../src/model/post.ts';
import type { Settings } from '../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../src/model/source-state.ts';
import { compileRules } from '../../src/stages/filter/filter.ts';
import { nextState } from '../../src/stages/schedule/next-state.ts';
import type { TestRedis } from '../support/redis.ts';

export const T0 = Date.UTC(2026, 10, 24, 8);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Item {
  readonly guid?: string;
  readonly link?: string;
  readonly title?: string;
  readonly text?: string;
  /** Epoch ms. */
  readonly at?: number;
}

/** Settings with one source, `a`, of the category `news`. */
export function settingsWith(source = '', more = ''): Settings {
  const text = `site: { url: https://news.example.org }
categories: [{ slug: news }]
${more}
sources:
  - id: a
    url: https://a.example/feed
    categories: [news]
    ${source}
  - { id: b, url: "https://b.example/feed", categories: [news] }
`;
  return readConfig([{ path: 'test.yaml', name: 'test.yaml', text }], {});
}

export function documentOf(items: readonly Item[]): string {
  const escape = (text: string) => text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;');
  const element = (name: string, text: string | undefined) =>
    text === undefined ? '' : `<${name}>${escape(text)}</${name}>`;
  const written = items.map(({ guid, link, title, text, at }) =>
    [
      '<item>',
      guid === undefined ? '' : `<guid isPermaLink="false">${escape(guid)}</guid>`,
      element('link', link),
      element('title', title),
      element('description', text),
      element('pubDate', at === undefined ? undefined : new Date(at).toUTCString()),
      '</item>',
    ].join(''),
  );
  return `<rss version="2.0"><channel><title>A</title><link>https://a.example/</link>${written.join('')}</channel></rss>`;
}

export type Visits = ReturnType<typeof visitsOf>;

export function visitsOf(redis: TestRedis, first: Settings = settingsWith(), sourceId = 'a') {
  const prefix = `${redis.prefix}:`;
  const posts = createPosts(redis.client, prefix);
  const held = createHeld(redis.client, prefix);
  const stores = {
    posts,
    held,
    nearDuplicates: createNearDuplicates(redis.client, prefix),
    trace: createTrace(redis.client, prefix),
    lastDocuments: createLastDocuments(redis.client, prefix),
  };
  let settings = first;
  let state: SourceState = FIRST_STATE;

  /** What the document brought; undefined where its bytes were those of the last one. */
  async function visit(items: readonly Item[], at: number): Promise<FeedFacts | undefined> {
    const source = settings.sources.find(({ id }) => id === sourceId);
    if (source === undefined) throw new Error(`there is no source ${sourceId}`);
    const document = { url: source.url, body: Buffer.from(documentOf(items)), contentType: 'application/rss+xml' };
    const fetched = asFetched(document, { delta: false });
    const prepared = { source, rules: compileRules(source.rules) };
    const result = await readDocument(fetched, prepared, state, settings, { ...stores, now: () => at });
    state = nextState({ source, state, checkedAt: at, now: at, jitter: 0.5, result });
    return result.kind === 'feed' ? result.facts : undefined;
  }

  return {
    visit,
    stores,
    settings: () => settings,
    state: () => state,
    reconfigure: (next: Settings) => {
      settings = next;
    },
    /** Newest first. */
    posts: (): Promise<readonly Post[]> => posts.latest({ scope: { kind: 'category', slug: 'news' }, limit: 1_000 }),
    titles: async () =>
      (await posts.latest({ scope: { kind: 'category', slug: 'news' }, limit: 1_000 })).map(({ title }) => title),
    held: async () => (await held.summaries()).get(sourceId),
  };
}

/** Sentences that have little in common. */
export function storyOf(seed: number, sentences = 4): string {
  let state = (seed + 1) * 7_919;
  const word = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return `w${(state >>> 8).toString(36)}`;
  };
  return Array.from({ length: sentences }, () => `${Array.from({ length: 12 }, word).join(' ')}.`).join(' ');
}

/** This many entries, newest first, an hour apart. */
export function itemsOf(count: number, newestAt: number, from = 0): readonly Item[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return {
      guid: `g${number}`,
      link: `https://a.example/posts/${number}`,
      title: `Headline ${storyOf(number, 1)}`,
      text: storyOf(number),
      at: newestAt - index * HOUR,
    };
  });
}
