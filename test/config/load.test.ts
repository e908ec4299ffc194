import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, readConfigFiles } from '../../src/config/load.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-config-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const put = async (name: string, content: string | Uint8Array) => {
  await mkdir(join(directory, name, '..'), { recursive: true });
  await writeFile(join(directory, name), content);
};

describe('readConfigFiles', () => {
  it('reads what counts, in the order of names, and leaves alone what is hidden', async () => {
    for (const name of ['b.yaml', 'a/c.yml', 'a.opml', 'tls/ca.pem', '.a.yaml', '.git/d.yaml', 'x.json', 'README.md']) {
      await put(name, name);
    }
    expect(await readConfigFiles(directory)).toEqual(
      ['a.opml', 'a/c.yml', 'b.yaml', 'tls/ca.pem'].map((name) => ({ path: join(directory, name), name, text: name })),
    );
  });

  it('reads one file alone where it is named', async () => {
    await put('a.yaml', 'site: {}');
    await put('b.yaml', 'sources: []');
    const path = join(directory, 'b.yaml');
    expect(await readConfigFiles(path)).toEqual([{ path, name: 'b.yaml', text: 'sources: []' }]);
  });

  it('reads a file with a byte order mark', async () => {
    await put('a.yaml', '\ufeffsite: {}');
    expect((await readConfigFiles(directory))[0]?.text).toBe('site: {}');
  });

  it('reads lists in the charset that they come in', async () => {
    const list = '<opml><outline text="财经" xmlUrl="https://a.example/"/></opml>';
    await put('a.yaml', 'site: {}');
    await put('u.opml', Buffer.from(`\ufeff${list}`, 'utf16le'));
    const gbk = Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="GBK"?><opml><outline text="'),
      Buffer.from([0xb2, 0xc6, 0xbe, 0xad]),
      Buffer.from('" xmlUrl="https://a.example/"/></opml>'),
    ]);
    await put('g.opml', gbk);
    const texts = (await readConfigFiles(directory)).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('text="财经"'))).toHaveLength(2);
  });

  it('tells of every file that is not UTF-8', async () => {
    await put('a.yaml', Uint8Array.of(0x61, 0xd6, 0xd0));
    await put('b.yaml', Uint8Array.of(0xff, 0xfe, 0x61, 0));
    await expect(readConfigFiles(directory)).rejects.toThrow(
      `${directory}/a.yaml:1:1: cannot be read: it is not UTF-8\n${directory}/b.yaml:1:1: cannot be read: it is not UTF-8`,
    );
  });
});

describe('loadConfig', () => {
  it('tells of a directory that is not there', async () => {
    await expect(loadConfig(join(directory, 'none'), {})).rejects.toThrow(
      `${directory}/none:1:1: cannot be read as the config directory: it does not exist`,
    );
  });

  it('tells of a file in its place', async () => {
    await put('file', 'a');
    await expect(loadConfig(join(directory, 'file'), {})).rejects.toThrow('it is not a directory');
  });

  it('tells of an empty directory', async () => {
    await expect(loadConfig(directory, {})).rejects.toThrow(
      `${directory}:1:1: contains no *.yaml, *.yml or *.opml file`,
    );
  });

  it.each(['config', 'config/a.yaml'])(
    'takes directories as relative to the parent of the config directory (%s)',
    async (place) => {
      await put(
        'config/a.yaml',
        `site: { url: https://news.example.org }
redis: { directory: data/redis }
publish: { directory: public, jekyll: { directory: /srv/_posts } }
sources: [{ url: https://a.example.org }]
`,
      );
      const { redis, publish } = await loadConfig(join(directory, place), {});
      expect([redis.directory, publish.directory, publish.jekyll?.directory]).toEqual([
        join(directory, 'data/redis'),
        join(directory, 'public'),
        '/srv/_posts',
      ]);
    },
  );

  it('reads ten thousand sources', async () => {
    const sources = Array.from({ length: 10_000 }, (_, n) => `  - url: https://${n}.example.org/feed\n`).join('');
    await put('a.yaml', `site: { url: https://news.example.org }\nsources:\n${sources}`);
    const settings = await loadConfig(directory, {});
    expect(settings.sources).toHaveLength(10_000);
    expect(settings.sources[9999]?.writtenAt?.line).toBe(10_002);
  });
});
