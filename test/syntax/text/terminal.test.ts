import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onOneLine, withEscapedControls, withoutControls } from '../../../src/syntax/text/terminal.ts';

describe('withEscapedControls', () => {
  it('changes no meaning of any JSON, and leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (value) => {
        const line = withEscapedControls(JSON.stringify({ value }));
        expect(JSON.parse(line)).toEqual({ value });
        expect(withoutControls(line)).toBe(line);
      }),
    );
  });
});

describe('onOneLine', () => {
  it.each([
    ['a\nb\r\nc', 'a b c'],
    ['\u001b[31mred\u001b[39m', '[31mred [39m'],
    ['标题 “x” é', '标题 “x” é'],
  ])('makes %j %j', (text, expected) => {
    expect(onOneLine(text)).toBe(expected);
  });
});
