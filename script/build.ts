/**
 * Builds `dist`: the program with its npm packages in few files, so that a command starts in half the time.
 *
 *     npx tsx script/build.ts [--no-source-maps]
 *
 * Commands load what they need in chunks of `dist/chunks`. Lua scripts, the version, the commit and the time of the
 * build are in the chunks as text; nothing else is read when Feedmill starts. FEEDMILL_COMMIT names the commit where
 * there is no Git, as in an
 * image; SOURCE_DATE_EPOCH the time of the build. Types are checked by `npm run types`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';
import { lua } from '../src/io/store/lua.ts';
import { version } from '../src/version.ts';

/** Modules that other programs import, each with its types. */
const LIBRARY = ['parse', 'sanitise', 'date', 'charset'] as const;

const { values: options } = parseArgs({ options: { 'no-source-maps': { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('..', import.meta.url));

/** The call `lua('store/NAME.lua')` becomes the text of the script. */
const inlineLua = inlined('lua', /\/src\/io\/.*\.ts$/, /\blua\('([^']+)'\)/gu, (file) => JSON.stringify(lua(file)));

/** The facts that `src/version.ts` reads from files become those of this build. */
const inlineVersion = inlined('version', /\/src\/version\.ts$/, /\breadJson\('([^']+)'\)/gu, (file) =>
  JSON.stringify(file.endsWith('package.json') ? { version } : buildFacts()),
);

/** A call with a literal becomes the text that it returns. */
function inlined(name: string, filter: RegExp, call: RegExp, textFor: (literal: string) => string): Plugin {
  return {
    name,
    setup: (build) => {
      build.onLoad({ filter }, ({ path }) => ({
        loader: 'ts',
        contents: readFileSync(path, 'utf8').replace(call, (_call, literal: string) => textFor(literal)),
      }));
    },
  };
}

/** Source maps of our own files only: those of the packages are ten times as large, and nobody reads them. */
const withoutPackageMaps: Plugin = {
  name: 'maps',
  setup: (build) => {
    const none = JSON.stringify({ version: 3, sources: [''], mappings: 'A' });
    const comment = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(none).toString('base64')}`;
    build.onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, ({ path }) => ({
      loader: 'js',
      contents: readFileSync(path, 'utf8') + comment,
    }));
  },
};

function buildFacts(): { readonly commit: string; readonly builtAt: string } {
  const epoch = Number(given('SOURCE_DATE_EPOCH') ?? Date.now() / 1_000);
  return {
    commit: given('FEEDMILL_COMMIT')?.slice(0, 12) ?? commit(),
    builtAt: new Date(Math.floor(epoch) * 1_000).toISOString().replace('.000', ''),
  };
}

/** An argument of the Dockerfile that was not given is an empty variable. */
function given(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

function commit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const found = git('rev-parse', 'HEAD').slice(0, 12);
    return git('status', '--porcelain', '--untracked-files=no') === '' ? found : `${found}-changed`;
  } catch {
    // Not a checkout, or no Git.
    return '';
  }
}

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', ...LIBRARY.map((name) => `src/library/${name}.ts`)],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Packages in CommonJS load Node's own modules with `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  plugins: [inlineLua, inlineVersion, withoutPackageMaps],
  sourcemap: !options['no-source-maps'],
  // Positions only: the sources are in the repository.
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
});

// Only now: a build that fails leaves the last one.
rmSync(`${root}dist`, { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
for (const name of LIBRARY) writeFileSync(`${root}dist/library/${name}.d.ts`, declarationsOf(`src/library/${name}.ts`));
chmodSync(`${root}dist/main.js`, 0o755);

/** The exported types are in the file itself, so that its declarations import nothing. */
function declarationsOf(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(`${root}${file}`, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2023, isolatedDeclarations: true },
  });
  const [first] = diagnostics;
  if (first !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
  return outputText;
}
