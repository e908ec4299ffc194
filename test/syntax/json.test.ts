import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/syntax/json.ts';

const read = (text: string) => {
  const document = readJson(text, 20);
  return document.kind === 'value' ? [document.value, document.issues.map(({ code }) => code)] : document.kind;
};

describe('readJson', () => {
  it.each([
    ['an integer that a double holds', '{"id":42}', { id: 42 }, []],
    ['an integer beyond 2^53', '{"id":202611303578901214}', { id: '202611303578901214' }, []],
    ['a negative one in a list', '[-9007199254740993]', ['-9007199254740993'], []],
    ['a long fraction', '[0.12345678901234567890]', [0.12345678901234568], []],
    ['a raw newline and tab', '{"a":"x\n\ty"}', { a: 'x\n\ty' }, ['json-control-character']],
    ['a comma before a bracket', '{"a":[1,2,],}', { a: [1, 2] }, ['json-comma']],
    ['something behind the end', '{"a":1}<!-- cached -->', { a: 1 }, ['json-after-end']],
    ['a second document behind the end', '{"a":1}{"a":2}', { a: 1 }, ['json-after-end']],
    ['a cut within a string', '{"items":[{"id":"1"},{"id":"2","ti', { items: [{ id: '1' }] }, ['json-cut-off']],
    ['a cut within a number', '{"items":[{"id":1},{"id":2', { items: [{ id: 1 }] }, ['json-cut-off']],
    ['a cut within a list in an item', '{"items":[{"id":1},{"tags":["a"', { items: [{ id: 1 }] }, ['json-cut-off']],
    ['a cut between items', '{"items":[{"id":1},', { items: [{ id: 1 }] }, ['json-cut-off']],
    ['an integer of 400 digits', `[${'9'.repeat(400)}]`, ['9'.repeat(400)], []],
    ['a backslash before any other character', '["a\\9\\u12"]', ['a9u12'], ['json-escape']],
    ['escapes, pairs of surrogates among them', '["\\ud83d\\ude00\\n\\/",]', ['😀\n/'], ['json-comma']],
    [
      'a key that objects have',
      '{"__proto__":{"x":1},"a":1,}',
      Object.fromEntries([
        ['__proto__', { x: 1 }],
        ['a', 1],
      ]),
      ['json-comma'],
    ],
  ])('reads %s', (_title, text, value, issues) => {
    expect(read(text)).toEqual([value, issues]);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['markup', '<rss/>'],
  ])('finds no value in %s', (_title, text) => {
    expect(read(text)).toBe('malformed');
  });

  it('reads what a strict reader reads as that does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!/\d{16}/.test(text));
        const document = readJson(`${text} x`, 50);
        expect(document.kind === 'value' && document.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('reads no deeper than it is allowed to, whatever is nested', () => {
    const deep = `${'['.repeat(200_000)}"]}",${']'.repeat(200_000)}`;
    const kept = Array.from({ length: 19 }).reduce<unknown>((inner) => [inner], null);
    expect(read(`[${deep},{"a":1}]`)).toEqual([[kept, { a: 1 }], ['json-damaged']]);
    expect(read(`{"a":1,"b":${'{"c":['.repeat(200_000)}`)).toEqual([
      expect.objectContaining({ a: 1 }),
      ['json-cut-off'],
    ]);
  });
});
