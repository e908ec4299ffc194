/** Do imports go one way only? The plan of the rooms stands here; a new edge is a change to this file, with its reason in the commit. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const manifest = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

/** Room -> rooms that it may import. `stages/x` stands for one folder of that room. A room may always import itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  syntax: ['model'],
  stages: ['syntax', 'model'],
  ports: ['model'],
  jobs: ['ports', 'stages', 'model'],
  io: ['ports', 'syntax', 'model'],
  // `config` compiles what only the registries know: rule types and output formats.
  config: ['stages/filter', 'stages/render', 'syntax', 'model', 'ports'],
  // The version from package.json; it stands in the User-Agent, in page footers and in the first lines of the log.
  version: [],
  app: ['version', 'model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config'],
  // What other programs import: reading and cleaning alone, nothing that stores, fetches or serves.
  library: ['model', 'stages/parse', 'stages/sanitise', 'syntax'],
  // One file for each command; only the process (`main`) sees them.
  commands: ['library', 'version', 'model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config', 'app'],
  main: ['version', 'model', 'syntax', 'stages', 'ports', 'jobs', 'io', 'config', 'app', 'commands'],
};

/**
 * Folders inside a room -> folders or files of the same room that they may import. A file directly in the room counts as a
 * folder of its own. A stage imports no other stage.
 */
const INSIDE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  stages: {},
  // plan -> check -> { operator, subscribe } -> { ingest, publish }; hub stands apart.
  jobs: {
    plan: ['check', 'operator', 'subscribe', 'ingest', 'publish', 'running-config'],
    check: ['operator', 'subscribe', 'ingest', 'publish', 'running-config'],
    operator: ['ingest', 'publish', 'running-config'],
    subscribe: ['ingest', 'publish', 'running-config'],
    ingest: ['running-config'],
    publish: ['running-config'],
    hub: ['running-config'],
  },
  syntax: {
    date: ['text', 'duration'],
    html: ['text'],
    xml: ['html', 'url', 'text'],
    url: ['text'],
    opml: ['text'],
  },
  io: {
    // Keys and scripts of the store, used beside it.
    metrics: ['store'],
    queue: ['store'],
    publish: ['compress', 'access-hint'],
    // What the operator must do when a folder cannot be written.
    redis: ['access-hint'],
    // A document is kept as the gzip file that it came in; one that came otherwise is compressed.
    store: ['compress', 'fetch', 'redis'],
    // Inflating a pushed body; counting requests; packing a document that is made on request.
    web: ['fetch', 'metrics', 'publish', 'access-hint'],
    // Keys and scripts of everything that writes to Redis.
    backup: ['store', 'queue'],
  },
};

/** npm package -> the folders that may import it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@date-fns/tz': ['app', 'commands', 'config', 'jobs', 'model', 'stages', 'syntax'],
  'date-fns': ['app', 'commands', 'library', 'config', 'io', 'jobs', 'model', 'stages', 'syntax'],
  bullmq: ['io/queue'],
  chokidar: ['io/config-watch'],
  commander: ['commands', 'main'],
  'css-tree': ['stages/sanitise'],
  entities: ['stages/render', 'stages/sanitise', 'syntax/html', 'syntax/xml'],
  fastify: ['io/web'],
  feed: ['stages/render'],
  htmlparser2: ['stages/parse', 'stages/render', 'stages/sanitise', 'syntax/opml'],
  'iconv-lite': ['syntax/charset'],
  ioredis: ['io/backup', 'io/redis', 'io/store'],
  'ipaddr.js': ['config', 'syntax/http'],
  'lru-cache': ['app', 'io', 'jobs', 'stages', 'syntax/date'],
  'opencc-js': ['stages/similar'],
  picocolors: ['commands'],
  pino: ['io/log'],
  'prom-client': ['io/metrics'],
  re2js: ['stages/filter'],
  'rss-parser': ['stages/parse'],
  socks: ['io/fetch'],
  tldts: ['syntax/url'],
  undici: ['io/fetch'],
  'xxhash-wasm': ['syntax/hash'],
  yaml: ['config'],
  zod: ['config', 'jobs', 'io/queue', 'stages/filter'],
};

/** Rooms without input or output -> the modules of Node.js that they may use all the same. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ports: [],
  syntax: ['node:buffer', 'node:crypto'],
  // `isIP` of node:net is a function of a string.
  stages: ['node:buffer', 'node:crypto', 'node:net'],
  jobs: [],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

/** What stands behind `from` or in `import()` in each file: a path from `src`, a package or a module of Node.js. */
function imports(): readonly Import[] {
  return sourceFiles().flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    const names = [
      ...text.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm),
    ];
    return names.map(([, name = '', lazy = '', bare = '']) => ({ from, to: `${name}${lazy}${bare}` }));
  });
}

function isInternal({ to }: Import): boolean {
  return to.startsWith('.');
}

function resolved({ from, to }: Import): Import {
  return { from, to: relative(src, join(src, dirname(from), to)) };
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
const folder = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '');
const isBelow = (file: string, place: string): boolean =>
  place === room(file) || place === `${room(file)}/${folder(file)}`;

function isAllowed({ from, to }: Import): boolean {
  const here = room(from);
  const there = room(to);
  if (here !== there) return ROOMS[here]?.some((place) => isBelow(to, place)) ?? false;
  const plan = INSIDE[here];
  return plan === undefined || folder(from) === folder(to) || (plan[folder(from)]?.includes(folder(to)) ?? false);
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function isPackage(edge: Import): boolean {
  return !isInternal(edge) && !edge.to.startsWith('node:');
}

const written = (edges: readonly Import[]): readonly string[] => edges.map(({ from, to }) => `${from} -> ${to}`);

describe('the rooms of src', () => {
  it('are those of the plan', () => {
    expect([...new Set(sourceFiles().map(room))].filter((name) => !(name in ROOMS))).toEqual([]);
  });

  it('import one way only, the folders inside a room included', () => {
    const found = imports().filter(isInternal).map(resolved);
    expect(found.length).toBeGreaterThan(20);
    expect(written(found.filter((edge) => !isAllowed(edge)))).toEqual([]);
  });

  it('have no circle of folders inside a room', () => {
    const closed = Object.values(INSIDE).flatMap((plan) =>
      Object.entries(plan).flatMap(([name, others]) =>
        others.filter((other) => plan[other]?.includes(name)).map((other) => `${name} <-> ${other}`),
      ),
    );
    expect(closed).toEqual([]);
  });

  it('name real files in their imports', () => {
    const found = imports().filter(isInternal).map(resolved);
    expect(found.filter(({ to }) => !to.endsWith('.ts') && !to.endsWith('.json'))).toEqual([]);
  });

  it('load what a command needs when that command is run, so that --help and the small commands start at once', () => {
    // Everything that is printed goes through it, the message of an error included.
    const small = 'syntax/text/terminal.ts';
    const heavy = loadedAtStart('main.ts').filter(
      (file) => !['main', 'version', 'commands', 'model'].includes(room(file)) && file !== small,
    );
    expect(heavy).toEqual([]);
  });

  it('have no folder or file for odds and ends', () => {
    expect(sourceFiles().filter((file) => /(^|\/)(utils?|helpers?|common|misc|index)(\/|\.ts$)/.test(file))).toEqual(
      [],
    );
  });
});

describe('npm packages', () => {
  it('are imported only where the plan allows it', () => {
    const wrong = imports()
      .filter(isPackage)
      .filter(({ from, to }) => !(PACKAGES[packageOf(to)]?.some((place) => isBelow(from, place)) ?? false));
    expect(written(wrong)).toEqual([]);
  });

  it('are imported statically: the build does not find the exports of a CommonJS package in a dynamic import', () => {
    const dynamic = sourceFiles().filter((file) =>
      /\bimport\('(?!\.|node:)[^']+'\)/u.test(readFileSync(join(src, file), 'utf8')),
    );
    expect(dynamic).toEqual([]);
  });

  it('for documents, jobs and pages are not loaded by a run in which nothing is new', () => {
    const packages = loadedAtStart('commands/open-beside.ts').flatMap((file) =>
      [...readFileSync(join(src, file), 'utf8').matchAll(/^import (?!type\b)[^;]*?from '([^.][^']*)'/gm)].map(
        ([, name = '']) => packageOf(name),
      ),
    );
    expect(packages).toContain('ioredis');
    const unneeded = [
      'bullmq',
      'css-tree',
      'fastify',
      'feed',
      'iconv-lite',
      'opencc-js',
      'rss-parser',
      'socks',
      'tldts',
    ];
    expect(unneeded.filter((name) => packages.includes(name))).toEqual([]);
  });

  it('are dependencies if they are imported', () => {
    const used = new Set(
      imports()
        .filter(isPackage)
        .map(({ to }) => packageOf(to)),
    );
    expect(used.size).toBeGreaterThan(15);
    expect([...used].filter((name) => !(name in manifest.dependencies))).toEqual([]);
  });
});

describe('modules of Node.js', () => {
  it('are named with node:', () => {
    expect(written(imports().filter(({ to }) => builtinModules.includes(to)))).toEqual([]);
  });

  it('that do input or output stay out of the pure rooms', () => {
    const wrong = imports().filter(
      ({ from, to }) => to.startsWith('node:') && PURE[room(from)]?.includes(to) === false,
    );
    expect(written(wrong)).toEqual([]);
  });
});

/** Jobs that are tested through the jobs that call them. The list only becomes shorter. */
const WITHOUT_A_TEST_OF_THEIR_OWN: readonly string[] = [
  // Types only.
  'ingest/entry-decision',
  // Compared with what the worker then really does, on a real store: test/system/plan.test.ts.
  'plan/plan-config',
  'plan/plan-feeds',
];

describe('jobs', () => {
  it('have a test of their own, under the same path', () => {
    const jobs = readdirSync(join(src, 'jobs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('/') && name.endsWith('.ts'))
      .map((name) => name.slice(0, -'.ts'.length));
    expect(jobs.length).toBeGreaterThan(40);
    const untested = jobs.filter((name) => !existsSync(join(src, '../test/jobs', `${name}.test.ts`)));
    expect(untested.filter((name) => !WITHOUT_A_TEST_OF_THEIR_OWN.includes(name))).toEqual([]);
  });
});
