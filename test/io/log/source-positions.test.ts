import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  it('names the line of the source for a position in a built file', async () => {
    // A module that was made a moment ago.
    const { fail } = (await import(fileUrl('out/built.js'))) as { fail: () => void };
    let stack = '';
    try {
      fail();
    } catch (error) {
      if (error instanceof Error) stack = error.stack ?? '';
    }
    expect(stack).toContain(`${fileUrl('out/built.js')}:`);
    expect(createSourcePositions()(JSON.stringify({ stack }))).toContain(`${fileUrl('fail.ts')}:4:9`);
  });

  it.each([
    ['a file without a map', 'out/none.js:3:1'],
    ['a map that cannot be read', 'out/wrong.js:3:1'],
    ['a line that the map does not know', 'out/built.js:900:1'],
  ])('leaves the position of %s', (_title, position) => {
    const line = `    at run (${fileUrl(position)})`;
    expect(createSourcePositions()(line)).toBe(line);
  });
});
