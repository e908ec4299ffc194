/** Is an argument list ever as long as a stranger likes? V8 throws a RangeError beyond some 120,000 arguments. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** `array.push(...x)`, `Math.max(...x)`, `String.fromCharCode(...x)`, `f.apply(…, x)` with a list of any length. */
const SPREAD =
  /\b(?:push|unshift|splice|concat|max|min|fromCharCode|fromCodePoint|of)\((?:[^()[\]{}]*,\s*)?\.\.\.[^\n]*|\.apply\([^\n]*/gu;

/** Lists whose length is ours. */
const BOUNDED: readonly string[] = [
  'io/log/log.ts: .apply(this',
  'io/web/negotiate.ts: max(...types.map(weightOf)',
  'jobs/publish/publish.ts: push(...(await homeDocuments(deps))',
  'stages/classify/flood.ts: max(perMs * sinceThen, ...(usual?.batches',
  'stages/classify/stories.ts: min(Number.POSITIVE_INFINITY, ...slugs',
  'stages/filter/search.ts: max(0, ...groups)',
  'syntax/charset/guess.ts: min(...languagesOf(declared)',
];

it('no spread in src takes a list that grows with a document, a config or a store', () => {
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const lines = readFileSync(join(src, name), 'utf8').matchAll(SPREAD);
      return [...lines].map(([text]) => `${name}: ${text}`);
    })
    .filter((line) => !BOUNDED.some((start) => line.startsWith(start)));
  expect(found).toEqual([]);
});
