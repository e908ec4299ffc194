/** Which documents does the site consist of, and what is in each right now? */
import type { FeedScope, OutputFeed, OutputFormat, RenderedDocument } from '../../model/output.ts';
import { parsePosition, postIdFromPath, scopeFromPath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import type { Checks } from '../../ports/checks.ts';
import type { Posts } from '../../ports/posts.ts';
import { assembleFeed, needsMore } from '../../stages/assemble/feed.ts';
import { publishable } from '../../stages/assemble/policy.ts';
import type { FragmentCache } from '../../stages/render/fragments.ts';
import { HOME_HEADLINES, renderHomePage } from '../../stages/render/home-page.ts';
import { renderOpml, renderSourcesOpml } from '../../stages/render/opml.ts';
import { renderPostPage } from '../../stages/render/post-page.ts';
import { renderers } from '../../stages/render/renderers.ts';
import { renderSiteFiles } from '../../stages/render/site-files.ts';

export const FORMATS = ['rss', 'atom', 'json', 'html'] as const satisfies readonly OutputFormat[];

export interface SiteDeps {
  readonly settings: () => Settings;
  readonly posts: Posts;
  readonly checks: Pick<Checks, 'read'>;
  readonly fragments: FragmentCache;
}

/** A feed in every form. */
export function documentsOf(feed: OutputFeed, { fragments }: Pick<SiteDeps, 'fragments'>): RenderedDocument[] {
  return FORMATS.map((format) => renderers[format](feed, fragments));
}

/** The front page, the subscription lists, and what depends on the config alone. */
export async function homeDocuments({ settings: current, posts, checks }: SiteDeps): Promise<RenderedDocument[]> {
  const settings = current();
  const sections = await Promise.all(
    settings.categories.map(async (category) => ({
      category,
      posts: (await posts.latest({ scope: { kind: 'category', slug: category.slug }, limit: HOME_HEADLINES })).map(
        (post) => publishable(post, settings),
      ),
    })),
  );
  const states = await checks.read(settings.sources.map(({ id }) => id));
  const names = new Map(settings.sources.map(({ id }, index) => [id, namesOf(states[index])]));
  return [
    renderHomePage(sections, settings),
    renderOpml(settings),
    renderSourcesOpml(settings, names),
    ...renderSiteFiles(settings),
  ];
}

/**
 * A document that is made when it is asked for: a tag's or source's feed, an archive page, a post.
 *
 * @param before  position from the query, for archive pages (RFC 5005 §4)
 * @returns       undefined where there is nothing under that path
 */
export async function documentAt(
  path: string,
  before: string | undefined,
  deps: SiteDeps,
): Promise<RenderedDocument | undefined> {
  const postId = postIdFromPath(path);
  if (postId !== undefined) {
    const [post] = await deps.posts.get([postId]);
    return post === undefined ? undefined : renderPostPage(publishable(post, deps.settings()), deps.settings());
  }
  const found = scopeFromPath(path);
  if (found?.format === undefined || !isPublished(found.scope, deps.settings())) return undefined;
  if ((await deps.posts.count(found.scope)) === 0) return undefined;
  const position = before ?? found.before;
  if (position === undefined) return renderers[found.format](await currentFeed(found.scope, deps), deps.fragments);
  const feed = await archiveFeed(found.scope, position, deps);
  return feed === undefined ? undefined : renderers[found.format](feed, deps.fragments);
}

/** Posts of a category that left the config stay in it until they are forgotten; nobody gets to see it. */
export function isPublished(scope: FeedScope, { categories }: Settings): boolean {
  return scope.kind !== 'category' || categories.some(({ slug }) => slug === scope.slug);
}

/** What stands in the feed of a group of posts right now. */
export async function currentFeed(scope: FeedScope, deps: Pick<SiteDeps, 'settings' | 'posts'>) {
  const settings = deps.settings();
  let limit = settings.publish.items * 2;
  let posts = await deps.posts.latest({ scope, limit });
  while (needsMore(posts, limit, settings)) {
    limit *= 2;
    posts = await deps.posts.latest({ scope, limit });
  }
  return assembleFeed({ scope, settings, posts });
}

/**
 * What an archive page holds right now; undefined where there is nothing below its position.
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

function namesOf(state: { readonly title?: string; readonly link?: string } | undefined) {
  return {
    ...(state?.title !== undefined && { title: state.title }),
    ...(state?.link !== undefined && { link: state.link }),
  };
}
