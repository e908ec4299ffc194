/** Do the image and the compose file keep what they promise to who runs them? */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
    expect(texts('FROM')).toEqual(['debian:bookworm-slim']);
    expect(texts('RUN').join()).not.toMatch(/\bnpm\b|build-essential|gcc|make|curl/);
    expect(texts('COPY').filter((text) => /\bsrc\b|node_modules\/(typescript|vitest)/.test(text))).toEqual([]);
  });

  it('takes the packages of the lockfile, without those of the developers', () => {
    const installs = stages.flat().filter(({ text }) => text.includes('npm ci'));
    expect(installs.map(({ text }) => text)).toEqual(['npm ci --omit=dev --ignore-scripts', 'npm ci --ignore-scripts']);
    expect(texts('COPY')).toContain('--from=packages /app/node_modules node_modules');
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

  it('runs as a user, with a Redis of its own, and keeps what changes in two volumes', () => {
    expect(texts('USER')).toEqual(['feedmill']);
    expect(texts('RUN').join()).toContain('redis-server');
    expect(texts('VOLUME')).toEqual(['["/app/data", "/app/public"]']);
  });

  it('is asked after its health by a file that is in it, and stopped by the signal that is listened to', () => {
    expect(texts('HEALTHCHECK').join()).toContain('CMD ["node", "container/health.mjs"]');
    expect(texts('COPY')).toContain('container container');
    expect(existsSync(`${root}container/health.mjs`)).toBe(true);
    expect(texts('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect([texts('ENTRYPOINT'), texts('CMD')]).toEqual([['["feedmill"]'], ['["start"]']]);
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
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly restart: string;
  readonly stop_grace_period: string;
  readonly read_only?: boolean;
  readonly container_name?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

describe('docker-compose.yml', () => {
  // The shape is what the tests below are about; a wrong one fails them.
  const { services, volumes } = parse(read('docker-compose.yml'), { merge: true }) as {
    readonly services: Readonly<Record<'web' | 'worker' | 'redis', Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const { web, worker, redis } = services;

  it('has a web server, workers and a Redis', () => {
    expect(Object.keys(services).sort()).toEqual(['redis', 'web', 'worker']);
    expect(web.command).toEqual(['start', '--role', 'web']);
    expect(worker.command).toEqual(['start', '--role', 'worker']);
  });

  it('lets workers be scaled: they have no name and no port of their own', () => {
    expect(worker.container_name).toBeUndefined();
    expect(worker.ports).toBeUndefined();
    expect(web.ports).toEqual(['${FEEDMILL_PORT:-8080}:8080']);
  });

  it('keeps the data of Redis in a volume, with every write and without eviction', () => {
    expect(redis.volumes).toEqual(['redis:/data']);
    expect(redis.command.join(' ')).toBe(
      'redis-server --appendonly yes --appendfsync everysec --maxmemory-policy noeviction',
    );
    expect(Object.keys(volumes).sort()).toEqual(['public', 'redis']);
  });

  it.each([['web'], ['worker']] as const)('runs %s on the config of this directory, read-only', (name) => {
    const service = services[name];
    expect(service).toMatchObject({ image: 'feedmill', build: '.', read_only: true, restart: 'unless-stopped' });
    expect(service.volumes).toEqual(['./config:/app/config:ro', 'public:/app/public']);
    expect(service.environment).toMatchObject({ REDIS_URL: 'redis://redis:6379' });
    expect(service.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  });

  it.each([['web'], ['worker'], ['redis']] as const)('gives %s more time to stop than it takes', (name) => {
    expect(Number.parseInt(services[name].stop_grace_period, 10)).toBeGreaterThan(30);
  });

  it('waits for a Redis that answers', () => {
    expect(redis.healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping']);
    expect(redis.restart).toBe('unless-stopped');
  });

  it('passes on only variables that the shipped config knows', () => {
    const known = read('config/site.yaml');
    for (const name of Object.keys(web.environment ?? {})) expect(known).toContain(`\${${name}:-`);
  });
});

describe('container/health.mjs', () => {
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

  async function health(...args: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [`${root}container/health.mjs`, ...args],
        { cwd: workplace.directory, env: { PATH: process.env['PATH'] } },
        (error, stdout) => {
          resolve(`${error === null ? 0 : String(error.code)} ${stdout.trim()}`);
        },
      );
    });
  }

  it('says that a web server and a worker are well while they are, and not after', async () => {
    const running = workplace.start(['start']);
    await running.logged(/"running"/);
    expect(await health('start', '--role', 'web')).toBe(`0 http://127.0.0.1:${port}/healthz answers 200`);
    await expect.poll(() => health('start', '--role', 'worker'), { timeout: 15_000 }).toBe('0 the sweep is running');
    await running.stop();
    expect(await health('start')).toBe(`1 unhealthy: connect ECONNREFUSED 127.0.0.1:${port}`);
  });
});
