/** Which archive pages (RFC 5005 §4) must a copy of the site hold, and which of them are out of date? */
import type { FeedScope, OutputFeed } from '../../model/output.ts';
import { archiveFolder, formatPosition, type Position, parsePosition } from '../../model/paths.ts';
import { FORMATS } from '../../model/output.ts';
import { feedPath } from '../../model/paths.ts';
import { scopeKey } from '../../model/scope.ts';
import type { Copy } from '../../ports/publisher.ts';
import type { MovedPost } from '../../stages/assemble/stale-documents.ts';
import { archiveFeed, documentsOf, type SiteDeps } from './site-documents.ts';
import { type Destination, writeDocuments, type WriteDeps } from './write-documents.ts';

/*
 * The web server renders an archive page when it is requested; a copy must hold them all. A page is found by the
 * position it starts at, and positions are ids of posts at the end of pages, so pages do not change when new posts are
 * added above. The folder is the only record of the written pages: a page that is deleted there is written again.
 */

export interface CopyDestination extends Destination {
  readonly publisher: Copy;
}

export interface ArchiveDeps extends SiteDeps, WriteDeps {
  readonly copies: readonly CopyDestination[];
}

/**
 * Writes the pages behind a feed that a copy lacks, and removes those at the end that have no posts any more.
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
  await writeChain(scope, olderBefore, new Set(present.map(formatPosition)), deps);
  await trim(scope, present, deps);
}

/**
 * Writes all pages of a scope again, because they look different now. Includes pages that no other page links to any
 * more: a feed may start its archive elsewhere now, and readers still have the former addresses.
 */
export async function rewriteArchive(scope: FeedScope, deps: ArchiveDeps): Promise<void> {
  for (const page of await pagesOf(scope, deps)) {
    const feed = await archiveFeed(scope, formatPosition(page), deps);
    if (feed === undefined) await removePages(scope, [page], deps);
    else await writePage(feed, deps);
  }
}

export async function removeArchive(scope: FeedScope, deps: ArchiveDeps): Promise<void> {
  await removePages(scope, await pagesOf(scope, deps), deps);
}

/** Writes the pages again that contain these posts. */
export async function refreshArchive(moved: readonly MovedPost[], deps: ArchiveDeps): Promise<void> {
  const known = new Map<string, readonly Position[]>();
  const stale = new Map<string, { readonly scope: FeedScope; readonly page: string }>();
  for (const { at, scopes } of moved) {
    for (const scope of scopes) {
      const key = scopeKey(scope);
      const present = known.get(key) ?? (await pagesOf(scope, deps));
      known.set(key, present);
      const start = pageOf(at, present);
      if (start === undefined) continue;
      const page = formatPosition(start);
      stale.set(`${key}\n${page}`, { scope, page });
    }
  }
  for (const { scope, page } of stale.values()) {
    const present = new Set(known.get(scopeKey(scope))?.map(formatPosition));
    present.delete(page);
    await writeChain(scope, page, present, deps);
  }
}

/** The oldest first, so that all pages behind a written page exist even if the process is stopped. */
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
  const documents = documentsOf(feed, deps);
  for (const copy of deps.copies) await writeDocuments(documents, copy, deps);
}

/** The oldest posts expire first, so the last page runs empty first. */
async function trim(scope: FeedScope, present: readonly Position[], deps: ArchiveDeps): Promise<void> {
  const left = [...present];
  const empty: Position[] = [];
  for (let last = left.pop(); last !== undefined; last = left.pop()) {
    const before = { publishedAt: last.sortAt, id: last.id };
    const [post] = await deps.posts.latest({ scope, limit: 1, before });
    if (post === undefined) {
      empty.push(last);
      continue;
    }
    if (empty.length === 0) return;
    const feed = await archiveFeed(scope, formatPosition(last), deps);
    // It must not link to a page that is gone.
    if (feed !== undefined) await writePage(feed, deps);
    break;
  }
  await removePages(scope, empty, deps);
}

async function removePages(scope: FeedScope, pages: readonly Position[], { copies }: ArchiveDeps): Promise<void> {
  const paths = pages.flatMap((page) => FORMATS.map((format) => feedPath(scope, format, formatPosition(page))));
  if (paths.length > 0) for (const { publisher } of copies) await publisher.remove(paths);
}

/** Starts of the existing pages, newest first. */
async function pagesOf(scope: FeedScope, { copies }: Pick<ArchiveDeps, 'copies'>): Promise<readonly Position[]> {
  const lists = await Promise.all(copies.map(({ publisher }) => publisher.list(archiveFolder(scope))));
  const pages = new Set(
    lists.flat().flatMap((name) => (name.endsWith('.html') ? [name.slice(0, -'.html'.length)] : [])),
  );
  return [...pages]
    .flatMap((page) => parsePosition(page) ?? [])
    .sort((a, b) => b.sortAt - a.sortAt || (a.id < b.id ? 1 : -1));
}

/** The page of a post: the lowest one that starts above it. */
function pageOf(at: Position, present: readonly Position[]): Position | undefined {
  let [low, high] = [0, present.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const start = present[middle];
    if (start !== undefined && isBelow(at, start)) low = middle + 1;
    else high = middle;
  }
  return present[low - 1];
}

function isBelow(at: Position, start: Position): boolean {
  return at.sortAt < start.sortAt || (at.sortAt === start.sortAt && at.id < start.id);
}
