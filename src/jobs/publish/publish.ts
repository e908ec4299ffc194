/** How do touched posts become documents that readers get? */
import { scopeKey, scopeOfKey } from '../../model/scope.ts';
import type { FeedScope, StoredDocument } from '../../model/output.ts';
import { feedPath, postPath, scopeFromPath, tagHasPages } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import type { Outbox, DirtyKey } from '../../ports/outbox.ts';
import type { Invalidating, Package, Publisher } from '../../ports/publisher.ts';
import { publishable } from '../../stages/assemble/policy.ts';
import { jekyllPath, renderJekyll } from '../../stages/render/jekyll.ts';
import { renderPostPage } from '../../stages/render/post-page.ts';
import {
  type ArchiveDeps,
  writeArchive,
  gonePost,
  movedPost,
  refreshArchive,
  removeArchive,
  rewriteArchive,
} from './archive-pages.ts';
import { currentFeed, documentsOf, FORMATS, homeDocuments, isPublished } from './site-documents.ts';

/** Tags, sources and single posts are many and small: one job publishes all that were touched. */
export const BULK_KEY = 'rest';

/** How many of them are published in one step, and how many steps one job does; the next sweep finds what is left. */
const REST_BATCH = 500;
const REST_STEPS = 50;

const SITE_KEY = 'site';

/** Everything that depends on the config alone; touched when it changes. */
export function configKeys({ categories }: Settings): readonly string[] {
  return [SITE_KEY, 'all', ...categories.map(({ slug }) => `category:${slug}`)];
}

/** Categories that are published and that the config does not know any more. */
export function obsoleteKeys(settings: Settings, publishedPaths: readonly string[]): readonly string[] {
  const keys = publishedPaths.flatMap((path) => {
    const scope = scopeFromPath(path)?.scope;
    return scope === undefined || isPublished(scope, settings) ? [] : [scopeKey(scope)];
  });
  return [...new Set(keys)];
}

/** What the look of every document depends on beside its posts. Where it changed, copies are written anew. */
export function templateVersionOf({ site, publish, html, categories, sources }: Settings, version: string): string {
  const named = sources.map(({ id, title, language, content }) => ({ id, title, language, content }));
  return JSON.stringify([version, site, publish, html, categories, named]);
}

export interface PublishDeps extends ArchiveDeps {
  readonly outbox: Outbox;
  /** What the web server reads. Tags, sources and posts are not kept there: it makes them when asked. */
  readonly served: Publisher & Invalidating;
  /** Where each post is a file of its own, for a site generator. */
  readonly postFiles: readonly Publisher[];
  /** Told which feeds were published, once they can be read. */
  readonly announce: (paths: readonly string[]) => Promise<void>;
}

/** Publishes what was touched under one key. Twice the same changes nothing; a crash leaves it touched. */
export async function publish(key: string, deps: PublishDeps): Promise<void> {
  if (key === BULK_KEY) {
    for (let step = 0; step < REST_STEPS; step += 1) {
      const rest = await deps.outbox.bulk(REST_BATCH);
      if (rest.length === 0) return;
      await publishRest(rest, deps);
    }
    return;
  }
  // Read before the posts are: what is touched meanwhile stays touched.
  const touched = (await deps.outbox.dirty()).filter((item) => item.key === key);
  await publishServed(key, deps);
  await deps.outbox.done(touched);
}

async function publishServed(key: string, deps: PublishDeps): Promise<void> {
  const scope = scopeOfKey(key);
  const everywhere = [deps.served, ...deps.copies];
  if (scope !== undefined && !isPublished(scope, deps.settings())) {
    await removeFrom(everywhere, pathsOf(scope));
    await removeArchive(scope, deps);
    await deps.announce(pathsOf(scope));
    return;
  }
  const feed = scope === undefined ? undefined : await currentFeed(scope, deps);
  const documents = feed === undefined ? await homeDocuments(deps) : documentsOf(feed, deps);
  // The front page shows the newest of every category.
  if (scope?.kind === 'all') documents.push(...(await homeDocuments(deps)));
  // Before the feed that leads to it.
  if (feed !== undefined) await writeArchive(feed, deps);
  await publishTo(everywhere, await packAll(documents, deps));
  if (scope !== undefined) await deps.announce(pathsOf(scope));
}

async function publishRest(items: readonly DirtyKey[], deps: PublishDeps): Promise<void> {
  const posts = named(items, 'post');
  const gone = named(items, 'gone').map((name) => {
    const [id = '', publishedAt = ''] = name.split(':');
    return { id, publishedAt: Number(publishedAt) };
  });
  const scopes = items.flatMap(({ key }) => smallScope(key));
  // Whatever the web server remembers of these is out of date.
  const paths = [...posts.map(postPath), ...gone.map(({ id }) => postPath(id)), ...scopes.flatMap(pathsOf)];
  await deps.served.invalidate(paths);
  if (deps.copies.length > 0 || deps.postFiles.length > 0) {
    const written = await publishPosts(posts, deps);
    await publishPosts(named(items, 'page'), deps);
    for (const post of gone) await removePost(post, deps);
    for (const scope of scopes) await copyScope(scope, deps);
    const settings = deps.settings();
    for (const scope of named(items, 'archive').flatMap(smallScope)) {
      if (isPublished(scope, settings)) await rewriteArchive(scope, deps);
    }
    await refreshArchive(
      [...written.map((post) => movedPost(post, settings)), ...gone.map((post) => gonePost(post, settings))],
      deps,
    );
  }
  await deps.announce(scopes.flatMap(pathsOf));
  await deps.outbox.done(items);
}

/** What stands behind `kind:` in the keys of that kind. */
function named(items: readonly DirtyKey[], kind: string): readonly string[] {
  const start = `${kind}:`;
  return items.flatMap(({ key }) => (key.startsWith(start) ? [key.slice(start.length)] : []));
}

function smallScope(key: string): readonly FeedScope[] {
  const scope = scopeOfKey(key);
  return scope === undefined || (scope.kind === 'tag' && !tagHasPages(scope.tag)) ? [] : [scope];
}

async function copyScope(scope: FeedScope, deps: PublishDeps): Promise<void> {
  if (deps.copies.length === 0) return;
  if ((await deps.posts.count(scope)) === 0) {
    await removeFrom(deps.copies, pathsOf(scope));
    await removeArchive(scope, deps);
    return;
  }
  const feed = await currentFeed(scope, deps);
  await writeArchive(feed, deps);
  await publishTo(deps.copies, await packAll(documentsOf(feed, deps), deps));
}

/** @returns the posts that are still there; one that was removed since was noted too, as `gone` */
async function publishPosts(ids: readonly string[], deps: PublishDeps): Promise<readonly Post[]> {
  const settings = deps.settings();
  const posts = (await deps.posts.get(ids)).flatMap((post) =>
    post === undefined ? [] : [publishable(post, settings)],
  );
  if (deps.copies.length > 0) {
    const pages = posts.map((post) => renderPostPage(post, settings));
    await publishTo(deps.copies, await packAll(pages, deps));
  }
  if (deps.postFiles.length > 0) {
    const files = posts.map((post) => renderJekyll(post, settings));
    await publishTo(deps.postFiles, await packAll(files, deps));
  }
  return posts;
}

async function removePost(post: { id: string; publishedAt: number }, deps: PublishDeps): Promise<void> {
  await removeFrom(deps.copies, [postPath(post.id)]);
  await removeFrom(deps.postFiles, [jekyllPath(post, deps.settings())]);
}

function pathsOf(scope: FeedScope): readonly string[] {
  return FORMATS.map((format) => feedPath(scope, format));
}

async function packAll(documents: Parameters<Package>[0][], { pack }: PublishDeps): Promise<readonly StoredDocument[]> {
  return Promise.all(documents.map(pack));
}

async function publishTo(publishers: readonly Publisher[], documents: readonly StoredDocument[]): Promise<void> {
  for (const publisher of publishers) await publisher.publish(documents);
}

async function removeFrom(publishers: readonly Publisher[], paths: readonly string[]): Promise<void> {
  for (const publisher of publishers) await publisher.remove(paths);
}
