import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecretFiles } from '../../src/config/secret-files.ts';
import { ConfigError } from '../../src/model/errors.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-secrets-'));
});
afterEach(() => rm(directory, { recursive: true }));

const config = [{ path: 'config/a.yaml', name: 'a.yaml', text: 'a: ${TOKEN}\nb: "${OTHER:-x}"\n' }];

async function write(name: string, text: string | Uint8Array): Promise<string> {
  await writeFile(join(directory, name), text);
  return join(directory, name);
}

describe('readSecretFiles', () => {
  it('takes the variable before NAME_FILE, and that before a directory', async () => {
    await write('TOKEN', 'from the directory');
    const file = await write('elsewhere', 'from the file');
    const base = { FEEDMILL_SECRETS: directory };
    const values = async (environment: Readonly<Record<string, string>>) =>
      (await readSecretFiles(config, { ...base, ...environment })).environment['TOKEN'];
    expect(await values({ TOKEN: 'from the variable', TOKEN_FILE: file })).toBe('from the variable');
    expect(await values({ TOKEN_FILE: file })).toBe('from the file');
    expect(await values({ TOKEN: '', TOKEN_FILE: file })).toBe('from the file');
    expect(await values({})).toBe('from the directory');
  });

  it('drops one line break at the end, and gives the values to be hidden', async () => {
    await write('TOKEN', 'secret  \r\n');
    await write('OTHER', 'two\nlines\n\n');
    const { environment, secrets } = await readSecretFiles(config, { FEEDMILL_SECRETS: directory });
    expect(environment).toMatchObject({ TOKEN: 'secret  ', OTHER: 'two\nlines\n' });
    expect(secrets).toEqual(['secret  ', 'two\nlines\n']);
  });

  it('looks in each directory, and in that of systemd', async () => {
    const second = join(directory, 'second');
    const credentials = join(directory, 'credentials');
    await Promise.all([mkdir(second), mkdir(credentials)]);
    await write('second/TOKEN', 'second');
    await write('credentials/OTHER', 'credential');
    const { environment } = await readSecretFiles(config, {
      FEEDMILL_SECRETS: `${directory}:${second}`,
      CREDENTIALS_DIRECTORY: credentials,
    });
    expect(environment).toMatchObject({ TOKEN: 'second', OTHER: 'credential' });
  });

  it('knows the address of Redis without a config that names it', async () => {
    await write('REDIS_URL', 'redis://:password@redis');
    const { environment } = await readSecretFiles([], { FEEDMILL_SECRETS: directory });
    expect(environment['REDIS_URL']).toBe('redis://:password@redis');
  });

  it('reads nothing that no config names', async () => {
    const { environment } = await readSecretFiles(config, { SSL_CERT_FILE: '/nowhere', FEEDMILL_SECRETS: directory });
    expect(Object.keys(environment).sort()).toEqual(['FEEDMILL_SECRETS', 'SSL_CERT_FILE']);
  });

  it.each([
    ['a file that is not there', 'absent', undefined, 'it does not exist'],
    ['a directory', '.', undefined, 'it is a directory'],
    ['bytes that are no text', 'bytes', new Uint8Array([0xff, 0xfe, 0x00]), 'it is not UTF-8'],
    ['a file that is far too large', 'large', 'x'.repeat(70_000), 'it has more than 64 KB'],
  ])('refuses %s that NAME_FILE names, and shows nothing of it', async (_title, name, content, reason) => {
    const file = content === undefined ? join(directory, name) : await write(name, content);
    const error = await readSecretFiles(config, { TOKEN_FILE: file }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toBe(`ConfigError: ${file}:1:1: TOKEN_FILE: cannot be read for \${TOKEN}: ${reason}`);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a secret that this user may not read', async () => {
    await chmod(await write('TOKEN', 'secret'), 0o000);
    await expect(readSecretFiles(config, { FEEDMILL_SECRETS: directory })).rejects.toThrow('this user may not read it');
  });
});
