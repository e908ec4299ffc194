import { describe, expect, it } from 'vitest';
import { parseByteSize } from '../../src/syntax/byte-size.ts';

describe('parseByteSize', () => {
  it.each([
    ['512KB', 524_288],
    ['10MB', 10_485_760],
    ['2GB', 2_147_483_648],
    ['100B', 100],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', '10', '10mb', '10 MB', '1.5MB', '-1B', '10MiB'])('refuses %j', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});
