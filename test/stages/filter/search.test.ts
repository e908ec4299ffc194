import { describe, expect, it } from 'vitest';
import { highestGroup, pattern, type Search } from '../../../src/stages/filter/search.ts';

const search = (written: string): Search => pattern().parse(written);

describe('pattern', () => {
  it.each([
    ['a(?=b)', 'must be a regular expression (RE2): invalid or unsupported Perl syntax: `(?=`'],
    ['(a)\\1', 'must be a regular expression (RE2): invalid escape sequence: `\\1`'],
    ['[', 'must be a regular expression (RE2): missing closing ]: `[`'],
    ['', 'must be a regular expression (RE2): it is empty'],
    ['a'.repeat(1001), 'must be a regular expression (RE2): it is longer than 1000 characters'],
    ['(a{1000}){1000}', 'must be a regular expression (RE2): invalid repeat count: `{1000}`'],
    [
      '(\\pL{1,50}){1,19}',
      'must be a regular expression (RE2): it is too large; fewer or smaller {repeats} make it fit',
    ],
  ])('refuses %j', (written, message) => {
    expect(
      pattern()
        .safeParse(written)
        .error?.issues.map((issue) => issue.message),
    ).toEqual([message]);
  });

  it('searches the beginning of a text that is too long for a large pattern', () => {
    const large = search('([a-z]{1,20}){1,9}[01]');
    const text = `${'é'.repeat(90_000)}a0`;
    expect(large.find('aa0')).toBe('aa0');
    expect(large.find(text)).toBeUndefined();
    expect(large.replace(text, 'x')).toBe(text);
    expect(search('a0').find(text)).toBe('a0');
  });
});

describe('replace', () => {
  it.each([
    ['every match', 'a', 'bab a', 'x', 'bxb x'],
    ['groups', '(\\d+)-(\\d+)', '1-2', '$2/$1', '2/1'],
    ['the whole match', 'b', 'abc', '[$0]', 'a[b]c'],
    ['a group that did not match by nothing', '(a)|(b)', 'b', '<$1$2>', '<b>'],
    ['a doubled sign by one', 'x', 'x', '$$1', '$1'],
    ['a sign that stands for nothing by itself', 'x', 'x', 'a$b$', 'a$b$'],
    ['empty matches', 'x*', 'ab', '-', '-a-b-'],
    ['Chinese text', '【.*?】', '【快讯】沪指高开', '', '沪指高开'],
    ['characters beyond the basic plane', '😀', 'a😀b', '', 'ab'],
  ])('replaces %s', (_title, written, text, template, result) => {
    expect(search(written).replace(text, template)).toBe(result);
  });
});

describe('a hostile pattern', () => {
  // Backtracking engines take years for each of these; reading the rest again for each match takes minutes.
  it.each([
    ['nested repeats', '(a+)+$', 'a', 'found'],
    ['repeats of nothing', '(?:a*)*b', 'a', 'not found'],
    ['alternatives that overlap', '(?:a|aa|a?)+c', 'a', 'not found'],
    ['a chain of wildcards', '.*.*.*.*.*.*.*.*=.*', 'a', 'not found'],
    ['many optional parts', '(a?){40}a{40}', 'a', 'found'],
    ['words and blanks', '^(\\w+\\s?)*$', 'word ', 'found'],
    ['a long look ahead for each match', '(?s)a.*z|a', 'a', 'found'],
    ['the same with tags', '(?s)<p>.*?(?:</main>|</body>)|<p>', '<p>x', 'found'],
  ])('has its answer for a text of 100,000 characters: %s', (_title, written, unit, outcome) => {
    const text = unit.repeat(100_000 / unit.length);
    const compiled = search(written);
    expect(compiled.find(text) === undefined ? 'not found' : 'found').toBe(outcome);
    const replaced = compiled.replace(text, '-');
    expect(replaced).toBe(compiled.replace(text, '-'));
    expect(replaced === text).toBe(outcome === 'not found');
  });

  it('leaves the rest of a text as it is once the search for matches has taken long enough', () => {
    const text = 'a'.repeat(100_000);
    const replaced = search('(?s)a.*z|a').replace(text, '');
    expect(replaced.length).toBeGreaterThan(0);
    expect(replaced.length).toBeLessThan(text.length);
    expect(search('a|b').replace(text, '')).toBe('');
  });
});

describe('highestGroup', () => {
  it.each([
    ['', 0],
    ['$0', 0],
    ['$1 $3', 3],
    ['$$4', 0],
  ])('of %j is %i', (template, group) => {
    expect(highestGroup(template)).toBe(group);
  });
});
