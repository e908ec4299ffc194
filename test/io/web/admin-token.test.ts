import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdminAccess } from '../../../src/io/web/admin-token.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { sampleSettings } from '../../stages/render/samples.ts';

let directory: string;
let logged: string[];
const note = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
const log = { debug: note, info: note, warn: note, error: note };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-token-'));
  logged = [];
});
afterEach(() => rm(directory, { recursive: true }));

function settings(changes: Partial<Settings> = {}): Settings {
  return sampleSettings({ redis: { urls: [], directory: join(directory, 'data/redis') }, ...changes });
}

const file = () => join(directory, 'data/admin-token');
const site = (url: string) => ({ site: { ...sampleSettings().site, url } });

describe('createAdminAccess', () => {
  it('makes a token at the first start of a public site, for its owner alone, and keeps it', async () => {
    const first = createAdminAccess(settings, log)();
    const text = await readFile(file(), 'utf8');
    expect(text).toMatch(/^[\w-]{32}\n$/u);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(first).toEqual({ kind: 'token', token: text.trim() });
    expect(createAdminAccess(settings, log)()).toEqual(first);
    expect(logged[0]).toContain(file());
    expect(logged.join('\n')).not.toContain(text.trim());
  });

  it('reads the file once, not with each request', async () => {
    const access = createAdminAccess(settings, log);
    const first = access();
    await rm(file());
    expect(access()).toBe(first);
    expect(logged).toHaveLength(1);
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:80', 'http://feeds.localhost'])(
    'needs no token for %s',
    async (url) => {
      expect(createAdminAccess(() => settings(site(url)), log)()).toEqual({ kind: 'this-machine' });
      await expect(stat(file())).rejects.toThrow('ENOENT');
    },
  );

  it.each(['http://localhost.example.org', 'http://10.0.0.1', 'http://127.example.org'])('makes one for %s', (url) => {
    expect(createAdminAccess(() => settings(site(url)), log)()).toMatchObject({ kind: 'token' });
  });

  it('follows the config: a configured token wins', () => {
    let current = settings(site('http://localhost'));
    const access = createAdminAccess(() => current, log);
    expect(access()).toEqual({ kind: 'this-machine' });
    current = settings();
    expect(access()).toMatchObject({ kind: 'token' });
    current = settings({ admin: { token: 'configured-and-long-enough' } });
    expect(access()).toEqual({ kind: 'token', token: 'configured-and-long-enough' });
  });

  it.each(['', 'short', 'has a blank in its middle'])('stays closed on a file that holds %j', async (text) => {
    await mkdir(join(directory, 'data'));
    await writeFile(file(), text);
    expect(createAdminAccess(settings, log)()).toMatchObject({ kind: 'closed' });
    expect(logged[0]).toContain('contains no token');
  });

  it('stays closed if no token can be kept', async () => {
    await writeFile(join(directory, 'data'), 'a file where the directory should be');
    expect(createAdminAccess(settings, log)()).toMatchObject({ kind: 'closed' });
    expect(logged[0]).toContain('set admin.token');
  });
});
