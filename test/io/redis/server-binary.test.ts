/** Is the right server found, and is it said what to install? */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedisServer, isRecentRedis } from '../../../src/io/redis/server-binary.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-binary-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function machineWith(name: string, servers: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(directory, `${name}-`));
  for (const [server, answer] of Object.entries(servers)) {
    await writeFile(join(path, server), `#!/bin/sh\necho '${answer}'\n`);
    await chmod(join(path, server), 0o755);
  }
  return path;
}

describe('findRedisServer', () => {
  it.each([
    ['takes redis-server', { 'redis-server': 'Redis server v=7.0.15 sha=0:0' }, 'redis-server', '7.0.15'],
    ['takes valkey-server', { 'valkey-server': 'Valkey server v=8.1.0 sha=0:0' }, 'valkey-server', '8.1.0'],
    [
      'passes over an old redis-server',
      { 'redis-server': 'Redis server v=5.0.3 sha=0:0', 'valkey-server': 'Valkey server v=8.1.0 sha=0:0' },
      'valkey-server',
      '8.1.0',
    ],
    [
      'passes over what is no server',
      { 'redis-server': 'hello', 'valkey-server': 'Valkey server v=8.1.0 sha=0:0' },
      'valkey-server',
      '8.1.0',
    ],
  ])('%s', async (_title, servers, name, version) => {
    const path = await machineWith('found', servers);
    expect(await findRedisServer(path, [])).toEqual({ path: join(path, name), version });
  });

  it('looks where packages put servers although the search path does not say so', async () => {
    const further = await machineWith('further', { 'redis-server': 'Redis server v=6.2.0' });
    expect((await findRedisServer('', [further])).version).toBe('6.2.0');
  });

  it('says what to install where there is none', async () => {
    await expect(findRedisServer(await machineWith('none', {}), [])).rejects.toThrow(
      /neither redis-server nor valkey-server was found.*apt-get install redis-server.*brew install redis.*REDIS_URL/,
    );
  });

  it('names the version that is too old', async () => {
    const path = await machineWith('old', { 'redis-server': 'Redis server v=6.0.16 sha=0:0' });
    await expect(findRedisServer(path, [])).rejects.toThrow(/redis-server is version 6\.0\.16, older than 6\.2/);
  });
});

describe('isRecentRedis', () => {
  it.each([
    ['5.0.14', false],
    ['6.0.16', false],
    ['6.2.0', true],
    ['7.0.15', true],
    ['10.0', true],
    ['255.255.255', true],
    ['', false],
  ])('%s: %s', (version, recent) => {
    expect(isRecentRedis(version)).toBe(recent);
  });
});
