/** Is each Lua script whole: readable by Redis, used, and part of what is built? */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lua } from '../../../src/io/store/lua.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));

function files(ending: string): string[] {
  return readdirSync(`${src}io`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending));
}

const scripts = files('.lua');

/** What TypeScript runs and what scripts include, as named there. */
function used(): string[] {
  const named = (ending: string, pattern: RegExp): string[] =>
    files(ending).flatMap((file) =>
      [...readFileSync(`${src}io/${file}`, 'utf8').matchAll(pattern)].map(([, name]) => name ?? ''),
    );
  return [...named('.ts', /\blua\('([^']+)'\)/gu), ...named('.lua', /^-- @include (\S+)$/gmu)];
}

/** Without what a string literal escapes, and the quotes around it. */
function bare(text: string): string {
  return text.replace(/\\n|[\s\\"'`]/gu, '');
}

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

describe('the Lua scripts', () => {
  it.each(scripts)('%s is read by Redis', async (file) => {
    expect(await redis.client.script('LOAD', lua(file))).toMatch(/^[0-9a-f]{40}$/u);
  });

  it('are all used, and all there are', () => {
    expect(scripts.length).toBeGreaterThan(30);
    expect([...new Set(used())].sort()).toEqual([...scripts].sort());
  });

  it('are part of the built program', () => {
    const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(`${dist}${file}`, 'utf8'))
      .join('\n');
    const text = bare(built);
    expect(scripts.filter((file) => !text.includes(bare(lua(file))))).toEqual([]);
  });
});

describe('lua', () => {
  it('puts a file in the place of the line that includes it, whatever that file includes', () => {
    const text = lua('store/held/hold.lua');
    expect(text).toContain('local function is_held(mark)');
    expect(text).toContain('local function mark_of(id)');
    expect(text).not.toContain('@include');
  });

  it('names the file that is missing and what to do', () => {
    expect(() => lua('store/none.lua')).toThrow(
      'the Lua script store/none.lua cannot be read; build or install Feedmill again',
    );
  });
});
