import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSourcePositions } from '../../../src/io/log/source-positions.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-maps-'));
  await writeFile(
    join(directory, 'fail.ts'),
    'type T = 1;\n\nexport function fail(): T {\n  throw new Error("x");\n}\n',
  );
  await build({
    absWorkingDir: directory,
    entryPoints: ['fail.ts'],
    outfile: join(directory, 'out', 'built.js'),
    sourcemap: true,
    format: 'esm',
  });
  await writeFile(join(directory, 'out', 'wrong.js.map'), '{');
});
afterAll(() => rm(directory, { recursive: true }));

const fileUrl = (name: string): string => pathToFileURL(join(directory, name)).href;

describe('createSourcePositions', () => {
  it('names the line of the source for each position in a built file', async () => {
    const lines = (await readFile(join(directory, 'out', 'built.js'), 'utf8')).split('\n');
    const line = lines.findIndex((text) => text.includes('throw')) + 1;
    expect(line).not.toBe(4);
    const stack = `Error: x\n    at fail (${fileUrl('out/built.js')}:${line}:9)\n    at ${fileUrl('out/built.js')}:${line}:3`;
    expect(JSON.parse(createSourcePositions()(JSON.stringify({ stack })))).toEqual({
      stack: `Error: x\n    at fail (${fileUrl('fail.ts')}:4:9)\n    at ${fileUrl('fail.ts')}:4:3`,
    });
  });

  it.each([
    ['a file without a map', 'out/none.js:3:1'],
    ['a map that cannot be read', 'out/wrong.js:3:1'],
  ])('leaves the position of %s', (_title, position) => {
    const line = `    at run (${fileUrl(position)})`;
    expect(createSourcePositions()(line)).toBe(line);
  });
});
