/**
 * How long does our hub take to tell all subscribers of a feed that it has changed?
 *
 *     npx tsx bench/hub.ts [--subscribers 1000] [--rounds 3] [--hosts 20]
 *
 * One process works on the queue and serves; the subscribers are a server in the same process, reached over loopback
 * under many names, as each host may have four deliveries at once. A feed of 100 posts, signed. From the post's saving to
 * the last answered delivery.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from '../src/app/app.ts';
import { CAPACITY } from '../src/stages/hub/quotas.ts';
import { subscriptionId } from '../src/stages/hub/request.ts';
import { sampleSettings } from '../test/stages/render/samples.ts';
import { samplePosts } from './sample-posts.ts';

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    hosts: { type: 'string', default: '20' },
  },
});
const subscribers = Number(values.subscribers);
const TOPIC = '/category/xinhuashe.rss';

let left = 0;
let done = (): void => undefined;
let bytes = 0;
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    response.writeHead(204).end();
    left -= 1;
    if (left === 0) done();
  });
});
server.listen(0, '0.0.0.0');
await once(server, 'listening');
// A server that listens on TCP has an address of this kind.
const { port } = server.address() as AddressInfo;

const directory = mkdtempSync(join(tmpdir(), 'feedmill-hub-'));
const base = sampleSettings();
const settings = {
  ...base,
  redis: { urls: [], directory },
  fetch: { ...base.fetch, allow: ['127.0.0.0/8'] },
  publish: { ...base.publish, websubHub: 'self' },
  sources: [],
};
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: console.warn, error: console.error };
const app = await openApp({ settings, log, now: Date.now, random: Math.random });
try {
  await app.reconfigure(settings);
  const posts = samplePosts(100).map((post) => ({ ...post, categories: ['xinhuashe'] }));
  const save = async (changed: typeof posts): Promise<void> => {
    const versions = await app.posts.versions(changed.map(({ id }) => id));
    await app.posts.save(
      changed.map((post, index) => ({
        post,
        mark: { sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8), fingerprint: post.id },
        expectedVersion: versions[index] ?? 0,
      })),
      Date.now(),
    );
    await app.publishTouched();
  };
  await save(posts);
  for (let number = 0; number < subscribers; number += 1) {
    // 127.0.0.x are all this machine.
    const callback = `http://127.0.0.${2 + (number % Number(values.hosts))}:${port}/${number}`;
    await app.hub.subscriptions.put(
      {
        id: subscriptionId({ topic: TOPIC, callback }),
        topic: TOPIC,
        topicUrl: `${base.site.url}${TOPIC}`,
        callback,
        secret: 'secret',
        askedAt: 0,
        leaseEndsAt: Date.now() + 86_400_000,
        failures: 0,
        requester: '',
        addresses: [],
      },
      [],
      CAPACITY,
    );
  }
  const workers = await app.startWorkers();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const [first] = posts;
    if (first === undefined) break;
    left = subscribers;
    bytes = 0;
    const last = new Promise<void>((resolve) => {
      done = resolve;
    });
    const start = performance.now();
    const cpu = process.cpuUsage();
    await save([{ ...first, title: `${first.title} ${round}`, revision: round + 2 }]);
    await last;
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    console.log(
      `${subscribers} subscribers notified in ${(ms / 1_000).toFixed(1)} s: ${Math.round((subscribers / ms) * 1_000)} deliveries/s, ` +
        `${((user + system) / 1_000 / subscribers).toFixed(2)} ms CPU and ${Math.round(bytes / subscribers / 1_000)} kB each`,
    );
  }
  await workers.close(1_000);
} finally {
  await app.close();
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
}
