/** Can a client hold the server by being slow, silent or many? */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CONNECTION_LIMITS, type ConnectionLimits } from '../../../src/io/web/connections.ts';
import { openSite, type Site } from './site.ts';

const QUICK: Partial<ConnectionLimits> = { checkEveryMs: 20 };
const LARGE = 64 * 1024 * 1024;

let site: Site;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await site.close();
});

async function open(connections: Partial<ConnectionLimits>): Promise<void> {
  site = await openSite({ connections: { ...QUICK, ...connections } });
}

async function client(): Promise<Socket> {
  const socket = connect(Number(new URL(site.origin).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What is received until the server ends the connection. */
async function untilEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  await once(socket, 'close');
  return text;
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    site.web.app.server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

describe('a connection', () => {
  it('without a byte is ended', async () => {
    await open({ headMs: 50 });
    expect(await untilEnd(await client())).toMatch(/^(?:HTTP\/1\.1 408 |$)/u);
  });

  it('whose head comes a line at a time is ended, although bytes come all the while', async () => {
    await open({ headMs: 100 });
    const socket = await client();
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    const dripping = setInterval(() => socket.write('X-Slow: 1\r\n'), 5);
    try {
      expect(await untilEnd(socket)).toMatch(/^HTTP\/1\.1 408 /u);
    } finally {
      clearInterval(dripping);
    }
  });

  it('whose body never ends is ended', async () => {
    await open({ headMs: 100, requestMs: 100 });
    const socket = await client();
    socket.write('PUT /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{');
    const dripping = setInterval(() => socket.write(' '), 5);
    try {
      expect(await untilEnd(socket)).toMatch(/^HTTP\/1\.1 408 /u);
    } finally {
      clearInterval(dripping);
    }
  });

  it('of a client that does not read its answer is ended', async () => {
    await open({ idleMs: 100 });
    await site.documents.publish([
      { path: '/large.html', mediaType: 'text/html', body: Buffer.alloc(LARGE), modifiedAt: 1, etag: '"x"' },
    ]);
    const socket = await client();
    socket.pause();
    socket.write('GET /large.html HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(connections).toBe(1);
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
    expect(socket.bytesRead).toBeLessThan(LARGE);
  });

  it('between two requests is kept, and then ended', async () => {
    await open({ keepAliveMs: 100 });
    const socket = await client();
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await untilEnd(socket)).toMatch(/^HTTP\/1\.1 200 /u);
  });

  it('beyond the most that are taken is closed, and taken again when another has ended', async () => {
    await open({ most: 2 });
    const first = await client();
    await client();
    await expect.poll(connections).toBe(2);
    expect(await untilEnd(await client())).toBe('');
    first.destroy();
    await expect.poll(connections).toBe(1);
    const next = await client();
    next.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await untilEnd(next)).toMatch(/^HTTP\/1\.1 200 /u);
  });
});

describe('the server', () => {
  it('gives 20 s for the head, 30 s for a request, 120 s without a byte, and takes 10,000 connections', async () => {
    await open({});
    expect(CONNECTION_LIMITS).toMatchObject({ headMs: 20_000, requestMs: 30_000, idleMs: 120_000, most: 10_000 });
    expect(site.web.app.server).toMatchObject({
      headersTimeout: 20_000,
      requestTimeout: 30_000,
      timeout: 120_000,
      keepAliveTimeout: 75_000,
      maxConnections: 10_000,
    });
  });

  it('says that it is not ready if the health checks do not end', async () => {
    site = await openSite({ readyWithinMs: 20, health: { ready: () => new Promise(() => undefined) } });
    const { status, text } = await site.ask('/readyz');
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({
      status: 503,
      body: { status: 'not ready', checks: [{ name: 'redis', ok: false, message: 'no answer within 0.02 s' }] },
    });
  });
});
