import { describe, expect, it } from 'vitest';
import { type MarkDeps, markStale } from '../../../src/jobs/publish/mark-stale.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { createMemoryDocuments } from '../../support/documents.ts';
import { memoryOutbox } from '../../support/memory.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';

const SOURCE = sampleSource();
const settingsOf = (changes: Partial<Settings> = {}): Settings => sampleSettings({ sources: [SOURCE], ...changes });

/** A site that was published under `settings`, with or without a copy. */
async function published({ hasCopy = false, settings = settingsOf() } = {}) {
  const outbox = memoryOutbox();
  const documents = createMemoryDocuments();
  const copies = hasCopy ? [{ publisher: createMemoryDocuments(), encodings: () => [] }] : [];
  const deps: MarkDeps = { outbox, copies, postFiles: [], documents, version: '1.0.0' };
  const mark = (next: Settings, version = '1.0.0') => markStale(next, { ...deps, version });
  await mark(settings);
  await outbox.done([...(await outbox.dirty()), ...(await outbox.bulk(99))]);
  const before = outbox.marked.length;
  const marked = () => outbox.marked.slice(before);
  return { outbox, mark, documents, marked, deps };
}

describe('markStale', () => {
  it('marks everything on the first run', async () => {
    const outbox = memoryOutbox();
    const deps: MarkDeps = { outbox, copies: [], postFiles: [], documents: createMemoryDocuments(), version: '1' };
    await markStale(settingsOf(), deps);
    expect(outbox.keys()).toEqual(expect.arrayContaining(['all', 'category:xinhuashe', 'home', 'sources', 'site']));
  });

  it('marks nothing if the settings are the same', async () => {
    const { outbox, mark } = await published();
    await mark(settingsOf());
    expect(outbox.keys()).toEqual([]);
  });

  it('marks everything again for another version, which may render differently', async () => {
    const { outbox, mark } = await published();
    await mark(settingsOf(), '1.0.1');
    expect(outbox.keys()).toContain('all');
  });

  it('marks the feed and the archive of a source with a new title', async () => {
    const { outbox, mark, marked } = await published();
    await mark(settingsOf({ sources: [{ ...SOURCE, title: 'Another' }] }));
    expect(outbox.keys()).toEqual(expect.arrayContaining(['source:xinhua-finance', 'archive:source:xinhua-finance']));
    expect(marked()).toEqual([]);
  });

  it('marks every post of a source whose content policy has changed', async () => {
    const { mark, marked } = await published();
    await mark(settingsOf({ sources: [{ ...SOURCE, content: 'summary' }] }));
    expect(marked()).toEqual(['all of source:xinhua-finance']);
  });

  it('marks the feeds of a category that left the config', async () => {
    const { outbox, mark, documents } = await published();
    await documents.publish([
      {
        path: '/category/gone.rss',
        mediaType: 'application/rss+xml',
        body: Buffer.from(''),
        modifiedAt: 0,
        etag: '"1"',
      },
    ]);
    await mark(settingsOf());
    expect(outbox.keys()).toEqual(['category:gone']);
  });

  it('marks every post again for a copy whose pages of posts have changed, and none without a copy', async () => {
    const site = { ...settingsOf().site, title: 'Another title' };
    const { mark, marked } = await published({ hasCopy: true });
    await mark(settingsOf({ site }));
    expect(marked()).toEqual(['all of all']);
    const alone = await published();
    await alone.mark(settingsOf({ site }));
    expect(alone.marked()).toEqual([]);
  });

  it('may be repeated after a crash: the settings are recorded only after the marks', async () => {
    const { outbox, mark, deps } = await published();
    const next = settingsOf({ sources: [{ ...SOURCE, title: 'Another' }] });
    const dying = { ...outbox, setInputs: () => Promise.reject(new Error('killed')) };
    await expect(markStale(next, { ...deps, outbox: dying })).rejects.toThrow('killed');
    await outbox.done([...(await outbox.dirty()), ...(await outbox.bulk(99))]);
    await mark(next);
    expect(outbox.keys()).toContain('source:xinhua-finance');
  });
});
