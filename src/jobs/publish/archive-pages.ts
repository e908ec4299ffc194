/** Which archive pages (RFC 5005 §4) must a copy of the site hold, and which of them are out of date? */
import type { FeedScope, OutputFeed } from '../../model/output.ts';
import { archiveFolder, feedPath, type Position, parsePosition, positionOf, tagHasPages } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { scopeKey } from '../../model/scope.ts';
import type { Settings } from '../../model/settings.ts';
import type { Package, Publisher } from '../../ports/publisher.ts';
import { archiveFeed, documentsOf, FORMATS, isPublished, type SiteDeps } from './site-documents.ts';

/*
 * The web server makes an archive page when it is asked for one; a copy must hold them all. A page is found by the
 * position it starts at, and positions are post ids that end pages, so pages stay as they are while new posts come in
 * above. What stands in the folder is the only record of what was written: whoever deletes it gets it written anew.
 */

export interface ArchiveDeps extends SiteDeps {
  readonly copies: readonly Publisher[];
  readonly pack: Package;
  /** Names of the files that a copy holds in a folder; absent where there is no copy. */
  readonly listed?: (folder: string) => Promise<readonly string[]>;
}

/** A post that came, changed or went, and the groups in which it may stand on an archive page. */
export interface MovedPost {
  readonly at: Position;
  readonly scopes: readonly FeedScope[];
}

export function movedPost(post: Post, settings: Settings): MovedPost {
  const sources = [post.source.id, ...post.alsoFrom.map(({ source }) => source.id)];
  const scopes: FeedScope[] = [
    { kind: 'all' },
    ...post.categories.map((slug): FeedScope => ({ kind: 'category', slug })),
    ...post.tags.filter(tagHasPages).map((tag): FeedScope => ({ kind: 'tag', tag })),
    ...[...new Set(sources)].map((id): FeedScope => ({ kind: 'source', id })),
  ];
  return { at: positionOf(post), scopes: scopes.filter((scope) => isPublished(scope, settings)) };
}

/** Where a post stood that is no more, nobody knows; what shows everybody's posts is looked at. */
export function gonePost({ id, publishedAt }: Pick<Post, 'id' | 'publishedAt'>, { categories }: Settings): MovedPost {
  const slugs = categories.map(({ slug }): FeedScope => ({ kind: 'category', slug }));
  return { at: { sortAt: publishedAt, id }, scopes: [{ kind: 'all' }, ...slugs] };
}

/**
 * Writes the pages behind a feed that a copy lacks, and removes those at the end that hold no posts any more.
 * Without a copy nothing is rendered: the web server makes a page when one is requested.
 */
export async function writeArchive(
  { scope, olderBefore }: Pick<OutputFeed, 'scope' | 'olderBefore'>,
  deps: ArchiveDeps,
): Promise<void> {
  if (deps.copies.length === 0) return;
  const present = await pagesOf(scope, deps);
  if (olderBefore === undefined) {
    await removePages(scope, present, deps);
    return;
  }
  await writeChain(scope, olderBefore, new Set(present), deps);
  await trim(scope, present, deps);
}

/**
 * Writes all pages of a group anew, for they look different now. Also those that no page leads to any more: a feed that
 * moved on may begin its archive elsewhere, and readers still hold the addresses of before.
 */
export async function rewriteArchive(scope: FeedScope, deps: ArchiveDeps): Promise<void> {
  for (const page of await pagesOf(scope, deps)) {
    const feed = await archiveFeed(scope, page, deps);
    if (feed === undefined) await removePages(scope, [page], deps);
    else await writePage(feed, deps);
  }
}

export async function removeArchive(scope: FeedScope, deps: ArchiveDeps): Promise<void> {
  await removePages(scope, await pagesOf(scope, deps), deps);
}

/** Writes anew the pages on which these posts stand. */
export async function refreshArchive(moved: readonly MovedPost[], deps: ArchiveDeps): Promise<void> {
  const known = new Map<string, readonly string[]>();
  const stale = new Map<string, { readonly scope: FeedScope; readonly page: string }>();
  for (const { at, scopes } of moved) {
    for (const scope of scopes) {
      const key = scopeKey(scope);
      const present = known.get(key) ?? (await pagesOf(scope, deps));
      known.set(key, present);
      const page = present.findLast((start) => isBelow(at, start));
      if (page !== undefined) stale.set(`${key}\n${page}`, { scope, page });
    }
  }
  for (const { scope, page } of stale.values()) {
    const present = new Set(known.get(scopeKey(scope)));
    present.delete(page);
    await writeChain(scope, page, present, deps);
  }
}

/** The oldest first: a page that is there has all behind it, whenever we are stopped. */
async function writeChain(
  scope: FeedScope,
  start: string,
  present: ReadonlySet<string>,
  deps: ArchiveDeps,
): Promise<void> {
  const chain: OutputFeed[] = [];
  for (let before: string | undefined = start; before !== undefined && !present.has(before);) {
    const feed: OutputFeed | undefined = await archiveFeed(scope, before, deps);
    if (feed === undefined) break;
    chain.push(feed);
    before = feed.olderBefore;
  }
  for (const feed of chain.reverse()) await writePage(feed, deps);
}

async function writePage(feed: OutputFeed, deps: ArchiveDeps): Promise<void> {
  const documents = await Promise.all(documentsOf(feed, deps).map(deps.pack));
  for (const copy of deps.copies) await copy.publish(documents);
}

/** The oldest posts are forgotten first, so it is the last page that runs empty. */
async function trim(scope: FeedScope, present: readonly string[], deps: ArchiveDeps): Promise<void> {
  const empty: string[] = [];
  for (const page of [...present].reverse()) {
    const feed = await archiveFeed(scope, page, deps);
    if (feed !== undefined) {
      // It must not lead to a page that is gone.
      if (empty.length > 0) await writePage(feed, deps);
      break;
    }
    empty.push(page);
  }
  await removePages(scope, empty, deps);
}

async function removePages(scope: FeedScope, pages: readonly string[], { copies }: ArchiveDeps): Promise<void> {
  const paths = pages.flatMap((page) => FORMATS.map((format) => feedPath(scope, format, page)));
  if (paths.length > 0) for (const copy of copies) await copy.remove(paths);
}

/** Starts of the pages that are there, newest first. */
async function pagesOf(scope: FeedScope, { listed }: ArchiveDeps): Promise<readonly string[]> {
  const names = (await listed?.(archiveFolder(scope))) ?? [];
  const pages = names.flatMap((name) => (name.endsWith('.html') ? [name.slice(0, -'.html'.length)] : []));
  return pages
    .flatMap((page) => {
      const start = parsePosition(page);
      return start === undefined ? [] : [{ page, start }];
    })
    .sort((a, b) => b.start.sortAt - a.start.sortAt || (a.start.id < b.start.id ? 1 : -1))
    .map(({ page }) => page);
}

function isBelow(at: Position, page: string): boolean {
  const start = parsePosition(page);
  if (start === undefined) return false;
  return at.sortAt < start.sortAt || (at.sortAt === start.sortAt && at.id < start.id);
}
