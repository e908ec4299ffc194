/** A year in operation: how the processes start, what a command may change, and a config that is wrong. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { SOURCES, useSmallSite } from '../support/small-site.ts';

const site = useSmallSite();

describe('feedmill start', () => {
  it('ends with one line and exit code 1 where the port is in use, and leaves nothing running', async () => {
    const taken = createServer().listen(site.port, '127.0.0.1');
    await once(taken, 'listening');
    const running = (await site.place()).start(['start']);
    const { code, stderr } = await running.finished;
    taken.close();
    expect(code).toBe(1);
    const said = stderr.split('\n').filter((line) => line.includes('already in use'));
    expect(said.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      `feedmill ends: port ${site.port} is already in use (http.port)`,
    ]);
    expect(site.asked.size).toBe(0);
  }, 60_000);

  it('names http.host where the address is not one of this machine', async () => {
    const somewhere = await site.place();
    await somewhere.write(
      'config/feedmill.yaml',
      site.config(1).replace('host: 127.0.0.1, port', 'host: 203.0.113.7, port'),
    );
    const { code, stderr } = await somewhere.start(['start']).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('203.0.113.7 is not an address of this machine (http.host)');
  }, 60_000);

  it('ends at once at a signal that comes while it waits for Redis', async () => {
    const waiting = await site.place({ REDIS_URL: 'redis://127.0.0.1:1', FEEDMILL_LOG: 'debug' });
    const running = waiting.start(['start']);
    await running.logged(/Redis connection/u);
    const { code } = await running.stop();
    expect(code).toBe(0);
    expect(running.log()).toContain('stopped before Redis could be reached');
  }, 60_000);

  it('reads an edit that was saved while it started', async () => {
    const somewhere = await site.place();
    const running = somewhere.start(['start']);
    await running.logged(/"msg":"serving"/u);
    await somewhere.write('config/feedmill.yaml', site.config(SOURCES + 1));
    await running.logged(/added source s3/u);
    await site.stop(running);
  }, 60_000);

  it('keeps its schedule where a command about one source runs with a config that lists less', async () => {
    const somewhere = await site.place();
    const running = somewhere.start(['start', '--role', 'worker']);
    await running.logged(/"msg":"running"/u);
    await somewhere.write('other/feedmill.yaml', site.config(1));
    for (const name of ['show', 'fetch', 'pause']) {
      const { code, stderr } = await somewhere.run(['source', name, 's0', '--config', 'other']);
      expect(code, `source ${name}: ${stderr}`).toBe(0);
      expect(await site.redis.client.zcard(`${site.redis.prefix}:due`), name).toBe(SOURCES);
    }
    await site.stop(running);
  }, 60_000);

  it('tells of a wrong config on disk in /readyz and in the metrics, and of its mending', async () => {
    const somewhere = await site.place();
    const running = somewhere.start(['start']);
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    await somewhere.write('config/feedmill.yaml', site.config(SOURCES, 'wrong: true'));
    await running.logged(/the running configuration stays in use/u);
    // The first look may see a part of the file.
    await expect
      .poll(async () => (await site.readyz()).text, { timeout: 20_000 })
      .toContain('config/feedmill.yaml:8:1');
    expect((await site.readyz()).failing).toEqual(['config']);
    const metrics = await fetch(`http://127.0.0.1:${site.port}/metrics`);
    expect(await metrics.text()).toContain('feedmill_config_ok 0');
    await somewhere.write('config/feedmill.yaml', site.config(SOURCES));
    await expect.poll(site.isReady, { timeout: 20_000 }).toBe(200);
    await site.stop(running);
  }, 120_000);

  it('has not written a secret in any of this', () => {
    site.expectNoSecrets();
  });
});
