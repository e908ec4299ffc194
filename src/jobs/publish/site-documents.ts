/** Which documents does the site have, and what do they contain now? */
import { type FeedScope, FORMATS, type OutputFeed, type RenderedDocument } from '../../model/output.ts';
import { formatPosition, parsePosition, postIdFromPath, scopeFromPath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { isInScope } from '../../model/scope.ts';
import type { Settings } from '../../model/settings.ts';
import type { Posts } from '../../ports/posts.ts';
import type { SiteFacts } from '../../ports/site-facts.ts';
import { assembleFeed, needsMore } from '../../stages/assemble/feed.ts';
import { isListedTag } from '../../stages/assemble/copy-rules.ts';
import { publishable } from '../../stages/assemble/policy.ts';
import { isPublished } from '../../stages/assemble/stale-documents.ts';
import { postTags } from '../../stages/render/addresses.ts';
import type { FragmentCache } from '../../stages/render/fragments.ts';
import { type Headline, headlinesOf, renderHomePage } from '../../stages/render/home-page.ts';
import { renderOpml, renderSourcesOpml } from '../../stages/render/opml.ts';
import { renderPostPage } from '../../stages/render/post-page.ts';
import { renderers } from '../../stages/render/renderers.ts';
import { renderSiteFiles } from '../../stages/render/site-files.ts';
import { countsForPages } from './tag-counts.ts';

export interface SiteDeps {
  readonly settings: () => Settings;
  readonly posts: Posts;
  readonly siteFacts: SiteFacts;
  readonly fragments: FragmentCache;
}

/** A feed in every form. */
export function documentsOf(feed: OutputFeed, { fragments }: Pick<SiteDeps, 'fragments'>): RenderedDocument[] {
  return FORMATS.map((format) => renderers[format](feed, fragments));
}

/** The front page, from the headlines that were recorded when each category was published. */
export async function homePage({ settings: current, siteFacts }: SiteDeps): Promise<RenderedDocument> {
  const settings = current();
  const noted = await siteFacts.headlines();
  const sections =
    settings.categories.length === 0
      ? [{ headlines: readHeadlines(noted.get(ALL_HEADLINES)) }]
      : settings.categories.map((category) => ({ category, headlines: readHeadlines(noted.get(category.slug)) }));
  return renderHomePage(sections, settings);
}

/** Instead of a slug: the headlines of all posts, for a site without categories. No slug has this form. */
const ALL_HEADLINES = '*';

/** Records the headlines of a scope that the front page shows, if it shows any. */
export async function noteHeadlines(
  scope: FeedScope,
  newest: readonly Post[],
  { settings: current, siteFacts }: Pick<SiteDeps, 'settings' | 'siteFacts'>,
): Promise<void> {
  const settings = current();
  const slug =
    scope.kind === 'category'
      ? scope.slug
      : scope.kind === 'all' && settings.categories.length === 0
        ? ALL_HEADLINES
        : undefined;
  if (slug === undefined) return;
  const headlines = headlinesOf(
    newest.map((post) => publishable(post, settings)),
    settings,
  );
  await siteFacts.setHeadlines(slug, JSON.stringify(headlines));
}

/** Written by `noteHeadlines`, so their shape is trusted. */
function readHeadlines(text: string | undefined): readonly Headline[] {
  return text === undefined ? [] : (JSON.parse(text) as readonly Headline[]);
}

export async function sourceList({ settings, siteFacts }: SiteDeps): Promise<RenderedDocument> {
  return renderSourcesOpml(settings(), await siteFacts.sourceNames());
}

/** Documents that depend only on the config. */
export function configDocuments({ settings }: Pick<SiteDeps, 'settings'>): RenderedDocument[] {
  return [renderOpml(settings()), ...renderSiteFiles(settings())];
}

/**
 * A document that is rendered when it is requested: a tag's or source's feed, an archive page, a post.
 *
 * @param before  position from the query, for archive pages (RFC 5005 §4)
 * @returns       undefined if there is no such document
 */
export async function documentAt(
  path: string,
  before: string | undefined,
  deps: SiteDeps,
): Promise<RenderedDocument | undefined> {
  const postId = postIdFromPath(path);
  if (postId !== undefined) {
    const [post] = await deps.posts.get([postId]);
    if (post === undefined) return undefined;
    return renderPostPage(publishable(post, deps.settings()), deps.settings(), await listedTags([post], deps));
  }
  const found = scopeFromPath(path);
  if (found?.format === undefined || !isPublished(found.scope, deps.settings())) return undefined;
  if ((await deps.posts.count(found.scope)) === 0) return undefined;
  const position = before ?? found.before;
  if (position === undefined) return renderers[found.format](await currentFeed(found.scope, deps), deps.fragments);
  if (!(await isPostIn(found.scope, position, deps))) return undefined;
  const feed = await archiveFeed(found.scope, position, deps);
  return feed === undefined ? undefined : renderers[found.format](feed, deps.fragments);
}

/** Archive pages start below a post of their own scope; any other position was made up and is not rendered. */
async function isPostIn(scope: FeedScope, before: string, { posts }: Pick<SiteDeps, 'posts'>): Promise<boolean> {
  const position = parsePosition(before);
  if (position === undefined) return false;
  const [post] = await posts.get([position.id]);
  if (post?.publishedAt !== position.sortAt || before !== formatPosition(position)) return false;
  return isInScope(post, scope);
}

/** Tags of these posts that have pages, so that the pages of the posts link to them. */
export async function listedTags(
  shown: readonly Post[],
  deps: Pick<SiteDeps, 'settings' | 'posts' | 'siteFacts'>,
): Promise<(tag: string) => boolean> {
  const { copy } = deps.settings().publish;
  const tags = [...new Set(shown.flatMap(postTags))];
  const counts = await countsForPages(tags, deps);
  const listed = new Set(tags.filter((tag, index) => isListedTag(tag, counts[index] ?? 0, copy)));
  return (tag) => listed.has(tag);
}

/** The current content of the feed of a scope. */
export async function currentFeed(scope: FeedScope, deps: Pick<SiteDeps, 'settings' | 'posts'>): Promise<OutputFeed> {
  return (await newestOf(scope, deps)).feed;
}

/** The feed of a scope, and the newest posts that it was made from, before the limit on the share of a source. */
export async function newestOf(
  scope: FeedScope,
  deps: Pick<SiteDeps, 'settings' | 'posts'>,
): Promise<{ readonly feed: OutputFeed; readonly newest: readonly Post[] }> {
  const settings = deps.settings();
  const batch = settings.publish.items * 2;
  const newest: Post[] = [];
  for (;;) {
    const last = newest.at(-1);
    const more = await deps.posts.latest({
      scope,
      limit: batch,
      ...(last !== undefined && { before: { publishedAt: last.publishedAt, id: last.id } }),
    });
    for (const one of more) newest.push(one);
    // Further posts are read only as far as the window reaches, and no post is read twice.
    if (more.length < batch || !needsMore(newest, newest.length, settings)) break;
  }
  return { feed: assembleFeed({ scope, settings, posts: newest }), newest };
}

/**
 * The current content of an archive page; undefined if there are no posts below its position.
 *
 * @param before  position, as paths write it
 */
export async function archiveFeed(
  scope: FeedScope,
  before: string,
  deps: Pick<SiteDeps, 'settings' | 'posts'>,
): Promise<OutputFeed | undefined> {
  const position = parsePosition(before);
  if (position === undefined) return undefined;
  const { sortAt, id } = position;
  const settings = deps.settings();
  const posts: readonly Post[] = await deps.posts.latest({
    scope,
    limit: settings.publish.items * 2 + 1,
    before: { publishedAt: sortAt, id },
  });
  return posts.length === 0 ? undefined : assembleFeed({ scope, settings, posts, before });
}
