/** How are rows aligned in columns, also with Chinese text? */
import { stripVTControlCharacters } from 'node:util';

/** Columns separated by two spaces; a wide character takes two columns, colour codes none. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), 0));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u;

function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}
