/** Do the map of the code and the glossary name files and words that exist? */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

/** Cells of all table rows, header and rule left out. */
function rows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|') && !/^\|\s*-/.test(line));
  const headers = new Set([...text.matchAll(/^(\|.*)\n\|\s*-/gm)].map(([, header]) => header));
  return lines
    .filter((line) => !headers.has(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.replace(/^\||\|$/g, '').trim()),
    );
}

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  it('names files that exist', () => {
    const paths = [...text.matchAll(/\bsrc\/[\w./-]*\w\b\/?/g)].map(([path]) => path);
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  it('names every room, and every stage or a file of it', () => {
    const rooms = readdirSync(`${root}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.filter(({ name }) => !text.includes(`\`src/${name}/\``)).map(({ name }) => name)).toEqual([]);
    // `hub` is named by its jobs.
    const stages = readdirSync(`${root}src/stages`).filter((name) => name !== 'hub');
    expect(stages.filter((name) => !text.includes(`src/stages/${name}/`))).toEqual([]);
  });

  it('has a file for each step of its tables', () => {
    const steps = rows(text);
    expect(steps.length).toBeGreaterThan(40);
    expect(steps.filter((cells) => !cells.some((cell) => cell.includes('`src/')))).toEqual([]);
  });
});

describe('docs/glossary.md', () => {
  const words = rows(read('docs/glossary.md'));
  const code = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${name}\n${read(`src/${name}`)}`)
    .join('\n');
  const known = new Set(code.match(/[A-Za-z_$][\w$]*/g));

  it('gives each word once, with a meaning and a name in the code', () => {
    const names = words.map(([word]) => word);
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((word, index) => names.indexOf(word) !== index)).toEqual([]);
    expect(words.filter((cells) => cells.length !== 3 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  it('names what is in the code', () => {
    const names = words.flatMap(([, , cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  const messages = rows(read('docs/troubleshooting.md')).map(([message = '']) => message.replaceAll('`', ''));
  // As it is printed: interpolated values apart, and texts that are joined over several lines of code.
  const code = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`src/${name}`))
    .join('\n');

  it('names messages that the program prints, each with a meaning and what to do', () => {
    expect(messages.length).toBeGreaterThan(30);
    expect(rows(read('docs/troubleshooting.md')).filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual(
      [],
    );
    const missing = messages.filter((message) =>
      message
        .split('…')
        .map((piece) => piece.trim())
        .some((piece) => piece !== '' && !code.includes(piece)),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  const text = read('docs/operations.md');
  const section = (title: string): string => text.split(/^## /mu).find((part) => part.startsWith(title)) ?? '';
  const firstCells = (title: string): readonly string[] =>
    rows(section(title)).flatMap(([cell = '']) => [...cell.matchAll(/`([^`{]+)[^`]*`/gu)].map(([, name = '']) => name));

  it('has every metric, and no other', () => {
    const code = read('src/io/metrics/metrics.ts');
    const metrics = [...new Set([...code.matchAll(/'(feedmill_\w+)'/gu)].map(([, name = '']) => name))];
    let full = '';
    const documented = firstCells('Metrics').map((name) => {
      if (!name.startsWith('…')) full = name;
      return name.startsWith('…') ? `${full}${name.slice(1)}` : name;
    });
    expect(metrics.length).toBeGreaterThan(20);
    expect(documented.sort()).toEqual(metrics.sort());
  });

  it('has every check of /readyz, and no other', () => {
    const code = read('src/app/readiness.ts');
    const checks = [...code.matchAll(/name: '([^']+)'|const name = `([a-z ]+)\$\{queue\}`/gu)].map(
      ([, name, ofQueue]) => name ?? `${ofQueue ?? ''}QUEUE`,
    );
    expect(new Set(firstCells('Health'))).toEqual(new Set(checks));
    expect(checks).toContain('worker QUEUE');
  });
});
