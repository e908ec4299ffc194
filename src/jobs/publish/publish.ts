/** How are documents published again after a change? */
import { PublishError } from '../../model/errors.ts';
import type { Encoding, FeedScope, OutputFeed, RenderedDocument } from '../../model/output.ts';
import { postPath, tagNameKey } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { scopeKey } from '../../model/scope.ts';
import type { DirtyKey, Outbox } from '../../ports/outbox.ts';
import type { Copy, Invalidating, Publisher } from '../../ports/publisher.ts';
import { isListedTag } from '../../stages/assemble/copy-rules.ts';
import { publishable } from '../../stages/assemble/policy.ts';
import {
  type Change,
  changeOf,
  type Circumstances,
  feedPaths,
  type StaleDocuments,
  staleDocuments,
} from '../../stages/assemble/stale-documents.ts';
import { jekyllPath, renderJekyll } from '../../stages/render/jekyll.ts';
import { renderPostPage } from '../../stages/render/post-page.ts';
import { renderSitemap, SITEMAP_PATH } from '../../stages/render/sitemap.ts';
import {
  type ArchiveDeps,
  type CopyDestination,
  refreshArchive,
  removeArchive,
  rewriteArchive,
  writeArchive,
} from './archive-pages.ts';
import {
  configDocuments,
  documentsOf,
  homePage,
  listedTags,
  newestOf,
  noteHeadlines,
  sourceList,
} from './site-documents.ts';
import { countsForPages } from './tag-counts.ts';
import { type Destination, writeDocuments } from './write-documents.ts';

/** Bulk keys: tags, sources and single posts are many and small, so one job publishes all dirty ones. */
export const BULK_KEY = 'rest';

/** Keys whose documents only the copies lack, after a failure or in a new directory. */
export const COPIES_KEY = 'copies';

/** Bulk keys per step, and steps per job; the next sweep finds the rest. */
const BULK_BATCH = 500;
const BULK_STEPS = 50;

export interface PublishDeps extends ArchiveDeps {
  readonly outbox: Outbox;
  /**
   * The documents that the web server reads. Tags, sources and posts are not among them: it renders those on request.
   */
  readonly served: Publisher & Invalidating;
  /** Publishers that write each post as a file, for a site generator. */
  readonly postFiles: readonly Copy[];
  /** Called with the published feeds, once they can be read. */
  readonly announce: (paths: readonly string[]) => Promise<void>;
  /** Called after each step with the number of dirty keys that it published. */
  readonly onStep?: (published: number) => void;
  /** Ends the work after the current step; further keys stay dirty. */
  readonly signal?: AbortSignal;
}

/** Publishes the documents of one dirty key. May be repeated; after a crash the key is still dirty. */
export async function publish(key: string, deps: PublishDeps): Promise<void> {
  if (deps.signal?.aborted === true) return;
  if (key === BULK_KEY) return publishBulk(deps);
  if (key === COPIES_KEY) return catchUp(deps);
  // Read before the posts, so that keys that are marked meanwhile stay dirty.
  const items = (await deps.outbox.dirty()).filter((item) => item.key === key);
  await publishChanges([key], items, deps);
}

async function publishBulk(deps: PublishDeps): Promise<void> {
  await markUnlinkedPosts(deps);
  for (let step = 0; step < BULK_STEPS; step += 1) {
    const items = await deps.outbox.bulk(BULK_BATCH);
    if (items.length === 0 || deps.signal?.aborted === true) return;
    await publishChanges(
      items.map(({ key }) => key),
      items,
      deps,
    );
  }
}

/** If a tag gets or loses its pages, the pages of its other posts change too: they link to it or no longer do. */
async function markUnlinkedPosts({ outbox, posts, siteFacts, settings }: PublishDeps): Promise<void> {
  const { copy } = settings().publish;
  const tags = await outbox.dirtyTags();
  const counts = await countsForPages(tags, { posts, siteFacts });
  const owners = await siteFacts.listedTags(tags.map(tagNameKey));
  const taken = new Set<string>();
  for (const [index, tag] of tags.entries()) {
    const name = tagNameKey(tag);
    const isListed = isListedTag(tag, counts[index] ?? 0, copy) && !taken.has(name);
    if (isListed) taken.add(name);
    if (isListed === (owners[index] === tag)) continue;
    await outbox.markPostsDirty({ kind: 'tag', tag }, 'pages');
    await siteFacts.setListedTag(name, isListed ? tag : undefined);
  }
}

/**
 * First decides which documents can differ, then renders only these. The web server comes first: a copy that cannot be
 * written delays neither readers nor other copies, and catches up later.
 */
async function publishChanges(keys: readonly string[], items: readonly DirtyKey[], deps: PublishDeps): Promise<void> {
  const changes = keys.flatMap((key) => changeOf(key) ?? []);
  const stale = staleDocuments(changes, await circumstancesOf(changes, deps));
  const made = await writeServed(stale, deps);
  // Read before the copies are written, so that keys that are marked meanwhile stay marked.
  const overdue = deps.copies.length + deps.postFiles.length > 0 ? await deps.outbox.behindOf(keys) : [];
  const failures = await writeCopies(stale, made, deps);
  if (failures.length > 0) await deps.outbox.markBehind(keys);
  if (stale.announced.length > 0) await deps.announce(stale.announced);
  await deps.outbox.done(failures.length > 0 ? items : [...items, ...overdue]);
  deps.onStep?.(items.length);
}

/** @throws PublishError of the first copy that cannot be written; the other copies are complete */
async function catchUp(deps: PublishDeps): Promise<void> {
  for (let step = 0; step < BULK_STEPS; step += 1) {
    const items = await deps.outbox.behind(BULK_BATCH);
    if (items.length === 0 || deps.signal?.aborted === true) return;
    const changes = items.flatMap(({ key }) => changeOf(key) ?? []);
    const stale = staleDocuments(changes, await circumstancesOf(changes, deps));
    const [failure] = await writeCopies(stale, { feeds: new Map<string, MadeFeed>(), site: undefined }, deps);
    if (failure !== undefined) throw failure;
    await deps.outbox.done(items);
    deps.onStep?.(items.length);
  }
}

interface MadeFeed {
  readonly feed: OutputFeed;
  readonly documents: readonly RenderedDocument[];
}

/** Documents rendered for the web server, so that they are not rendered again for the copies. */
interface Made {
  /** By `scopeKey`. */
  readonly feeds: ReadonlyMap<string, MadeFeed>;
  readonly site: readonly RenderedDocument[] | undefined;
}

async function writeServed(stale: StaleDocuments, deps: PublishDeps): Promise<Made> {
  const { served, siteFacts } = deps;
  if (stale.invalidated.length > 0) await served.invalidate(stale.invalidated);
  for (const scope of stale.removedFeeds) {
    await served.remove(feedPaths(scope));
    if (scope.kind === 'category') await siteFacts.setHeadlines(scope.slug, undefined);
  }
  await removeFrom(served, obsoletePaths(stale, deps));
  const feeds = new Map<string, MadeFeed>();
  for (const scope of stale.feeds) {
    const { feed, documents } = await makeFeed(scope, deps);
    feeds.set(scopeKey(scope), { feed, documents: await writeDocuments(documents, servedBy(deps), deps) });
  }
  const site = await siteDocuments(stale, deps);
  return { feeds, site: await writeDocuments(site, servedBy(deps), deps) };
}

/** @returns the errors of copies that could not be written */
async function writeCopies(stale: StaleDocuments, made: Made, deps: PublishDeps): Promise<readonly PublishError[]> {
  const failures: PublishError[] = [];
  const works = [
    ...deps.copies.map((copy) => () => writeCopy(copy, stale, made, deps)),
    ...deps.postFiles.map((files) => () => writePostFiles(files, stale, deps)),
  ];
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      failures.push(error);
    }
  }
  return failures;
}

async function writeCopy(copy: CopyDestination, stale: StaleDocuments, made: Made, deps: PublishDeps): Promise<void> {
  const own = { ...deps, copies: [copy] };
  for (const scope of [...stale.removedFeeds, ...stale.uncopiedFeeds]) {
    await copy.publisher.remove(feedPaths(scope));
    await removeArchive(scope, own);
  }
  await removeFrom(copy.publisher, obsoletePaths(stale, deps));
  await removeFrom(
    copy.publisher,
    stale.removedPosts.map(({ id }) => postPath(id)),
  );
  await writePostPages(stale.postPages, copy, deps);
  for (const scope of stale.archives) await rewriteArchive(scope, own);
  await refreshArchive(stale.moved, own);
  for (const scope of [...stale.feeds, ...stale.copiedFeeds]) {
    const { feed, documents } = made.feeds.get(scopeKey(scope)) ?? (await makeFeed(scope, deps));
    // Before the feed that links to it.
    await writeArchive(feed, own);
    await writeDocuments(documents, copy, deps);
  }
  await writeDocuments(made.site ?? (await siteDocuments(stale, deps)), copy, deps);
}

async function circumstancesOf(changes: readonly Change[], deps: PublishDeps): Promise<Circumstances> {
  const copies = deps.copies.length > 0;
  const postFiles = deps.postFiles.length > 0;
  const ids = copies || postFiles ? changes.flatMap((change) => ('id' in change ? [change.id] : [])) : [];
  const scopes = copies ? changes.flatMap((change) => ('scope' in change ? [change.scope] : [])) : [];
  const [posts, counts] = await Promise.all([deps.posts.get(ids), countsOf(scopes, deps)]);
  return {
    settings: deps.settings(),
    copies,
    postFiles,
    posts: new Map(posts.flatMap((post, index) => (post === undefined ? [] : [[ids[index] ?? '', post] as const]))),
    counts,
  };
}

async function countsOf(scopes: readonly FeedScope[], deps: PublishDeps): Promise<ReadonlyMap<string, number>> {
  const tags = scopes.flatMap((scope) => (scope.kind === 'tag' ? [scope.tag] : []));
  const others = scopes.filter(({ kind }) => kind !== 'tag');
  const [ofTags, ofOthers] = await Promise.all([
    countsForPages(tags, deps),
    Promise.all(others.map((scope) => deps.posts.count(scope))),
  ]);
  return new Map([
    ...tags.map((tag, index) => [scopeKey({ kind: 'tag', tag }), ofTags[index] ?? 0] as const),
    ...others.map((scope, index) => [scopeKey(scope), ofOthers[index] ?? 0] as const),
  ]);
}

async function writePostPages(posts: readonly Post[], copy: CopyDestination, deps: PublishDeps): Promise<void> {
  if (posts.length === 0) return;
  const settings = deps.settings();
  const listed = await listedTags(posts, deps);
  const pages = posts.map((post) => renderPostPage(publishable(post, settings), settings, listed));
  await writeDocuments(pages, copy, deps);
}

async function writePostFiles(publisher: Copy, { removedPosts, postFiles }: StaleDocuments, deps: PublishDeps) {
  const settings = deps.settings();
  await removeFrom(
    publisher,
    removedPosts.map((post) => jekyllPath(post, settings)),
  );
  const files = postFiles.map((post) => renderJekyll(publishable(post, settings), settings));
  await writeDocuments(files, { publisher, encodings: uncompressed }, deps);
}

async function makeFeed(scope: FeedScope, deps: PublishDeps): Promise<MadeFeed> {
  const { feed, newest } = await newestOf(scope, deps);
  await noteHeadlines(scope, newest, deps);
  const sitemap = scope.kind === 'all' ? renderSitemap(feed, deps.settings()) : undefined;
  return { feed, documents: [...documentsOf(feed, deps), ...(sitemap === undefined ? [] : [sitemap])] };
}

/** What an edited config may have taken away. */
function obsoletePaths({ site }: StaleDocuments, { settings }: PublishDeps): readonly string[] {
  return site && settings().publish.robots === 'noindex' ? [SITEMAP_PATH] : [];
}

async function siteDocuments({ home, sources, site }: StaleDocuments, deps: PublishDeps): Promise<RenderedDocument[]> {
  return [
    ...(home ? [await homePage(deps)] : []),
    ...(sources ? [await sourceList(deps)] : []),
    ...(site ? configDocuments(deps) : []),
  ];
}

/** In one compressed form, the smallest; the web server makes the others on request. */
function servedBy({ served }: PublishDeps): Destination {
  return { publisher: served, encodings: compact };
}

function compact(): readonly Encoding[] {
  return ['br'];
}

function uncompressed(): readonly Encoding[] {
  return [];
}

async function removeFrom(publisher: Publisher, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await publisher.remove(paths);
}
