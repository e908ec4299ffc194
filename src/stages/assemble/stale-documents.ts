/** Which documents can differ after a change? */
import type { FeedScope } from '../../model/output.ts';
import { FORMATS } from '../../model/output.ts';
import { feedPath, type Position, positionOf, postPath, tagHasPages } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { scopeKey, scopeOfKey } from '../../model/scope.ts';
import type { Settings } from '../../model/settings.ts';
import { isListedTag } from './copy-rules.ts';

/** What a dirty key says. */
export type Change =
  /** Posts of the scope came, changed or went, or its feed looks different. */
  | { readonly kind: 'scope'; readonly scope: FeedScope }
  /** All archive pages of the scope look different. */
  | { readonly kind: 'archive'; readonly scope: FeedScope }
  /** The post is new or changed. */
  | { readonly kind: 'post'; readonly id: string }
  /** The page of the post looks different, although the post did not change. */
  | { readonly kind: 'page'; readonly id: string }
  | { readonly kind: 'gone'; readonly id: string; readonly publishedAt: number }
  /** The front page, the list of sources, what depends on the config alone. */
  | { readonly kind: 'home' | 'sources' | 'site' };

export interface Circumstances {
  readonly settings: Settings;
  /** Whether the whole site is copied somewhere, archive pages and pages of posts included. */
  readonly copies: boolean;
  /** Whether each post is a file of its own. */
  readonly postFiles: boolean;
  /** The posts that the changes name and that exist. */
  readonly posts: ReadonlyMap<string, Post>;
  /** How many posts stand in each scope that the changes name, by `scopeKey`; absent for 0. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A post that came, changed or went, and the scopes in which it may stand on an archive page. */
export interface MovedPost {
  readonly at: Position;
  readonly scopes: readonly FeedScope[];
}

export interface StaleDocuments {
  /** Feeds to be rendered in every form: for the web server and the copies, and for the copies alone. */
  readonly feeds: readonly FeedScope[];
  readonly copiedFeeds: readonly FeedScope[];
  /** Feeds to be removed with their archive pages: everywhere, and from the copies alone. */
  readonly removedFeeds: readonly FeedScope[];
  readonly uncopiedFeeds: readonly FeedScope[];
  /** Posts whose pages are to be copied, and those to be written as files of their own. */
  readonly postPages: readonly Post[];
  readonly postFiles: readonly Post[];
  readonly removedPosts: readonly { readonly id: string; readonly publishedAt: number }[];
  /** Posts that make the archive pages stale on which they stand. */
  readonly moved: readonly MovedPost[];
  /** Scopes of which every archive page is stale. */
  readonly archives: readonly FeedScope[];
  readonly home: boolean;
  readonly sources: boolean;
  readonly site: boolean;
  /** Paths of documents that web servers rendered themselves and must forget. */
  readonly invalidated: readonly string[];
  /** Paths of feeds whose subscribers are to be told. */
  readonly announced: readonly string[];
}

/** The change that a dirty key stands for; undefined for a key that leads to no document. */
export function changeOf(key: string): Change | undefined {
  if (key === 'home' || key === 'sources' || key === 'site') return { kind: key };
  const [, kind, rest = ''] = /^(post|page|gone|archive):(.+)$/u.exec(key) ?? [];
  switch (kind) {
    case 'post':
    case 'page':
      return { kind, id: rest };
    case 'gone': {
      const [id = '', publishedAt = '0'] = rest.split(':');
      return { kind, id, publishedAt: Number(publishedAt) };
    }
    case undefined:
    default: {
      const scope = scopeOfKey(kind === 'archive' ? rest : key);
      if (scope === undefined || (scope.kind === 'tag' && !tagHasPages(scope.tag))) return undefined;
      return { kind: kind === 'archive' ? 'archive' : 'scope', scope };
    }
  }
}

/** Nothing else needs to be rendered, whatever the number of posts behind it. */
export function staleDocuments(changes: readonly Change[], circumstances: Circumstances): StaleDocuments {
  const { settings, copies, postFiles, posts } = circumstances;
  const scopes = changes.flatMap((change) => (change.kind === 'scope' ? [change.scope] : []));
  const archives = changes.flatMap((change) => (change.kind === 'archive' ? [change.scope] : []));
  const gone = changes.flatMap((change) => (change.kind === 'gone' ? [change] : []));
  const idsOf = (kinds: readonly string[]): readonly string[] =>
    changes.flatMap((change) => ('id' in change && kinds.includes(change.kind) ? [change.id] : []));
  const existing = (ids: readonly string[]): readonly Post[] => ids.flatMap((id) => posts.get(id) ?? []);

  const published = scopes.filter((scope) => isPublished(scope, settings));
  const isAhead = ({ kind }: FeedScope): boolean => kind === 'all' || kind === 'category';
  const isCopied = (scope: FeedScope): boolean => {
    const count = circumstances.counts.get(scopeKey(scope)) ?? 0;
    return scope.kind === 'tag' ? isListedTag(scope.tag, count, settings.publish.copy) : count > 0;
  };
  const small = published.filter((scope) => !isAhead(scope));
  const uncopied = [...small, ...archives.filter((scope) => !isAhead(scope))].filter((scope) => !isCopied(scope));
  const changed = existing(idsOf(['post']));
  return {
    feeds: published.filter(isAhead),
    copiedFeeds: copies ? small.filter(isCopied) : [],
    removedFeeds: scopes.filter((scope) => !isPublished(scope, settings)),
    uncopiedFeeds: copies ? [...new Map(uncopied.map((scope) => [scopeKey(scope), scope])).values()] : [],
    postPages: copies ? existing([...new Set(idsOf(['post', 'page']))]) : [],
    postFiles: postFiles ? existing([...new Set(idsOf(['post', 'page']))]) : [],
    removedPosts: gone,
    moved: copies
      ? [...changed.map((post) => movedPost(post, settings)), ...gone.map((post) => gonePost(post, small, settings))]
      : [],
    archives: copies
      ? archives.filter((scope) => isPublished(scope, settings) && (isAhead(scope) || isCopied(scope)))
      : [],
    home: changes.some(({ kind }) => kind === 'home'),
    sources: changes.some(({ kind }) => kind === 'sources'),
    site: changes.some(({ kind }) => kind === 'site'),
    invalidated: [...idsOf(['post', 'page', 'gone']).map(postPath), ...small.flatMap(feedPaths)],
    announced: scopes.flatMap(feedPaths),
  };
}

/** Posts of a category that left the config stay in it until they expire; no document shows it. */
export function isPublished(scope: FeedScope, { categories }: Pick<Settings, 'categories'>): boolean {
  return scope.kind !== 'category' || categories.some(({ slug }) => slug === scope.slug);
}

/** The feed of a scope in every form. */
export function feedPaths(scope: FeedScope): readonly string[] {
  return FORMATS.map((format) => feedPath(scope, format));
}

function movedPost(post: Post, settings: Settings): MovedPost {
  const sources = [post.source.id, ...post.alsoFrom.map(({ source }) => source.id)];
  const scopes: FeedScope[] = [
    { kind: 'all' },
    ...post.categories.map((slug): FeedScope => ({ kind: 'category', slug })),
    ...post.tags.filter(tagHasPages).map((tag): FeedScope => ({ kind: 'tag', tag })),
    ...[...new Set(sources)].map((id): FeedScope => ({ kind: 'source', id })),
  ];
  return { at: positionOf(post), scopes: scopes.filter((scope) => isPublished(scope, settings)) };
}

/** In which scopes a post stood that is gone is not known: it may be any category, and any scope that changed with it. */
function gonePost(
  { id, publishedAt }: { readonly id: string; readonly publishedAt: number },
  changed: readonly FeedScope[],
  { categories }: Settings,
): MovedPost {
  const slugs = categories.map(({ slug }): FeedScope => ({ kind: 'category', slug }));
  return { at: { sortAt: publishedAt, id }, scopes: [{ kind: 'all' }, ...slugs, ...changed] };
}
