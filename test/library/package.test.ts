/** Does the npm package hold what it promises, and does each promised module load alone, from both kinds of modules? */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrigin, type Origin } from '../support/origin.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = ['parse', 'sanitise', 'date', 'charset'];

/** A folder with the unpacked package and no other: what runs is in it. */
let place: string;
let tarball: string;
let files: readonly string[];
const packageAt = (): string => join(place, 'node_modules/feedmill');

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'feedmill-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // The form that npm gives it.
  const [info] = JSON.parse(packed) as readonly [
    { readonly filename: string; readonly files: readonly { path: string }[] },
  ];
  tarball = join(place, info.filename);
  files = info.files.map(({ path }) => path);
  await mkdir(packageAt(), { recursive: true });
  execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', packageAt()]);
  await mkdir(join(place, 'node_modules/.bin'));
  await symlink('../feedmill/dist/main.js', join(place, 'node_modules/.bin/feedmill'));
});
afterAll(() => rm(place, { recursive: true, force: true }));

async function run(name: string, code: string): Promise<string> {
  await writeFile(join(place, name), code);
  const { stdout } = await promisify(execFile)(process.execPath, [name], { cwd: place });
  return stdout;
}

describe('the npm package', () => {
  it('holds what runs, the types of its modules, and nothing else', () => {
    const expected =
      /^(?:dist\/.*\.js|dist\/library\/\w+\.d\.ts|(?:CHANGELOG|README(?:\.zh-CN)?)\.md|LICENSE|package\.json)$/u;
    expect(files.filter((path) => !expected.test(path))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['dist/main.js', ...MODULES.map((name) => `dist/library/${name}.d.ts`)]),
    );
  });

  it('is small enough to be fetched by every run of a workflow', () => {
    expect(readFileSync(tarball).length).toBeLessThan(3_000_000);
  });

  it('is what publint wants', async () => {
    const { messages } = await publint({ pkgDir: packageAt(), strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that are right for every way to import it', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))));
    if (!analysis.types) throw new Error('the package has no types');
    // It consists of ES modules, which `require` loads too: the test below does. Node 10 knows no `exports`.
    const others = analysis.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        !(problem.kind === 'NoResolution' && (problem.resolutionKind === 'node10' || problem.entrypoint === '.')),
    );
    expect(others).toEqual([]);
  });

  it.each(MODULES)('gives feedmill/%s to import and to require, the same', async (name) => {
    const print = 'console.log(Object.keys(module).sort().join());';
    const imported = await run('import.mjs', `import * as module from 'feedmill/${name}';\n${print}`);
    const required = await run('require.cjs', `{ const module = require('feedmill/${name}'); ${print} }`);
    expect(imported.trim()).not.toBe('');
    // Some versions of Node mark a required ES module.
    expect(required.replace(/(?:__esModule|module\.exports),?/gu, '')).toBe(imported);
  });

  it('runs once in a folder that holds nothing but a config', async () => {
    const origin: Origin = await startOrigin();
    origin.on('/feed.xml', {
      headers: { 'content-type': 'application/rss+xml' },
      body: '<rss version="2.0"><channel><title>F</title><item><title>One</title><guid>1</guid></item></channel></rss>',
    });
    const folder = join(place, 'site');
    await mkdir(join(folder, 'config'), { recursive: true });
    await writeFile(
      join(folder, 'config/site.yaml'),
      `site: { title: T, url: http://localhost:8080 }\nfetch: { allow: [127.0.0.0/8] }\npublish: { directory: public }\nsources: [{ id: one, url: "${origin.url}/feed.xml" }]\n`,
    );
    const { stdout } = await promisify(execFile)('npx', ['--no-install', 'feedmill', 'once'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
    await origin.close();
    expect(stdout).toMatch(/^one +feed +1 +1/mu);
    expect(existsSync(join(folder, 'public/all.rss'))).toBe(true);
  });
});

describe('the graph of each module', () => {
  const src = join(root, 'src');

  /** Packages and modules of Node that come with a file of `src`; types are not loaded. */
  function loadedWith(entry: string): readonly string[] {
    const found = new Set([join(src, 'library', entry)]);
    const packages = new Set<string>();
    for (const file of found) {
      if (!file.endsWith('.ts')) continue;
      for (const [, to = '', lazy = '', bare = ''] of readFileSync(file, 'utf8').matchAll(
        /^(?:import|export) (?!type\b)[^;'"]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gmu,
      )) {
        const name = `${to}${lazy}${bare}`;
        if (name.startsWith('.')) found.add(join(dirname(file), name));
        else packages.add(name);
      }
    }
    expect([...found].filter((file) => !existsSync(file)).map((file) => relative(root, file))).toEqual([]);
    return [...packages].sort();
  }

  it.each([
    ['parse.ts', /^(?:rss-parser|htmlparser2|entities|iconv-lite|date-fns|lru-cache|css-tree)\b/u],
    ['sanitise.ts', /^(?:htmlparser2|entities|css-tree|lru-cache)\b/u],
    ['date.ts', /^(?:date-fns|@date-fns\/tz|lru-cache)\b/u],
    ['charset.ts', /^iconv-lite\b/u],
  ])('of %s holds no Redis, no web server, no file system and no network', (entry, allowed) => {
    const loaded = loadedWith(entry);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((name) => !allowed.test(name) && !/^node:(?:buffer|crypto|net)$/u.test(name))).toEqual([]);
  });

  it.each(MODULES)('of feedmill/%s, as it is built, holds neither Redis nor a web server', async (name) => {
    const found = new Set([join(packageAt(), `dist/library/${name}.js`)]);
    for (const file of found) {
      const text = await readFile(file, 'utf8');
      expect(text).not.toMatch(/ioredis|fastify|bullmq|redis-server/u);
      for (const [, to = ''] of text.matchAll(/\b(?:from|import) ?"(\.[^"]+)"/gu)) found.add(join(dirname(file), to));
    }
  });
});

describe('docs/library.md', () => {
  const blocks = [...readFileSync(join(root, 'docs/library.md'), 'utf8').matchAll(/```(js|cjs)\n([^]*?)```/gu)].map(
    ([, kind = '', code = '']) => ({ kind, code }),
  );

  it('has examples of every module', () => {
    for (const name of MODULES) expect(blocks.some(({ code }) => code.includes(`feedmill/${name}`))).toBe(true);
  });

  it.each(blocks.map(({ kind, code }, index) => [index + 1, kind, code] as const))(
    'example %d prints what it says',
    async (index, kind, code) => {
      const said = [...code.matchAll(/^\/\/ (.*)$/gmu)].map(([, line = '']) => line);
      expect(said.length).toBeGreaterThan(0);
      const printed = await run(`example-${index}.${kind === 'cjs' ? 'cjs' : 'mjs'}`, code);
      expect(printed.trimEnd().split('\n')).toEqual(said);
    },
  );
});
