/** The network of the machine is out: is that one condition, and does every source keep its rhythm? */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../support/port.ts';
import { linesOf, useSmallSite } from '../support/small-site.ts';

const site = useSmallSite();
/** Each a host of its own. */
const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const WAIT = { timeout: 40_000 };
const asked = new Map<string, number>();
let origin: Server | undefined;

async function listen(port: number): Promise<void> {
  origin = createServer((request, response) => {
    const host = request.headers.host ?? '';
    asked.set(host, (asked.get(host) ?? 0) + 1);
    response.setHeader('Content-Type', 'application/rss+xml');
    response.end(
      `<rss version="2.0"><channel><title>${host}</title><item><guid>${host}</guid><title>Of ${host}</title></item></channel></rss>`,
    );
  }).listen(port, '0.0.0.0');
  await once(origin, 'listening');
}

async function unplug(): Promise<void> {
  origin?.closeAllConnections();
  origin?.close();
  if (origin !== undefined) await once(origin, 'close');
  origin = undefined;
}

afterEach(unplug);

interface ShownSource {
  readonly lastCheckAt: string;
  readonly nextCheckAt: string;
  readonly failures: number;
  readonly reasonText?: string;
}

it('is said once and shown, and no source waits longer for it', async () => {
  const port = await freePort();
  await listen(port);
  const place = await site.place();
  const sources = HOSTS.map(
    (host, index) => `  - { id: h${index}, url: "http://${host}:${port}/feed", categories: [news] }`,
  );
  await place.write('config/feedmill.yaml', site.config(0).replace('sources:\n', `sources:\n${sources.join('\n')}`));
  const running = place.start(['start']);
  await expect.poll(() => asked.size, WAIT).toBe(HOSTS.length);
  await unplug();
  await running.logged(/no host can be reached/u);
  const metrics = async () => (await fetch(`http://127.0.0.1:${site.port}/metrics`)).text();
  await expect.poll(metrics, WAIT).toContain('feedmill_network_up 0');
  let states: readonly ShownSource[] = [];
  const waiting = async () => {
    // Our own output, whose form other tests check.
    states = JSON.parse((await place.run(['sources', '--json'])).stdout) as readonly ShownSource[];
    return states.filter(({ reasonText = '' }) => reasonText.startsWith('no host can be reached')).length;
  };
  await expect.poll(waiting, WAIT).toBe(HOSTS.length);
  for (const { failures, lastCheckAt, nextCheckAt } of states) {
    // Only a check before the condition was recognised counts as a failure of its host.
    expect(failures).toBeLessThanOrEqual(1);
    expect(Date.parse(nextCheckAt) - Date.parse(lastCheckAt)).toBeLessThanOrEqual(6 * 60_000);
  }
  await listen(port);
  expect((await place.run(['source', 'fetch', 'h0'])).code).toBe(0);
  await running.logged(/hosts can be reached again/u);
  await expect.poll(metrics, WAIT).toContain('feedmill_network_up 1');
  expect(linesOf(running).filter((line) => line.includes('no host can be reached'))).toHaveLength(1);
  await site.stop(running);
}, 180_000);
