import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const template = fileURLToPath(new URL('../../template/', import.meta.url));

let workplace: Workplace;
beforeEach(async () => {
  workplace = await makeWorkplace();
});
afterEach(() => workplace.close());

function filesOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8', withFileTypes: true });
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(directory.length).replace(/^\//u, ''), readFileSync(path, 'utf8')]),
  );
}

describe('feedmill init', () => {
  it('writes what template/ holds, which passes check', async () => {
    expect((await workplace.run(['init', 'site', '--yes'])).code).toBe(0);
    expect(filesOf(workplace.path('site'))).toEqual(filesOf(template));
    const checked = await workplace.run(['check', '--config', 'site/config']);
    expect(checked.stdout).toBe('site/config: 2 files, 1 category, 5 sources; no problems\n');
  });

  it('takes title, address, language, zone and feeds from options, whatever signs they hold', async () => {
    const title = 'Zeitung: "Neues" #1';
    const args = [
      '--title',
      title,
      '--url',
      'https://n.example.org',
      '--language',
      'de',
      '--timezone',
      'Europe/Berlin',
    ];
    const { code } = await workplace.run(['init', ...args, '--feed', 'https://a.example.org/x?y=1&z=#f']);
    expect(code).toBe(0);
    const { stdout } = await workplace.run(['opml', 'export', '--sources']);
    expect(stdout).toContain('Zeitung: &quot;Neues&quot; #1');
    expect(stdout).toContain('https://a.example.org/x?y=1&amp;z=');
  });

  it('comments in Chinese for a Chinese site', async () => {
    expect((await workplace.run(['init', '.', '--language', 'zh-CN'])).code).toBe(0);
    const files = filesOf(workplace.directory);
    expect(files['config/site.yaml']).toContain('站点设置');
    expect(files['README.md']).toContain('聚合站');
    expect((await workplace.run(['check'])).stdout).toContain('5 sources; no problems');
  });

  it('writes nothing if one of the files is there already', async () => {
    await workplace.write('README.md', 'mine');
    const { code, stderr } = await workplace.run(['init', '--yes']);
    expect([code, stderr]).toEqual([1, 'README.md exists already; nothing was written. Choose another directory.\n']);
    expect(filesOf(workplace.directory)).toEqual({ 'README.md': 'mine' });
  });

  it.each([
    ['--language', 'deutsch!', 'site.language'],
    ['--url', 'news.example.org', 'site.url'],
    ['--timezone', 'Mars/Base', 'site.timezone'],
    ['--feed', 'ftp://example.org', 'sources[0].url'],
  ])('refuses %s %s before it writes', async (option, value, path) => {
    const { code, stderr } = await workplace.run(['init', option, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(path);
    expect(filesOf(workplace.directory)).toEqual({});
  });
});
