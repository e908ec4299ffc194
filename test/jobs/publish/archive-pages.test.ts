import { describe, expect, it } from 'vitest';
import { packing } from '../../../src/io/publish/package.ts';
import {
  type ArchiveDeps,
  refreshArchive,
  removeArchive,
  rewriteArchive,
  writeArchive,
} from '../../../src/jobs/publish/archive-pages.ts';
import { currentFeed } from '../../../src/jobs/publish/site-documents.ts';
import type { FeedScope } from '../../../src/model/output.ts';
import { archiveFolder, positionOf } from '../../../src/model/paths.ts';
import type { Post } from '../../../src/model/post.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { createMemoryDocuments } from '../../support/documents.ts';
import { memoryPosts, memorySiteFacts } from '../../support/memory.ts';
import { samplePost, sampleSettings } from '../../stages/render/samples.ts';

const SCOPE: FeedScope = { kind: 'all' };

/** A copy of a site with this many posts; the feed has two, each page of the archive a few. */
function siteWith(count: number, { hasCopy = true } = {}) {
  const base = sampleSettings();
  const settings = { ...base, publish: { ...base.publish, items: 2, windowMs: 0 } };
  const list: Post[] = Array.from({ length: count }, (_, number) => samplePost(number));
  const copy = createMemoryDocuments();
  const written: string[] = [];
  copy.watch((path) => written.push(path));
  const deps: ArchiveDeps = {
    settings: () => settings,
    posts: memoryPosts(list),
    siteFacts: memorySiteFacts(),
    fragments: createFragmentCache(),
    packing,
    counts: { add: () => undefined },
    copies: hasCopy ? [{ publisher: copy, encodings: () => [] }] : [],
  };
  const write = async () => writeArchive(await currentFeed(SCOPE, deps), deps);
  /** Starts of the pages, newest first. */
  const pages = async () =>
    (await copy.list(archiveFolder(SCOPE)))
      .filter((name) => name.endsWith('.html'))
      .map((name) => name.slice(0, -'.html'.length))
      .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
  const text = async (page: string) =>
    Buffer.from((await copy.get(`${archiveFolder(SCOPE)}${page}.json`))?.body ?? []).toString();
  const forget = () => written.splice(0);
  return { list, deps, copy, write, pages, text, written, forget };
}

/** Ids of all posts on these pages. */
async function postsOn(site: ReturnType<typeof siteWith>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const page of await site.pages())
    for (const { id } of site.list) if ((await site.text(page)).includes(id)) found.push(id);
  return found;
}

describe('writeArchive', () => {
  it('writes pages that together have every post that the feed left out', async () => {
    const site = siteWith(20);
    await site.write();
    const feed = await currentFeed(SCOPE, site.deps);
    const shown = new Set([...feed.posts.map(({ id }) => id), ...(await postsOn(site))]);
    expect((await site.pages()).length).toBeGreaterThan(2);
    expect(shown.size).toBe(20);
  });

  it('writes nothing again if nothing has changed', async () => {
    const site = siteWith(20);
    await site.write();
    site.forget();
    await site.write();
    expect(site.written).toEqual([]);
  });

  it('adds only pages at the top when new posts arrive', async () => {
    const site = siteWith(20);
    await site.write();
    const before = await site.pages();
    for (let number = 1; number <= 6; number += 1) site.list.push(samplePost(-number));
    await site.write();
    expect(await site.pages()).toEqual(expect.arrayContaining([...before]));
    expect((await site.pages()).length).toBeGreaterThan(before.length);
  });

  it('writes a page again that was deleted from the folder', async () => {
    const site = siteWith(20);
    await site.write();
    const [first = ''] = await site.pages();
    await site.copy.remove([`${archiveFolder(SCOPE)}${first}.html`]);
    await site.write();
    expect(await site.pages()).toContain(first);
  });

  it('removes pages at the end that have no posts any more, and the link to them', async () => {
    const site = siteWith(20);
    await site.write();
    const before = await site.pages();
    site.list.splice(8);
    await site.write();
    const after = await site.pages();
    expect(after.length).toBeLessThan(before.length);
    const last = await site.text(after.at(-1) ?? '');
    for (const gone of before.filter((page) => !after.includes(page))) expect(last).not.toContain(gone);
  });

  it('removes all pages once the feed has every post', async () => {
    const site = siteWith(20);
    await site.write();
    site.list.splice(2);
    await site.write();
    expect(await site.pages()).toEqual([]);
  });

  it('renders nothing without a copy', async () => {
    const site = siteWith(20, { hasCopy: false });
    await site.write();
    expect(site.written).toEqual([]);
  });

  it('writes the oldest page first, so that every written page links to one that exists', async () => {
    const site = siteWith(20);
    await site.write();
    const starts = [...new Set(site.written.map((path) => path.replace(/\.\w+$/u, '')))].map((path) =>
      path.slice(archiveFolder(SCOPE).length),
    );
    expect(starts).toEqual([...(await site.pages())].reverse());
  });
});

describe('refreshArchive', () => {
  it('writes only the page again that contains a changed post', async () => {
    const site = siteWith(20);
    await site.write();
    const old = site.list[15];
    if (old === undefined) throw new Error('no post');
    site.list[15] = { ...old, title: 'A corrected title' };
    site.forget();
    await refreshArchive([{ at: positionOf(old), scopes: [SCOPE] }], site.deps);
    const pages = new Set(site.written.map((path) => path.replace(/\.\w+$/u, '')));
    expect(pages.size).toBe(1);
    const texts = await Promise.all((await site.pages()).map((page) => site.text(page)));
    expect(texts.filter((text) => text.includes('A corrected title'))).toHaveLength(1);
  });

  it('writes nothing for a post that is still in the feed', async () => {
    const site = siteWith(20);
    await site.write();
    const [first] = site.list;
    if (first === undefined) throw new Error('no post');
    site.forget();
    await refreshArchive([{ at: positionOf(first), scopes: [SCOPE] }], site.deps);
    expect(site.written).toEqual([]);
  });
});

describe('rewriteArchive and removeArchive', () => {
  it('write every page again, and remove every page', async () => {
    const site = siteWith(20);
    await site.write();
    const before = await site.pages();
    site.list.forEach((post, index) => {
      site.list[index] = { ...post, title: `New title ${index}` };
    });
    await rewriteArchive(SCOPE, site.deps);
    expect(await site.pages()).toEqual(before);
    for (const page of before) expect(await site.text(page)).toContain('New title');
    await removeArchive(SCOPE, site.deps);
    expect(await site.pages()).toEqual([]);
  });
});
