/** Is each bound of docs/security.md held by a test that exists? */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

const NAMED = /^`([\w/.-]+\.test\.ts)`: (.+)$/u;

/** The last cell of each row of the table of bounds. */
const cells = (read('docs/security.md').split('## Bounds')[1] ?? '')
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => /^\|(?! *(?:-|bound ))/u.test(line))
  .map((line) => line.split('|').at(-2)?.trim() ?? '');

/** Titles may be written with single quotes, double quotes or backquotes. */
function hasTitle(text: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
}

describe('docs/security.md', () => {
  it('names a test for each bound, by file and title', () => {
    expect(cells?.length).toBeGreaterThan(25);
    expect(cells?.filter((cell) => !NAMED.test(cell))).toEqual([]);
  });

  it('names files and titles that exist', () => {
    const missing = cells?.filter((cell) => {
      const [, file = '', title = ''] = NAMED.exec(cell) ?? [];
      return !existsSync(`${root}test/${file}`) || !hasTitle(read(`test/${file}`), title);
    });
    expect(missing).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  it('says how to report in private, which versions are supported, and what to expect, and names no address of its own', () => {
    const text = read('SECURITY.md');
    for (const heading of ['Report', 'Supported versions', 'What to expect']) expect(text).toContain(`## ${heading}`);
    expect(text).toContain('Report a vulnerability');
    expect(text).not.toMatch(/[\w.+-]+@[\w-]+\.\w/u);
    expect(text).toContain('(docs/security.md)');
  });
});
