import { describe, expect, it } from 'vitest';
import { readOnlyMountIn } from '../../../src/io/publish/read-only-mount.ts';

const MOUNTS = `overlay / overlay ro,relatime 0 0
tmpfs /app/data tmpfs rw,size=64k 0 0
tmpfs /app/data/old tmpfs ro 0 0
tmpfs /a\\040b tmpfs ro 0 0
tmpfs /twice tmpfs ro 0 0
tmpfs /twice tmpfs rw 0 0
`;

describe('readOnlyMountIn', () => {
  it.each([
    ['the mount that a directory is in', '/app/public', '/'],
    ['nothing for a mount that may be written', '/app/data/x', undefined],
    ['the innermost mount', '/app/data/old/x', '/app/data/old'],
    ['no mount whose name only begins alike', '/app/data-2', '/'],
    ['a mount with a blank in its name', '/a b/c', '/a b'],
    ['the last of several at one point', '/twice/x', undefined],
  ])('names %s', (_title, directory, mount) => {
    expect(readOnlyMountIn(MOUNTS, directory)).toBe(mount);
  });
});
