import { describe, expect, it } from 'vitest';
import { joinEntryHashes, packEntryHashes, unpackEntryHashes } from '../../src/model/entry-hashes.ts';

const hash = (name: string): string => name.repeat(16);
const [READING, OTHER_READING] = [hash('a'), hash('b')];
const packed = (...names: readonly string[]): string => packEntryHashes(READING, names.map(hash));

describe('entry hashes', () => {
  it.each<[string, readonly string[]]>([
    ['none', []],
    ['one', [hash('1')]],
    ['several', [hash('1'), hash('2'), hash('3')]],
  ])('are read back as they were packed: %s', (_title, hashes) => {
    expect(unpackEntryHashes(packEntryHashes(READING, hashes))).toEqual({ reading: READING, hashes });
  });

  it('are none where nothing was kept', () => {
    expect([undefined, ''].map(unpackEntryHashes)).toEqual([{ hashes: [] }, { hashes: [] }]);
  });

  it('name an entry that a document lists twice once', () => {
    expect(packed('1', '2', '1')).toBe(READING + hash('1') + hash('2'));
  });
});

describe('joinEntryHashes', () => {
  it.each<[string, string, string | undefined, string]>([
    ['keeps how they were read once, newer entries first', packed('3'), packed('1', '2'), packed('3', '1', '2')],
    ['names an entry that came again once', packed('3', '1'), packed('1', '2'), packed('3', '1', '2')],
    ['keeps the former hashes if the document could not be cut into entries', packed(), packed('1'), packed('1')],
    ['drops what was read in another way', packed('3'), packEntryHashes(OTHER_READING, [hash('1')]), packed('3')],
    ['takes the first document as it is', packed('3'), undefined, packed('3')],
  ])('%s', (_title, added, before, expected) => {
    expect(joinEntryHashes(added, before)).toBe(expected);
  });

  it('keeps the newest 500', () => {
    const many = Array.from({ length: 600 }, (_, index) => index.toString(16).padStart(16, '0'));
    const joined = joinEntryHashes(packEntryHashes(READING, many.slice(0, 1)), packEntryHashes(READING, many.slice(1)));
    expect(unpackEntryHashes(joined)).toEqual({ reading: READING, hashes: many.slice(0, 500) });
  });
});
