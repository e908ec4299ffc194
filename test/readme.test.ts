/** Is what the documents at the top tell of commands, files and addresses there? */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const documents = [
  'README.md',
  'README.zh-CN.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(`${root}docs`).map((n) => `docs/${n}`),
];
const texts = documents.filter((name) => name.endsWith('.md'));
const read = (name: string): string => readFileSync(`${root}${name}`, 'utf8');

async function help(...command: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${root}dist/main.js`, ...command, '--help']);
  return stdout;
}

describe.each(texts)('%s', (name) => {
  it('links to files that are there', () => {
    const directory = name.includes('/') ? `${root}docs/` : root;
    const links = [...read(name).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !/^https?:/.test(link) && !existsSync(directory + link))).toEqual([]);
  });

  it('names files and directories of the project that are there', () => {
    const named = [...read(name).matchAll(/`((?:src|test|script|demo|container|bench|docs|config)\/[\w./-]*)`/g)];
    const paths = named.map(([, path = '']) => path).filter((path) => !path.includes('NAME'));
    // A page of tests names them by their path below test/.
    expect(paths.filter((path) => !existsSync(root + path) && !existsSync(`${root}test/${path}`))).toEqual([]);
  });
});

describe('README.zh-CN.md', () => {
  it('has the ways, commands and addresses of README.md', () => {
    const codeOf = (name: string): string[] =>
      [...read(name).matchAll(/^\| [^\n]*?`((?:feedmill|script|docker|kubectl|import|\/)[^`]*)`/gm)].map(
        ([, code = '']) => code,
      );
    expect(codeOf('README.zh-CN.md')).toEqual(codeOf('README.md'));
  });
});

describe('README.md', () => {
  const readme = read('README.md');

  it('opens with what it is, the two commands and a picture', () => {
    const [title, , opening] = readme.split('\n');
    expect(title).toBe('# Feedmill');
    expect(opening).toMatch(/^Feedmill turns many source feeds into a few good category feeds\./);
    const top = readme.slice(0, readme.indexOf('\n## '));
    expect(top).toMatch(/script\/demo[^]*script\/test[^]*!\[[^\]]+\]\(docs\/category\.png\)/);
  });

  it('lists the commands that are there, with the options that they take', async () => {
    const listed = [...readme.matchAll(/^\| `feedmill (\w+)(.*?)` /gm)].map(([, command = '', rest = '']) => ({
      command,
      options: [...rest.matchAll(/--[\w-]+/g)].map(([option]) => option),
    }));
    const known = [...(await help()).matchAll(/^ {2}(\w+)(?: [[<]| {2,})/gm)].map(([, command = '']) => command);
    expect(listed.map(({ command }) => command).sort()).toEqual(known.filter((one) => one !== 'help').sort());
    for (const { command, options } of listed) {
      const text = await help(command);
      expect(options.filter((option) => !text.includes(option))).toEqual([]);
    }
  });
});
