/** Does a static copy keep the files of names that were not portable, without making new ones? */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryPublisher } from '../../../src/io/publish/directory.ts';
import { packing } from '../../../src/io/publish/package.ts';
import { withFormerPaths } from '../../../src/jobs/publish/former-paths.ts';
import { feedPath } from '../../../src/model/paths.ts';
import { sampleSettings } from '../../stages/render/samples.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'feedmill-former-'));
  mkdirSync(join(directory, 'tag'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const copy = () => withFormerPaths(createDirectoryPublisher({ directory }), sampleSettings, packing);
const documentOf = (format: 'rss' | 'html', text: string) =>
  packing.seal({
    path: feedPath({ kind: 'tag', tag: 'a:b' }, format),
    mediaType: 'text/plain',
    body: Buffer.from(text),
    modifiedAt: 1,
  });
const files = (): readonly string[] => readdirSync(join(directory, 'tag')).sort();
const textOf = (name: string): string => readFileSync(join(directory, 'tag', name), 'utf8');

describe('a tag whose name no portable file name can hold', () => {
  it('has a portable file, and no other', async () => {
    await copy().publish([documentOf('rss', 'new'), documentOf('html', 'new')]);
    expect(files()).toEqual(['a%3Ab.html', 'a%3Ab.rss']);
  });

  it('keeps the files that it had before: the feed, and a page that leads to the new address', async () => {
    for (const format of ['rss', 'html']) writeFileSync(join(directory, `tag/a:b.${format}`), 'old');
    const wanted = [documentOf('rss', 'new'), documentOf('html', 'new')];
    const missing = await copy().missing(wanted.map((document) => ({ document, encodings: [] })));
    expect([...missing]).toEqual(wanted.map(({ path }) => path));
    await copy().publish(wanted);
    expect(files()).toEqual(['a%3Ab.html', 'a%3Ab.rss', 'a:b.html', 'a:b.rss']);
    expect(textOf('a:b.rss')).toBe('new');
    expect(textOf('a:b.html')).toContain('url=https://news.example.org/tag/a%253Ab.html');
    expect(await copy().missing(wanted.map((document) => ({ document, encodings: [] })))).toEqual(new Set());
    await copy().remove(wanted.map(({ path }) => path));
    expect(readdirSync(directory)).toEqual([]);
  });
});
