/** Is every dependency used, current, and pinned to bytes? */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockedPackage {
  readonly integrity?: string;
  readonly deprecated?: string;
}

// Files of npm, in the form that npm gives them.
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Programs and types, which no file imports by name. */
const RUN_BY_NAME = new Set(['prettier', '@types/node']);

function textOf(...folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:[cm]?[jt]s)$/u.test(name) && !name.includes('node_modules'))
        .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    .join('\n');
}

function isImported(name: string, text: string): boolean {
  return text.includes(`'${name}'`) || text.includes(`'${name}/`);
}

describe('the dependencies', () => {
  it('are imported by what runs', () => {
    const source = textOf('src');
    const unused = Object.keys(manifest.dependencies).filter((name) => !isImported(name, source));
    expect(unused).toEqual([]);
  });

  it('of the developers are used by tests, benchmarks or tools', () => {
    const text = `${textOf('src', 'test', 'bench', 'demo')}\n${['eslint.config.js', 'vitest.config.ts', 'package.json']
      .map((name) => readFileSync(join(root, name), 'utf8').replace(/"devDependencies": \{[^}]*\}/u, ''))
      .join('\n')}`;
    const unused = Object.keys(manifest.devDependencies).filter((name) => {
      const typed = name.replace(/^@types\//u, '');
      return !RUN_BY_NAME.has(name) && !isImported(typed, text) && !new RegExp(`"[^"]*\\b${typed}\\b`, 'u').test(text);
    });
    expect(unused).toEqual([]);
  });

  it('are pinned to one version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
  });

  it('are pinned to bytes, so that their signatures can be checked', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([path]) => path)).toEqual(
      [],
    );
  });

  it('are not given up by their authors', () => {
    expect(locked.filter(([, { deprecated }]) => deprecated !== undefined).map(([path]) => path)).toEqual([]);
  });
});
