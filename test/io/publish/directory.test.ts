/** Do documents become files that are whole at every moment, and nothing but these? */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryPublisher } from '../../../src/io/publish/directory.ts';
import { packageDocument } from '../../../src/io/publish/package.ts';
import { PublishError } from '../../../src/model/errors.ts';
import type { StoredDocument } from '../../../src/model/output.ts';
import { feedPath } from '../../../src/model/paths.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'feedmill-publish-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function document(path: string, text: string): Promise<StoredDocument> {
  return packageDocument({ path, mediaType: 'text/plain; charset=utf-8', body: Buffer.from(text), modifiedAt: 0 });
}

const long = (word: string): string => `${word} 财经新闻 `.repeat(100);

function files(): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

describe('createDirectoryPublisher', () => {
  it('puts the compressed forms beside each file', async () => {
    await createDirectoryPublisher({ directory }).publish([await document('/all.rss', long('a'))]);
    expect(files()).toEqual(['all.rss', 'all.rss.br', 'all.rss.gz']);
    expect(gunzipSync(readFileSync(join(directory, 'all.rss.gz'))).toString()).toBe(long('a'));
    expect(brotliDecompressSync(readFileSync(join(directory, 'all.rss.br'))).toString()).toBe(long('a'));
  });

  it.each([
    ['the root', '/', 'index.html'],
    ['a category', '/category/x.html', 'category/x.html'],
    ['a Chinese tag', feedPath({ kind: 'tag', tag: '股票' }, 'rss'), 'tag/股票.rss'],
    ['a tag with a slash', feedPath({ kind: 'tag', tag: 'a/b' }, 'rss'), 'tag/a%2Fb.rss'],
    ['a tag that looks like a way up', feedPath({ kind: 'tag', tag: '../../x' }, 'rss'), 'tag/%2E.%2F..%2Fx.rss'],
    ['a file name without a slash', '2021-12-24-00.md', '2021-12-24-00.md'],
  ])('gives %s a file of its own', async (_what, path, file) => {
    await createDirectoryPublisher({ directory }).publish([await document(path, 'x')]);
    expect(files()).toEqual([file]);
  });

  it.each(['/../x', '/a/../../x', '/%2e%2e/x', '/a%2Fb', '/a%00b', '/a//b', '/%', '..', '/a\\b'])(
    'refuses %s',
    async (path) => {
      const publisher = createDirectoryPublisher({ directory });
      await expect(publisher.publish([await document(path, 'x')])).rejects.toThrow(PublishError);
      expect(files()).toEqual([]);
    },
  );

  it.each([
    ['the same publisher', true],
    ['another one after a restart', false],
  ])('does not touch what did not change, by %s', async (_who, same) => {
    const first = createDirectoryPublisher({ directory });
    await first.publish([await document('/a.rss', long('a')), await document('/b.rss', long('b'))]);
    const long_ago = new Date(2000, 1, 1);
    for (const file of files()) utimesSync(join(directory, file), long_ago, long_ago);
    const second = same ? first : createDirectoryPublisher({ directory });
    await second.publish([await document('/a.rss', long('a')), await document('/b.rss', long('c'))]);
    const touched = files().filter((file) => statSync(join(directory, file)).mtimeMs > long_ago.getTime());
    expect(touched).toEqual(['b.rss', 'b.rss.br', 'b.rss.gz']);
  });

  it('writes a file of equal length again when its bytes differ', async () => {
    const publisher = createDirectoryPublisher({ directory });
    await publisher.publish([await document('/a', 'one')]);
    await publisher.publish([await document('/a', 'two')]);
    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('two');
  });

  it('puts back what somebody took away', async () => {
    const publisher = createDirectoryPublisher({ directory });
    await publisher.publish([await document('/a', long('a'))]);
    rmSync(join(directory, 'a.gz'));
    await publisher.publish([await document('/a', long('a'))]);
    expect(files()).toEqual(['a', 'a.br', 'a.gz']);
  });

  it('removes the forms that a document no longer has', async () => {
    const publisher = createDirectoryPublisher({ directory });
    await publisher.publish([await document('/a', long('a'))]);
    await publisher.publish([await document('/a', 'short')]);
    expect(files()).toEqual(['a']);
  });

  it('removes a document with its forms and the folders it leaves empty, and nothing else', async () => {
    mkdirSync(join(directory, 'mine'));
    const publisher = createDirectoryPublisher({ directory });
    await publisher.publish([await document('/tag/x.rss', long('a')), await document('/all.rss', long('a'))]);
    await publisher.remove(['/tag/x.rss', '/never/there.rss']);
    await publisher.remove(['/tag/x.rss']);
    expect(readdirSync(directory).sort()).toEqual(['all.rss', 'all.rss.br', 'all.rss.gz', 'mine']);
  });

  it('cleans up what a crash left unfinished, but not what another process writes now', async () => {
    const unfinished = join(directory, '.feedmill-unfinished');
    mkdirSync(unfinished);
    writeFileSync(join(unfinished, 'old'), 'x');
    writeFileSync(join(unfinished, 'fresh'), 'x');
    utimesSync(join(unfinished, 'old'), new Date(2000, 1, 1), new Date(2000, 1, 1));
    await createDirectoryPublisher({ directory }).publish([await document('/a', 'x')]);
    expect(files()).toEqual(['.feedmill-unfinished/fresh', 'a']);
  });

  it('leaves nothing beside the documents', async () => {
    await createDirectoryPublisher({ directory }).publish([await document('/a', 'x')]);
    expect(readdirSync(directory)).toEqual(['a']);
  });

  it('never shows a part of a file to somebody who reads while it is written', async () => {
    const publisher = createDirectoryPublisher({ directory });
    const versions = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(200_000));
    await publisher.publish([await document('/a', versions[0] ?? '')]);
    const seen = new Set<string>();
    const writing = new AbortController();
    const reading = (async () => {
      while (!writing.signal.aborted) {
        seen.add(readFileSync(join(directory, 'a'), 'utf8'));
        await new Promise(setImmediate);
      }
    })();
    for (const version of versions) await publisher.publish([await document('/a', version)]);
    writing.abort();
    await reading;
    expect([...seen].filter((text) => !versions.includes(text))).toEqual([]);
  });

  it('names what stands in the way', async () => {
    writeFileSync(join(directory, 'tag'), 'a file');
    const publisher = createDirectoryPublisher({ directory });
    await expect(publisher.publish([await document('/tag/x.rss', 'x')])).rejects.toThrow(
      /writing .*tag\/x\.rss: there is a file where a folder is needed/u,
    );
  });

  const mounted = (): boolean => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory], { stdio: 'ignore' });
      return true;
    } catch {
      // Only root may mount: the test says that it was skipped.
      return false;
    }
  };

  it('keeps the last good files and says so when the disk is full', async ({ skip }) => {
    if (!mounted()) skip('needs the right to mount a small file system');
    try {
      const publisher = createDirectoryPublisher({ directory });
      const good = await document('/a.rss', long('good'));
      await publisher.publish([good]);
      const noise = Buffer.alloc(400_000, 0).map((_, index) => (index * 7919 + (index >> 3)) % 251);
      const big = await packageDocument({ ...good, path: '/a.rss', body: noise });
      const publishDeps = publisher.publish([big]);
      await expect(publishDeps).rejects.toThrow(PublishError);
      await expect(publishDeps).rejects.toThrow(
        /the disk is full \(ENOSPC\); the files published before are still there/u,
      );
      expect(files()).toEqual(['a.rss', 'a.rss.br', 'a.rss.gz']);
      expect(readFileSync(join(directory, 'a.rss'), 'utf8')).toBe(long('good'));
      expect(gunzipSync(readFileSync(join(directory, 'a.rss.gz'))).toString()).toBe(long('good'));
      await publisher.publish([await document('/a.rss', long('next'))]);
      expect(readFileSync(join(directory, 'a.rss'), 'utf8')).toBe(long('next'));
    } finally {
      execFileSync('umount', [directory]);
    }
  });
});
