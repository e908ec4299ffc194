/** What does one published feed contain? */
import type { FeedScope, OutputFeed } from '../../model/output.ts';
import { feedPath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { PostOrder, Settings } from '../../model/settings.ts';
import { normalSiteUrl, siteIdOf } from '../../model/site-id.ts';
import { publishable } from './policy.ts';
import { titledPosts } from './post-titles.ts';
import { rhythmSeconds } from './rhythm.ts';
import { archiveWindow, newestWindow, wantsMorePosts } from './window.ts';

export interface AssembleInput {
  readonly scope: FeedScope;
  readonly settings: Settings;
  /** Newest first: more than the feed takes, or all (see `needsMore`). For an archive page, those older than `before`. */
  readonly posts: readonly Post[];
  /** Position at which an archive page starts. */
  readonly before?: string;
}

/** The feed of a scope. Reads no clock: times are relative to the newest post. */
export function assembleFeed({ scope, settings, posts, before }: AssembleInput): OutputFeed {
  const { site, publish } = settings;
  const share = scope.kind === 'source' ? 1 : publish.maxSourceShare;
  // Each post once, because ids of entries must differ (RFC 4287 §4.1.1), even if the store returned one twice.
  const once = [...new Map(posts.map((post) => [post.id, post])).values()];
  const shown = titledPosts(
    once.map((post) => publishable(post, settings)),
    scope,
    settings,
  );
  const window = before === undefined ? newestWindow(shown, publish, share) : archiveWindow(shown, publish);
  const siteUrl = normalSiteUrl(site.url);
  const hub = hubOf(scope, siteUrl, publish.websubHub);
  return {
    scope,
    ...naming(scope, settings, posts),
    timezone: site.timezone,
    siteTitle: site.title,
    siteId: siteIdOf(site),
    siteUrl,
    urls: {
      html: siteUrl + feedPath(scope, 'html'),
      rss: siteUrl + feedPath(scope, 'rss'),
      atom: siteUrl + feedPath(scope, 'atom'),
      json: siteUrl + feedPath(scope, 'json'),
    },
    ...(hub !== undefined && { hub }),
    updatedAt: window.posts.reduce((latest, post) => Math.max(latest, post.updatedAt, post.firstSeenAt), 0),
    ...(window.olderBefore !== undefined && { olderBefore: window.olderBefore }),
    ...(before !== undefined && { before }),
    ...ordered(window.posts, before === undefined ? orderOf(scope, settings) : 'time'),
    categories: settings.categories.map(({ slug, title }) => ({ slug, title })),
    ...(publish.robots === 'noindex' && { robots: publish.robots }),
    maxAgeSeconds: rhythmSeconds(window.posts),
  };
}

/** True if the store must be asked for more than `asked` posts before the feed can be assembled. */
export function needsMore(posts: readonly Post[], asked: number, settings: Settings): boolean {
  return wantsMorePosts(
    posts.map((post) => publishable(post, settings)),
    asked,
    settings.publish,
  );
}

function orderOf(scope: FeedScope, { categories, publish }: Settings): PostOrder {
  const category = scope.kind === 'category' ? categories.find(({ slug }) => slug === scope.slug) : undefined;
  return category?.postOrder ?? publish.order;
}

/** Equal scores by time. Which posts are in a feed does not depend on it. */
function ordered(newestFirst: readonly Post[], order: PostOrder): Pick<OutputFeed, 'posts' | 'isByScore'> {
  if (order === 'time') return { posts: newestFirst };
  return { posts: [...newestFirst].sort((a, b) => (b.score ?? 0) - (a.score ?? 0)), isByScore: true };
}

/** Tags and sources are too many to tell an external hub about each change, so their feeds do not name it. */
function hubOf(scope: FeedScope, siteUrl: string, hub: string | undefined): string | undefined {
  if (hub === 'self') return `${siteUrl}/websub`;
  return scope.kind === 'category' || scope.kind === 'all' ? hub : undefined;
}

function naming(
  scope: FeedScope,
  { site, categories, sources }: Settings,
  posts: readonly Post[],
): Pick<OutputFeed, 'title' | 'description' | 'language'> {
  switch (scope.kind) {
    case 'all':
      return named(site.title, site.description, site.language);
    case 'category': {
      const category = categories.find(({ slug }) => slug === scope.slug);
      return named(category?.title ?? scope.slug, category?.description, category?.language ?? site.language);
    }
    case 'tag':
      return named(`${scope.tag} - ${site.title}`, undefined, site.language);
    case 'source': {
      const source = sources.find(({ id }) => id === scope.id);
      return named(
        source?.title ?? titleOfSource(scope.id, posts) ?? scope.id,
        undefined,
        source?.language ?? posts.find((post) => post.source.id === scope.id)?.language ?? site.language,
      );
    }
  }
}

/** As in its newest post; the post of a shared story may belong to another source. */
function titleOfSource(id: string, posts: readonly Post[]): string | undefined {
  for (const { source, alsoFrom } of posts) {
    const found = [source, ...alsoFrom.map((also) => also.source)].find((one) => one.id === id);
    if (found?.title !== undefined) return found.title;
  }
  return undefined;
}

function named(title: string, description: string | undefined, language: string) {
  return { title, ...(description !== undefined && { description }), language };
}
