/** Does a change make stale what can differ, and nothing else? */
import { describe, expect, it } from 'vitest';
import { scopeKey } from '../../../src/model/scope.ts';
import type { Post } from '../../../src/model/post.ts';
import {
  changeOf,
  type Circumstances,
  type StaleDocuments,
  staleDocuments,
} from '../../../src/stages/assemble/stale-documents.ts';
import { samplePost, withPublish } from '../render/samples.ts';

const post = samplePost(1, { tags: ['股票'], alsoFrom: [{ source: { id: 'other', feedUrl: 'https://o.example/' } }] });
const settings = withPublish({ copy: { tags: { minPosts: 5, list: ['rare'] }, encodings: ['gzip'] } });

function stale(keys: readonly string[], changes: Partial<Circumstances> = {}): StaleDocuments {
  return staleDocuments(
    keys.flatMap((key) => changeOf(key) ?? []),
    {
      settings,
      copies: true,
      postFiles: true,
      posts: new Map<string, Post>([[post.id, post]]),
      counts: new Map([
        ['tag:股票', 5],
        ['tag:four', 4],
        ['tag:rare', 1],
        ['source:xinhua-finance', 1],
      ]),
      ...changes,
    },
  );
}

/** What is not empty, in words. */
function described(documents: StaleDocuments): Readonly<Record<string, unknown>> {
  const { feeds, copiedFeeds, removedFeeds, uncopiedFeeds, archives, postPages, postFiles, removedPosts } = documents;
  const scopes = { feeds, copiedFeeds, removedFeeds, uncopiedFeeds, archives };
  const all = {
    ...Object.fromEntries(Object.entries(scopes).map(([name, list]) => [name, list.map(scopeKey)])),
    postPages: postPages.map(({ id }) => id),
    postFiles: postFiles.map(({ id }) => id),
    removedPosts: removedPosts.map(({ id }) => id),
    moved: documents.moved.map(({ scopes: stands }) => stands.map(scopeKey).join(' ')),
    site: (['home', 'sources', 'site'] as const).filter((name) => documents[name]),
  };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
}

describe('staleDocuments', () => {
  it.each<[string, string[], Record<string, unknown>]>([
    ['a category that changed', ['category:tech'], { feeds: ['category:tech'] }],
    ['everything', ['all'], { feeds: ['all'] }],
    ['a category that left the config', ['category:gone'], { removedFeeds: ['category:gone'] }],
    ['a tag with enough posts', ['tag:股票'], { copiedFeeds: ['tag:股票'] }],
    ['a tag with too few', ['tag:four'], { uncopiedFeeds: ['tag:four'] }],
    ['a tag with too few that is listed', ['tag:rare'], { copiedFeeds: ['tag:rare'] }],
    ['a tag without posts', ['tag:none'], { uncopiedFeeds: ['tag:none'] }],
    ['a source without posts', ['source:none'], { uncopiedFeeds: ['source:none'] }],
    ['a source', ['source:xinhua-finance'], { copiedFeeds: ['source:xinhua-finance'] }],
    [
      'a new post',
      [`post:${post.id}`],
      {
        postPages: [post.id],
        postFiles: [post.id],
        moved: ['all category:xinhuashe tag:股票 source:xinhua-finance source:other'],
      },
    ],
    ['a page that looks different', [`page:${post.id}`], { postPages: [post.id], postFiles: [post.id] }],
    ['a post that was removed since', ['post:ffffffffffffffff'], {}],
    [
      'a post that is gone, with the tag that it stood in',
      ['gone:00000000000000aa:1000', 'tag:股票'],
      {
        copiedFeeds: ['tag:股票'],
        removedPosts: ['00000000000000aa'],
        moved: ['all category:xinhuashe category:tech tag:股票'],
      },
    ],
    ['archive pages', ['archive:all', 'archive:tag:股票'], { archives: ['all', 'tag:股票'] }],
    ['archive pages of a tag with too few posts', ['archive:tag:four'], { uncopiedFeeds: ['tag:four'] }],
    ['the front page and the lists', ['home', 'sources', 'site'], { site: ['home', 'sources', 'site'] }],
    ['a key of no kind', ['nonsense', 'post:'], {}],
  ])('knows what is stale after %s', (_what, keys, expected) => {
    expect(described(stale(keys))).toEqual(expected);
  });

  it('renders no tag, no source, no archive page and no post where there is no copy', () => {
    const keys = ['tag:股票', 'source:xinhua-finance', `post:${post.id}`, 'gone:00000000000000aa:1', 'archive:all'];
    expect(described(stale(keys, { copies: false, postFiles: false }))).toEqual({ removedPosts: ['00000000000000aa'] });
  });

  it('names the documents that web servers must drop and the feeds that subscribers get', () => {
    const { invalidated, announced } = stale(['tag:four', 'all', `page:${post.id}`]);
    expect(invalidated).toEqual([
      `/post/${post.id}.html`,
      '/tag/four.rss',
      '/tag/four.atom',
      '/tag/four.json',
      '/tag/four.html',
    ]);
    expect(announced.filter((path) => path.endsWith('.rss'))).toEqual(['/tag/four.rss', '/all.rss']);
  });

  it('lists no tag where the minimum is 0, but those that are named', () => {
    const none = withPublish({ copy: { tags: { minPosts: 0, list: ['rare'] }, encodings: [] } });
    expect(described(stale(['tag:股票', 'tag:rare'], { settings: none }))).toEqual({
      copiedFeeds: ['tag:rare'],
      uncopiedFeeds: ['tag:股票'],
    });
  });
});
