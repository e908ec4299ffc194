/** Documents of sources that do not exist, for the tests of what becomes of their entries. */
import type { Draft } from '../../src/model/post.ts';
import type { Category, Settings, Source } from '../../src/model/settings.ts';
import type { IngestDeps } from '../../src/jobs/ingest/ingest-entries.ts';
import { identify, type Identified } from '../../src/stages/identify/identify.ts';

export const T0 = Date.UTC(2026, 10, 24, 8);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** Sentences that no two seeds share, of some 20 Chinese characters each. */
export function sentences(seed: number, count: number): readonly string[] {
  const random = randomFrom(seed);
  const character = (): string => String.fromCharCode(0x4e00 + Math.floor(random() * 0x5000));
  return Array.from({ length: count }, () => `${Array.from({ length: 20 }, character).join('')}。`);
}

export interface EntryOf extends Partial<Draft> {
  readonly text?: string;
}

export function draftOf(sourceId: string, { text, ...more }: EntryOf): Draft {
  return {
    source: { id: sourceId, title: `Source ${sourceId}`, feedUrl: `https://${sourceId}.example/feed` },
    title: 'A headline',
    authors: [],
    publishedAt: T0,
    categories: ['news'],
    tags: [],
    enclosures: [],
    ...(text !== undefined && { content: { html: `<p>${text}</p>` } }),
    ...more,
  };
}

/** One document of one source. */
export function documentOf(sourceId: string, ...entries: readonly EntryOf[]): readonly Identified[] {
  // Nothing else of a source is read here.
  const source = { id: sourceId } as Source;
  return identify(
    entries.map((entry) => draftOf(sourceId, entry)),
    source,
  );
}

export function settingsOf(
  more: { readonly primary?: readonly string[]; readonly threshold?: number; readonly within?: readonly string[] } = {},
) {
  const { primary = [], threshold = 0.6, within = [] } = more;
  const category: Category = {
    slug: 'news',
    was: [],
    title: 'News',
    language: 'zh-CN',
    primary,
    jekyll: { frontMatter: {} },
  };
  return {
    html: { iframeHosts: [], dataImages: false, cleanLinks: true },
    duplicates: { windowMs: 72 * HOUR, threshold, within },
    edits: { threshold: 0.05, most: 10, withinMs: 24 * HOUR },
    categories: [category],
    flood: { least: 20, times: 3 },
  } satisfies IngestDeps['settings'] & Partial<Settings>;
}
