/** How `feedmill start` begins, refuses to begin, and ends. */
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const BASE = 'site: { title: News, url: http://localhost:8080 }\nhttp: { host: 127.0.0.1, port: 0 }\n';
const SITE = `${BASE}sources: [{ url: "http://127.0.0.1:1/never.xml" }]\n`;

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
  await workplace.write('config/site.yaml', SITE);
});
afterAll(() => workplace.close());

function linesOf(stderr: string): readonly Readonly<Record<string, unknown>>[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('feedmill start', () => {
  it.each([['web'], ['worker']])('refuses the role %s without a Redis that the other roles share', async (role) => {
    const { code, stderr } = await workplace.run(['start', '--role', role]);
    expect(code).toBe(2);
    expect(linesOf(stderr)).toMatchObject([
      {
        level: 60,
        msg: `config:1:1: redis.url: is not set, and neither is REDIS_URL; --role ${role} needs the Redis that the other roles use. Set one of them, or start one process with --role all`,
      },
    ]);
  });

  it('reports every problem of the config as a line of the log', async () => {
    await workplace.write('wrong/site.yaml', `${SITE}sit: {}\nkeep: { posts: soon }\n`);
    const { code, stderr, stdout } = await workplace.run(['start', '--config', 'wrong']);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr).map(({ level, problem }) => [level, problem])).toMatchObject([
      [60, { file: 'wrong/site.yaml', line: 4, path: 'sit' }],
      [60, { file: 'wrong/site.yaml', line: 5, path: 'keep.posts' }],
    ]);
  });

  it('names the key of a folder in which the private Redis cannot keep its data', async () => {
    await workplace.write('a-file', '');
    await workplace.write('elsewhere/site.yaml', `${SITE}redis: { directory: a-file/redis }\n`);
    const { code, stderr } = await workplace.run(['start', '--config', 'elsewhere']);
    expect([code, linesOf(stderr)]).toMatchObject([1, [{ level: 60, name: 'StoreError' }]]);
    expect(stderr).toMatch(
      /feedmill ends: the embedded Redis cannot keep its data in .*a-file\/redis \(redis\.directory\): /u,
    );
  });
});

describe('a signal', () => {
  let silent: Server | undefined;
  afterEach(() => {
    silent?.close();
  });

  /** Takes connections and never answers. */
  async function silentRedis(): Promise<number> {
    silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const at = silent.address();
    return typeof at === 'object' && at !== null ? at.port : 0;
  }

  it.each([['SIGTERM'], ['SIGINT']] as const)('%s ends the wait for a Redis that does not answer', async (signal) => {
    const port = await silentRedis();
    const asked = new Promise((resolve) => silent?.once('connection', resolve));
    const running = workplace.start(['start', '--role', 'worker'], { REDIS_URL: `redis://127.0.0.1:${port}` });
    await asked;
    const { code, stderr } = await running.stop(signal);
    expect([code, linesOf(stderr).map(({ msg }) => msg)]).toEqual([0, ['stopped before Redis could be reached']]);
  });

  it('ends a process that has just begun', async () => {
    const running = workplace.start(['start']);
    await once(running.process, 'spawn');
    const { code, stderr } = await running.stop('SIGTERM');
    // Killed before it listened for signals, or stopped in order.
    expect([null, 0]).toContain(code);
    expect(stderr).not.toContain('"msg":"running"');
  });

  it.each([['SIGTERM'], ['SIGINT']] as const)(
    '%s ends check --fetch while a source does not answer',
    async (signal) => {
      const port = await silentRedis();
      const asked = new Promise((resolve) => silent?.once('connection', resolve));
      await workplace.write(
        'slow/site.yaml',
        `${BASE}fetch: { allow: [127.0.0.0/8] }\nsources: [{ url: "http://127.0.0.1:${port}/feed.xml" }]\n`,
      );
      const running = workplace.start(['check', '--fetch', '--config', 'slow']);
      await asked;
      const { code, stderr } = await running.stop(signal);
      expect([code, stderr]).toEqual([1, 'interrupted; not every source was tried\n']);
    },
  );
});
