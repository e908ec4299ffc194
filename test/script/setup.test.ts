/** Does script/setup do what is missing, only that, and say what it cannot do? */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const setup = fileURLToPath(new URL('../../script/setup', import.meta.url));

/** Programs of every machine that the script may use. */
const ordinary = ['cat', 'cksum', 'dirname', 'env', 'find', 'head', 'mkdir', 'touch'];

let directory = '';

/** A checkout and a search path of its own: what is not put there is not on this machine. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-setup-'));
  for (const name of ['script', 'src', 'bin']) await mkdir(join(directory, name));
  await copyFile(setup, join(directory, 'script/setup'));
  for (const name of ['package-lock.json', 'script/build.ts', 'src/main.ts']) {
    await writeFile(join(directory, name), '{}');
  }
  for (const name of ordinary) await symlink(await whereIs(name), join(directory, 'bin', name));
  await symlink(process.execPath, join(directory, 'bin/node'));
  await machineHas('npm', 'case "$*" in ci*) mkdir -p node_modules ;; *build*) mkdir -p dist; : >dist/main.js ;; esac');
  await machineHas('id', 'echo 1000');
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function whereIs(name: string): Promise<string> {
  const { text } = await run('/bin/sh', ['-c', `command -v ${name}`], {});
  return text.trim();
}

/** A program that records how it was called, then runs the given script. */
async function machineHas(name: string, does = ''): Promise<void> {
  const path = join(directory, 'bin', name);
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >>"${directory}/calls"\n${does}\n`);
  await chmod(path, 0o755);
}

interface Outcome {
  readonly code: number;
  readonly text: string;
  /** Programs called, in order, with the first of their words. */
  readonly calls: readonly string[];
}

async function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { env: { PATH: process.env['PATH'], ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

async function runSetup(environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  await rm(join(directory, 'calls'), { force: true });
  const outcome = await run('/bin/sh', [join(directory, 'script/setup')], {
    PATH: join(directory, 'bin'),
    ...environment,
  });
  const calls = await readFile(join(directory, 'calls'), 'utf8').catch(() => '');
  return { ...outcome, calls: calls.split('\n').filter((line) => line !== '' && !line.startsWith('id')) };
}

const packages = 'npm ci --no-audit --no-fund --loglevel=error';
const build = 'npm run --silent build';

describe('script/setup', () => {
  it('installs packages and builds, once', async () => {
    await machineHas('redis-server');
    expect(await runSetup()).toMatchObject({ code: 0, calls: [packages, build] });
    expect(await runSetup()).toEqual({ code: 0, calls: [], text: '' });
  });

  it('installs packages again when the lockfile has changed', async () => {
    await machineHas('redis-server');
    await runSetup();
    await writeFile(join(directory, 'package-lock.json'), '{"changed":true}');
    expect((await runSetup()).calls[0]).toBe(packages);
  });

  it('builds again when a source is newer', async () => {
    await machineHas('redis-server');
    await runSetup();
    const later = new Date(Date.now() + 10_000);
    await utimes(join(directory, 'src/main.ts'), later, later);
    expect((await runSetup()).calls).toEqual([build]);
  });

  it('fails when the build fails', async () => {
    await machineHas('redis-server');
    await machineHas('npm', 'case "$*" in ci*) mkdir -p node_modules ;; *) exit 2 ;; esac');
    expect((await runSetup()).code).toBe(2);
  });

  it.each([['redis-server'], ['valkey-server']])('installs no Redis where %s is', async (server) => {
    await machineHas(server);
    await machineHas('apt-get');
    expect((await runSetup()).calls).toEqual([packages, build]);
  });

  it('installs no Redis where REDIS_URL names one', async () => {
    await machineHas('apt-get');
    expect(await runSetup({ REDIS_URL: 'redis://127.0.0.1:6379' })).toMatchObject({
      code: 0,
      calls: [packages, build],
    });
  });

  it.each([
    ['apt-get', 'apt-get install -y -qq --no-install-recommends redis-server'],
    ['apk', 'apk add --quiet redis'],
    ['dnf', 'dnf install -y -q valkey'],
    ['brew', 'brew install --quiet redis'],
  ])('installs Redis through %s where there is none', async (manager, call) => {
    await machineHas('id', 'echo 0');
    await machineHas(manager, `cp "${directory}/bin/npm" "${directory}/bin/redis-server"`);
    await symlink(await whereIs('cp'), join(directory, 'bin/cp'));
    expect(await runSetup()).toMatchObject({ code: 0, calls: [packages, call, build] });
  });

  it('asks sudo where it is not root, and fetches the lists where a package is not known yet', async () => {
    await symlink(await whereIs('cp'), join(directory, 'bin/cp'));
    await machineHas('sudo', '"$@"');
    await machineHas(
      'apt-get',
      `case "$*" in update*) : >"${directory}/lists" ;; *) [ -f "${directory}/lists" ] && cp "${directory}/bin/npm" "${directory}/bin/redis-server" ;; esac`,
    );
    const { code, calls } = await runSetup();
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith('apt-get'))).toEqual([
      'apt-get install -y -qq --no-install-recommends redis-server',
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends redis-server',
    ]);
  });

  it.each([
    ['there is no package manager', []],
    ['it is neither root nor has sudo', ['apt-get']],
  ])('says what to install where %s', async (_title, managers) => {
    for (const manager of managers) await machineHas(manager);
    const { code, text, calls } = await runSetup();
    expect(code).toBe(1);
    expect(text).toContain('neither redis-server nor valkey-server is here');
    expect(text).toContain('apt-get install redis-server');
    expect(calls).toEqual([packages]);
  });

  it('says which Node is needed where it is too old', async () => {
    await rm(join(directory, 'bin/node'));
    await machineHas('node', 'case "$1" in --version) echo v18.20.4 ;; *) exit 1 ;; esac');
    const { code, text } = await runSetup();
    expect(code).toBe(1);
    expect(text).toContain('Node.js 20.19 or newer is needed; this is v18.20.4');
  });

  it('says which Node is needed where there is none', async () => {
    await rm(join(directory, 'bin/node'));
    const { code, text } = await runSetup();
    expect(code).toBe(1);
    expect(text).toContain('Node.js 20.19 or newer is needed, with npm; it was not found');
  });
});
