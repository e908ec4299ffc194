/** Which documents can differ after a change? */
import type { FeedScope } from '../../model/output.ts';
import { FORMATS } from '../../model/output.ts';
import { feedPath, type Position, positionOf, postPath, tagHasPages } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { scopeKey, scopeOfKey } from '../../model/scope.ts';
import type { Settings } from '../../model/settings.ts';
import { isListedTag } from './copy-rules.ts';

/** The meaning of a dirty key. */
export type Change =
  /** Posts of the scope were added, changed or removed, or its feed looks different. */
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
  /** Whether there is a copy of the whole site, archive pages and pages of posts included. */
  readonly copies: boolean;
  /** Whether each post is a file of its own. */
  readonly postFiles: boolean;
  /** The existing posts among those that the changes name. */
  readonly posts: ReadonlyMap<string, Post>;
  /** Number of posts in each scope that the changes name, by `scopeKey`; absent for 0. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A post that was added, changed or removed, and the scopes whose archive pages may contain it. */
export interface MovedPost {
  readonly at: Position;
  readonly scopes: readonly FeedScope[];
}

export interface StaleDocuments {
  /** Feeds to render in every format: for the web server and the copies, and only for the copies. */
  readonly feeds: readonly FeedScope[];
  readonly copiedFeeds: readonly FeedScope[];
  /** Feeds to remove with their archive pages: everywhere, and only from the copies. */
  readonly removedFeeds: readonly FeedScope[];
  readonly uncopiedFeeds: readonly FeedScope[];
  /** Posts whose pages must be copied, and those to be written as files. */
  readonly postPages: readonly Post[];
  readonly postFiles: readonly Post[];
  readonly removedPosts: readonly { readonly id: string; readonly publishedAt: number }[];
  /** Posts that make the archive pages stale that contain them. */
  readonly moved: readonly MovedPost[];
  /** Scopes whose archive pages are all stale. */
  readonly archives: readonly FeedScope[];
  readonly home: boolean;
  readonly sources: boolean;
  readonly site: boolean;
  /** Paths of documents that web servers have rendered themselves and must drop. */
  readonly invalidated: readonly string[];
  /** Paths of feeds whose subscribers must be notified. */
  readonly announced: readonly string[];
}

/** The change that a dirty key means; undefined for a key without documents. */
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

/** Nothing else needs to be rendered, however many posts the scope has. */
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

/** The feed of a scope in every format. */
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

/**
 * The former scopes of a removed post are not known: it may have been in any category, and in any scope that changed
 * with it.
 */
function gonePost(
  { id, publishedAt }: { readonly id: string; readonly publishedAt: number },
  changed: readonly FeedScope[],
  { categories }: Settings,
): MovedPost {
  const slugs = categories.map(({ slug }): FeedScope => ({ kind: 'category', slug }));
  return { at: { sortAt: publishedAt, id }, scopes: [{ kind: 'all' }, ...slugs, ...changed] };
}
