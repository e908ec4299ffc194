import { describe, expect, it } from 'vitest';
import { tendCopies, type TendDeps } from '../../../src/jobs/publish/tend-copies.ts';
import type { Copy } from '../../../src/ports/publisher.ts';
import { createMemoryDocuments } from '../../support/documents.ts';
import { memoryOutbox, memorySiteFacts } from '../../support/memory.ts';

async function shelf() {
  const outbox = memoryOutbox();
  await outbox.setInputs({ all: 'x', 'category:news': 'y', posts: 'z' });
  const copy = createMemoryDocuments();
  let made = 0;
  const deps: TendDeps = {
    copies: new Map([['directory', copy]]),
    siteFacts: memorySiteFacts(),
    outbox,
    newMark: () => `mark-${(made += 1)}`,
  };
  return { deps, outbox, copy };
}

describe('tendCopies', () => {
  it('has a new directory filled once', async () => {
    const { deps, outbox, copy } = await shelf();
    expect(await tendCopies(deps)).toEqual(['directory']);
    expect(await copy.mark()).toBe('mark-1');
    expect(outbox.keys()).toEqual(['all of copies', 'category:news of copies']);
    expect(outbox.marked).toEqual(['copies of all']);
    expect(await tendCopies(deps)).toEqual([]);
  });

  it.each([
    ['emptied', createMemoryDocuments()],
    [
      'replaced by one that was filled before',
      Object.assign(createMemoryDocuments(), { mark: () => Promise.resolve('older') }),
    ],
  ])('has a directory filled that was %s', async (_title, other) => {
    const { deps } = await shelf();
    await tendCopies(deps);
    const replaced = { ...deps, copies: new Map([['directory', other]]) };
    expect(await tendCopies(replaced)).toEqual(['directory']);
    expect(await tendCopies(replaced)).toEqual([]);
  });

  it('has a directory filled that lost its files and kept its mark, once', async () => {
    const { deps, copy } = await shelf();
    const file = { path: '/all.rss', mediaType: 'x', body: Buffer.from('x'), etag: '"x"', modifiedAt: 0 };
    await tendCopies(deps);
    // Nothing has been written yet: that is no loss.
    expect(await tendCopies(deps)).toEqual([]);
    await copy.publish([file]);
    expect(await tendCopies(deps)).toEqual([]);
    await copy.remove(['/all.rss']);
    expect(await tendCopies(deps)).toEqual(['directory']);
    expect(await tendCopies(deps)).toEqual([]);
    expect(await copy.mark()).toBe('mark-1');
  });

  it('marks nothing for a directory that cannot be marked, and sees to the others', async () => {
    const { deps, outbox, copy } = await shelf();
    const full = {
      mark: () => Promise.resolve(undefined),
      setMark: () => Promise.reject(new Error('the disk is full')),
      isEmpty: () => Promise.resolve(true),
    };
    await expect(tendCopies({ ...deps, copies: new Map([['full', full]]) })).rejects.toThrow('the disk is full');
    expect(outbox.keys()).toEqual([]);
    const both = new Map<string, Pick<Copy, 'mark' | 'setMark' | 'isEmpty'>>([
      ['full', full],
      ['directory', copy],
    ]);
    await expect(tendCopies({ ...deps, copies: both })).rejects.toThrow('the disk is full');
    expect(await copy.mark()).toBeDefined();
  });
});
