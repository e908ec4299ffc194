/** What does everybody rely on who keeps documents in a store? Every implementation of the port passes this. */
import { expect, it } from 'vitest';
import { packageDocument } from '../../src/io/publish/package.ts';
import type { StoredDocument } from '../../src/model/output.ts';
import type { Documents } from '../../src/ports/publisher.ts';

export interface WatchedDocuments {
  readonly documents: Documents;
  /** Calls back for each path that changes; resolves when listening. */
  readonly watch: (onChange: (path: string) => void) => Promise<unknown>;
}

async function sample(path: string, text: string): Promise<StoredDocument> {
  return packageDocument({
    path,
    mediaType: 'application/rss+xml; charset=utf-8',
    body: Buffer.from(text),
    modifiedAt: 1_640_278_791_000,
    serving: {
      maxAgeSeconds: 300,
      link: '<https://news.example.org/websub>; rel="hub"',
      entries: [{ key: '0123456789abcdef', start: 1, end: 2 }],
    },
  });
}

/** @param open  a fresh, empty store for each test */
export function documentsContract(open: () => WatchedDocuments | Promise<WatchedDocuments>): void {
  it.each([
    ['a long document in all its forms', '财经新闻 '.repeat(1_000)],
    ['a short one without compressed forms', 'x'],
    ['an empty one', ''],
  ])('gives back %s as it was published', async (_what, text) => {
    const { documents } = await open();
    const document = await sample('/category/x.rss', text);
    await documents.publish([document]);
    const found = await documents.get('/category/x.rss');
    expect(found && { ...found, body: Buffer.from(found.body).toString() }).toEqual({ ...document, body: text });
  });

  it('keeps a path with any character', async () => {
    const { documents } = await open();
    await documents.publish([await sample('/tag/%E8%82%A1%E7%A5%A8.rss', 'x'), await sample('/', 'home')]);
    expect(Buffer.from((await documents.get('/'))?.body ?? []).toString()).toBe('home');
    expect([...(await documents.paths())].sort()).toEqual(['/', '/tag/%E8%82%A1%E7%A5%A8.rss']);
  });

  it('puts the new version in the place of the old one, forms included', async () => {
    const { documents } = await open();
    await documents.publish([await sample('/a', 'long '.repeat(1_000))]);
    const short = await sample('/a', 'short');
    await documents.publish([short]);
    expect(await documents.get('/a')).toMatchObject({ etag: short.etag, path: '/a' });
    expect((await documents.get('/a'))?.gzip).toBeUndefined();
  });

  it('may be called twice with the same documents', async () => {
    const { documents } = await open();
    const document = await sample('/a', 'x');
    await documents.publish([document]);
    await documents.publish([document]);
    await documents.remove(['/a', '/never']);
    await documents.remove(['/a']);
    expect(await documents.get('/a')).toBeUndefined();
    expect(await documents.paths()).toEqual([]);
  });

  it('takes an empty list for nothing to do', async () => {
    const { documents } = await open();
    await documents.publish([]);
    await documents.remove([]);
    expect(await documents.paths()).toEqual([]);
  });

  it('has nothing under a path that was never published', async () => {
    const { documents } = await open();
    expect(await documents.get('/category/x.rss')).toBeUndefined();
  });

  it('names each path that is written or removed', async () => {
    const { documents, watch } = await open();
    const changed: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const listening = watch((path) => {
        changed.push(path);
        if (changed.length === 3) resolve();
      });
      listening
        .then(async () => {
          await documents.publish([await sample('/a', 'x'), await sample('/b', 'y')]);
          await documents.remove(['/a']);
        })
        .catch(reject);
    });
    expect(changed.sort()).toEqual(['/a', '/a', '/b']);
  });
}
