/** Do imports go one way only? The plan of the house; a new edge is a change here, argued in the commit. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Room -> rooms it may import. `stages/x` stands for each folder or file of that room; a room may always import itself. */
const plan: Readonly<Record<string, readonly string[]>> = {
  model: [],
  syntax: ['model'],
  stages: ['syntax', 'model'],
  ports: ['model'],
  jobs: ['ports', 'stages', 'model'],
  io: ['ports', 'syntax', 'model'],
  // `config` compiles what only the registries know: rule types and output formats.
  config: ['stages/filter', 'stages/render', 'syntax', 'model', 'ports'],
  // Read from package.json; asked for by those who introduce themselves.
  version: [],
  app: ['version', 'model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config'],
  // One file a command; only the process (`main`) sees them.
  commands: ['model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config', 'app'],
  main: ['version', 'model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config', 'app', 'commands'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

function imports(): Import[] {
  return sourceFiles().flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => ({
      from,
      to: relative(src, join(src, dirname(from), match[1] ?? '')),
    }));
  });
}

/** The files that are read before anything is done: static imports, types left out. */
function loadedAtStart(entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const match of text.matchAll(/^import (?!type\b)[^;]*?from '(\.[^']+)'/gm)) {
      found.add(relative(src, join(src, dirname(file), match[1] ?? '')));
    }
  }
  return [...found];
}

const room = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '');
const stage = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '');

function allowed({ from, to }: Import): boolean {
  const here = room(from);
  const there = room(to);
  if (here === there) return here !== 'stages' || stage(from) === stage(to);
  return plan[here]?.some((edge) => edge === there || `${there}/${stage(to)}` === edge) ?? false;
}

describe('the house', () => {
  it('has only the rooms of the plan', () => {
    expect([...new Set(sourceFiles().map(room))].filter((name) => !(name in plan))).toEqual([]);
  });

  it('has imports that go one way', () => {
    const found = imports();
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((edge) => !allowed(edge)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('names real files in its imports', () => {
    expect(imports().filter(({ to }) => !to.endsWith('.ts') && !to.endsWith('.json'))).toEqual([]);
  });

  it('loads what a command needs when that command is asked for, so that --help and the small commands start at once', () => {
    const heavy = loadedAtStart('main.ts').filter(
      (file) => !['main', 'version', 'commands', 'model'].includes(room(file)),
    );
    expect(heavy).toEqual([]);
  });

  it('has no drawer for odds and ends', () => {
    expect(sourceFiles().filter((file) => /(^|\/)(utils?|helpers?|common|misc|index)(\/|\.ts$)/.test(file))).toEqual(
      [],
    );
  });
});
