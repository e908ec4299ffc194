/** Does the demonstration do what it tells a visitor, and leave nothing behind? */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const run = fileURLToPath(new URL('../../demo/run.ts', import.meta.url));

/** Its temporary files go here, so that it can be seen that they go. */
let temporary = '';

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'feedmill-demo-test-'));
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

interface Demo {
  readonly child: ChildProcess;
  /** Both streams, so far. */
  readonly said: () => string;
  readonly ended: Promise<number | undefined>;
}

function startDemo(...args: readonly string[]): Demo {
  const child = spawn(process.execPath, ['--import', 'tsx', run, ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close').then(() => child.exitCode ?? undefined);
  return { child, said: () => text, ended };
}

// tsx keeps its cache in the temporary directory, too.
const leftBehind = async (): Promise<string[]> =>
  (await readdir(temporary)).filter((name) => name.startsWith('feedmill-'));

describe('script/demo', () => {
  it('shows categories that grow, prints where they are, and ends by itself', async () => {
    const demo = startDemo('--for', '18s');
    expect(await demo.ended, demo.said()).toBe(0);
    expect(demo.said()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/category\/caijing\.atom/);
    expect(demo.said()).toMatch(/财经要闻: \d+ posts \(\+\d+\), \S/);
    expect(await leftBehind()).toEqual([]);
  }, 120_000);

  it('ends everything on Ctrl-C', async () => {
    const demo = startDemo();
    await vi.waitFor(async () => {
      expect(await leftBehind()).toHaveLength(1);
    }, 10_000);
    demo.child.kill('SIGINT');
    expect(await demo.ended, demo.said()).toBe(0);
    expect(await leftBehind()).toEqual([]);
  }, 60_000);

  it.each([
    [['--for', 'ever'], 'must be like 30s or 5m'],
    [['--port', '70000'], 'must be a number from 1 to 65535'],
    [['--fast'], '--fast'],
  ])('refuses %j', async (args, words) => {
    const demo = startDemo(...args);
    expect(await demo.ended).toBe(1);
    expect(demo.said()).toContain(words);
  });
});
