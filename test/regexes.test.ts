/** Does any pattern look at a run of characters again from each place in it? That takes a stranger's long run squared. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '../src/syntax/html/text.ts';
import { parse } from './support/parsing.ts';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** A run of one kind of characters up to the end, which may begin anywhere in it. */
const OPEN_RUN_TO_END = /^(?:.*\|)?(\[(?:\\.|[^\]\\])+\]|\\[sdw]|\\?[^\\\s\])])[+*]\$$/su;

function patterns(): readonly { readonly file: string; readonly source: string }[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) => {
      const found: { file: string; source: string }[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          found.push({ file, source: /^\/([^]*)\/[a-z]*$/u.exec(node.text)?.[1] ?? '' });
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest));
      return found;
    });
}

describe('a pattern in src', () => {
  it('for a run at the end of a text begins only where the run does', () => {
    const all = patterns();
    expect(all.length).toBeGreaterThan(400);
    const open = all
      .filter(({ source }) => {
        const branch = OPEN_RUN_TO_END.exec(source);
        return branch !== null && !source.startsWith('^') && !source.includes('(?<!');
      })
      .map(({ file, source }) => `${file}: ${source}`);
    expect(open).toEqual([]);
  });
});

describe('a long run of one character', () => {
  const LONG = 400_000;

  // Squared, each of these would take hours: the test ends or it does not.
  it.each([
    ['white space inside JSON', `{"items":[{"id":"1"}${' '.repeat(LONG)}]}`],
    ['white space in a text', `<rss><channel><item><title>a${' '.repeat(LONG)}b</title></item></channel></rss>`],
    [
      'letters where a person is named',
      `<rss><channel><item><author>${'a'.repeat(90_000)}</author></item></channel></rss>`,
    ],
    [
      'colons where a person is named',
      `<rss><channel><item><author>a${':'.repeat(90_000)}b</author></item></channel></rss>`,
    ],
    [
      'blanks in an address',
      `<rss><channel><item><link>http://a/${'\u200b'.repeat(90_000)}b</link></item></channel></rss>`,
    ],
  ])('of %s is read at once', (_title, document) => {
    expect(parse(document).kind).toBe('feed');
  });

  it('is turned into text at once', () => {
    expect(htmlToText(`<p>a${' '.repeat(LONG)}b</p>`)).toBe('a b');
  });
});
