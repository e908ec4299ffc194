/** Do the image and the compose file keep what they promise to who runs them? */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from './support/feedmill.ts';
import { freePort } from './support/port.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** Instructions of each stage, the first being its FROM. */
function stagesOf(dockerfile: string): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  for (const line of lines) {
    const found = /^([A-Z]+)\s+(.*)$/.exec(line);
    if (found === null) continue;
    const instruction = { name: found[1] ?? '', text: (found[2] ?? '').replace(/\s+/g, ' ') };
    if (instruction.name === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

describe('Dockerfile', () => {
  const stages = stagesOf(read('Dockerfile'));
  const last = stages.at(-1) ?? [];
  const texts = (name: string): string[] => last.filter((each) => each.name === name).map(({ text }) => text);

  it('has a last stage without npm, compilers or the sources', () => {
    expect(stages).toHaveLength(3);
    expect(texts('FROM')).toEqual(['${DEBIAN_IMAGE}']);
    expect(texts('RUN').join()).not.toMatch(/\bnpm\b|build-essential|gcc|make|curl/);
    expect(texts('COPY').filter((text) => /\bsrc\b|node_modules\/(typescript|vitest)/.test(text))).toEqual([]);
  });

  it('takes the packages of the lockfile, and lists those that are not for developers', () => {
    const installs = stages.flat().filter(({ text }) => text.includes('npm ci'));
    expect(installs.map(({ text }) => text)).toEqual(['npm ci --omit=dev --ignore-scripts', 'npm ci --ignore-scripts']);
  });

  it('holds a bill of materials and the licences of its packages', () => {
    const made = stages[0]?.map(({ text }) => text).join('\n') ?? '';
    expect(made).toContain('npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx > sbom.json');
    expect(made).toContain('node container/licences.mjs > LICENCES.txt');
    expect(texts('COPY')).toContain('--from=packages /app/sbom.json /app/LICENCES.txt ./');
    const listed = execFileSync('node', [`${root}container/licences.mjs`, `${root}node_modules`], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(listed).toMatch(/^==== fastify \d+\.\d+\.\d+: MIT$/mu);
    expect(listed).not.toContain('UNKNOWN');
  });

  it('runs as a user that Kubernetes can tell from root, with a Redis of its own, and makes no anonymous volumes', () => {
    expect(texts('USER')).toEqual(['1000:1000']);
    expect(texts('RUN').join()).toContain('useradd --uid 1000');
    expect(texts('RUN').join()).toContain('redis-server');
    expect(texts('VOLUME')).toEqual([]);
  });

  it('is asked after its health by a program that is in it, and stopped by the signal that is listened to', () => {
    expect(texts('HEALTHCHECK').join()).toContain('CMD ["/app/container/health"]');
    expect(texts('COPY')).toContain('container container');
    expect(statSync(`${root}container/health`).mode & 0o111).toBe(0o111);
    expect(texts('ENV').join()).toContain('FEEDMILL_HEARTBEAT=/tmp/feedmill.heartbeat');
    expect(texts('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('has an init as process 1, which passes signals on from the first moment and reaps zombies', () => {
    expect(texts('RUN').join()).toMatch(/install\b.*\btini\b/u);
    expect([texts('ENTRYPOINT'), texts('CMD')]).toEqual([['["tini", "-s", "--", "feedmill"]'], ['["start"]']]);
  });

  it('ships a sample config beside the place of the mounted one, and never the config of this checkout', () => {
    expect(texts('COPY')).toContain('template/config config.sample');
    expect(texts('COPY').filter((text) => /^config\b/u.test(text))).toEqual([]);
    expect(read('.dockerignore').split('\n')).not.toContain('!config');
  });

  it('names version and commit in labels, which script/release fills', () => {
    expect(texts('LABEL').join()).toMatch(/version="\$\{FEEDMILL_VERSION\}".*revision="\$\{FEEDMILL_COMMIT\}"/u);
  });

  it('holds no source maps, whose sources are not there', () => {
    expect(stages[1]?.map(({ text }) => text)).toContain('npm run build:release');
    expect(read('package.json')).toContain('"build:release": "tsx script/build.ts --no-source-maps"');
  });

  it('copies only what is there, and what .dockerignore lets in', () => {
    const letIn = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = stages
      .flat()
      .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'))
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    expect([...new Set(copied)].sort()).toEqual([...letIn].sort());
    expect(read('.dockerignore').split('\n')).toContain('*');
  });
});

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly restart: string;
  readonly stop_grace_period: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly mem_limit: string;
  readonly container_name?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly logging: { readonly options: object };
}

describe('docker-compose.yml', () => {
  // The shape is what the tests below are about; a wrong one fails them.
  const { services, volumes } = parse(read('docker-compose.yml'), { merge: true }) as {
    readonly services: Readonly<Record<'web' | 'worker' | 'redis' | 'static' | 'monitoring', Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const { web, worker, redis } = services;

  it('has a web server, workers and a Redis, and more only by its profiles', () => {
    const always = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
    expect(always.map(([name]) => name).sort()).toEqual(['redis', 'web', 'worker']);
    expect([services.static.profiles, services.monitoring.profiles]).toEqual([['static'], ['monitoring']]);
    expect(web.command).toEqual(['start', '--role', 'web']);
    expect(worker.command).toEqual(['start', '--role', 'worker']);
  });

  it('lets workers be scaled: they have no name and no port of their own', () => {
    expect(worker.container_name).toBeUndefined();
    expect(worker.ports).toBeUndefined();
    expect(web.ports).toEqual(['${FEEDMILL_PORT:-8080}:8080']);
  });

  it('makes links to the port that it opens, where no address is set', () => {
    expect(web.environment?.['FEEDMILL_URL']).toBe('${FEEDMILL_URL:-http://localhost:${FEEDMILL_PORT:-8080}}');
  });

  it('keeps the data of Redis in a volume, with every write and without eviction', () => {
    expect(redis.volumes).toEqual(['redis:/data']);
    expect(redis.command.join(' ')).toBe(
      'redis-server --appendonly yes --appendfsync everysec --maxmemory-policy noeviction',
    );
  });

  it('names every volume that a service uses', () => {
    const used = Object.values(services).flatMap((service) =>
      service.volumes.flatMap((mount) => (mount.startsWith('.') ? [] : [mount.split(':')[0] ?? ''])),
    );
    expect(Object.keys(volumes).sort()).toEqual([...new Set(used)].sort());
  });

  it('mounts files that are in the checkout, or that the operator makes', () => {
    const mounted = Object.values(services).flatMap((service) =>
      service.volumes.flatMap((mount) => (mount.startsWith('./') ? [mount.split(':')[0] ?? ''] : [])),
    );
    const made = new Set(['./config', './secrets']);
    expect(mounted.filter((path) => !made.has(path) && !existsSync(`${root}${path}`))).toEqual([]);
  });

  it.each([['web'], ['worker']] as const)('runs %s on the config of this directory, read-only', (name) => {
    const service = services[name];
    expect(service).toMatchObject({ image: 'feedmill', build: '.', read_only: true, restart: 'unless-stopped' });
    expect(service.volumes).toContain('./config:/app/config:ro');
    expect(service.tmpfs).toEqual(['/tmp']);
    expect(service.environment).toMatchObject({ REDIS_URL: 'redis://redis:6379' });
    expect(service.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    expect(service.healthcheck?.test).toEqual(['CMD', '/app/container/health']);
  });

  it.each(Object.keys(services))('bounds the memory and the log of %s', (name) => {
    const service = Object.entries(services).find(([key]) => key === name)?.[1];
    expect(service?.mem_limit).toMatch(/^\d+[mg]$/u);
    expect(service?.logging.options).toEqual({ 'max-size': '10m', 'max-file': '5' });
  });

  it.each([['web'], ['worker'], ['redis']] as const)('gives %s more time to stop than it takes', (name) => {
    expect(Number.parseInt(services[name].stop_grace_period, 10)).toBeGreaterThan(30);
  });

  it('waits for a Redis that answers', () => {
    expect(redis.healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping']);
    expect(redis.restart).toBe('unless-stopped');
  });

  it('passes on only variables that the shipped config or Feedmill itself knows', () => {
    const known = `${read('config/site.yaml')}${read('docs/containers.md')}`;
    for (const name of Object.keys(web.environment ?? {})) expect(known).toContain(name);
  });
});

describe('container/health', () => {
  let workplace: Workplace;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    workplace = await makeWorkplace();
    await workplace.write(
      'config/site.yaml',
      `site: { title: Health, url: http://localhost:${port} }\nhttp: { host: 127.0.0.1, port: ${port} }\n` +
        'sources: [{ url: http://127.0.0.1:1/never.xml }]\n',
    );
  });

  afterAll(() => workplace.close());

  async function health(): Promise<string> {
    const env = { PATH: process.env['PATH'], FEEDMILL_HEARTBEAT: workplace.path('heartbeat') };
    return new Promise((resolve) => {
      execFile(`${root}container/health`, [], { cwd: workplace.directory, env }, (error, stdout) => {
        resolve(`${error === null ? 0 : String(error.code)} ${stdout.trim()}`);
      });
    });
  }

  it('says that the process does its work while it does, whatever becomes of the config, and not after', async () => {
    expect(await health()).toMatch(/^1 unhealthy: there is no /u);
    const running = workplace.start(['start'], { FEEDMILL_HEARTBEAT: workplace.path('heartbeat') });
    await running.logged(/"msg":"running"/u);
    const well = new RegExp(`^0 http://127\\.0\\.0\\.1:${port}/healthz answers 200; the job loop ran \\d+ s ago$`, 'u');
    await expect.poll(health, { timeout: 15_000 }).toMatch(well);
    await workplace.write('config/site.yaml', 'site: [');
    await running.logged(/the running configuration stays in use/u);
    expect(await health()).toMatch(well);
    await running.stop();
    expect(await health()).toMatch(/^1 unhealthy: there is no /u);
  });

  it.each([
    [
      'a process that is stopped or blocked',
      -31,
      'ok well',
      /^1 unhealthy: the process has said nothing for 3[1-9] s/u,
    ],
    [
      'a line from before the clock was set back',
      120,
      'ok well',
      /^1 unhealthy: the process has said nothing for -1\d\d s/u,
    ],
    [
      'what the process finds itself',
      0,
      'unhealthy the job loop has not run for 70 s',
      /^1 unhealthy: the job loop has not run/u,
    ],
    ['a process that is well', -5, 'ok the job loop ran 1 s ago', /^0 the job loop ran 1 s ago$/u],
  ])('reports %s', async (_title, secondsAgo, words, found) => {
    await workplace.write('heartbeat', `${Math.floor(Date.now() / 1_000) + secondsAgo} ${words}\n`);
    expect(await health()).toMatch(found);
  });
});
