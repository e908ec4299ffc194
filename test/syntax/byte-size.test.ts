import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from '../../src/syntax/byte-size.ts';

describe('parseByteSize', () => {
  it.each([
    ['512KB', 524_288],
    ['10MB', 10_485_760],
    ['2GB', 2_147_483_648],
    ['100B', 100],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
    expect(formatByteSize(bytes)).toBe(text);
  });

  it.each(['', '10', '10mb', '10 MB', '1.5MB', '-1B', '10MiB'])('refuses %j', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });

  it('writes what is not a whole number of KB in bytes', () => {
    expect(formatByteSize(1536)).toBe('1536B');
  });
});
