import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressesError, createConnectAddresses } from '../../../src/io/fetch/connect-addresses.ts';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { startOrigin } from '../../support/origin.ts';
import { failureOf, get, textOf } from './support.ts';

/** A host whose connections wait until it is woken: its queue is full, so it does not even answer a SYN. */
const SLEEPER = `
  const { readSync } = require('node:fs');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\nConnection: close\\r\\n\\r\\nlate'));
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => {
      readSync(0, Buffer.alloc(1));
      setTimeout(() => process.exit(), 20_000).unref();
    });
  });
`;

interface Sleeper {
  readonly port: number;
  wake(): void;
  close(): Promise<void>;
}

async function startSleeper(): Promise<Sleeper> {
  const child: ChildProcess = spawn(process.execPath, ['-e', SLEEPER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [first] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const port = Number(first.toString());
  // Two fit into a queue of one; what comes after them gets no answer.
  const queued = Array.from({ length: 2 }, (): Socket => connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(queued.map((socket) => once(socket, 'connect')));
  return {
    port,
    wake: () => child.stdin?.write('x'),
    close: async () => {
      for (const socket of queued) socket.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

let expectNoLeaks: () => Promise<void>;

beforeEach(() => {
  expectNoLeaks = startLeakCheck();
});

afterEach(async () => {
  await expectNoLeaks();
});

describe('a host with several addresses', () => {
  it.each([[['127.0.0.1', '::1']], [['::1', '127.0.0.1']], [['127.0.0.1']], [['127.0.0.3', '127.0.0.1', '::1']]])(
    'is waited for at each of %j, however late the one that works answers',
    async (addresses) => {
      const sleeper = await startSleeper();
      const fetcher = createFetcher({ environment: {}, resolve: () => Promise.resolve(addresses) });
      const settings = { connectTimeoutMs: 8000 };
      const late = get(fetcher, `http://far.example.org:${sleeper.port}/`, { settings });
      // Longer than the head start of all of them together.
      await sleep(800);
      sleeper.wake();
      expect(textOf(await late)).toBe('late');
      await fetcher.close();
      await sleeper.close();
    },
  );

  it('is connected to at the first address that accepts, without waiting for a silent one', async () => {
    const sleeper = await startSleeper();
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere'));
    server.listen(sleeper.port, '127.0.0.2');
    await once(server, 'listening');
    const fetcher = createFetcher({
      environment: {},
      resolve: () => Promise.resolve(['127.0.0.1', '127.0.0.2']),
    });
    expect(textOf(await get(fetcher, `http://near.example.org:${sleeper.port}/`))).toBe('here');
    await fetcher.close();
    server.close();
    await sleeper.close();
  });

  it('is reported with the end of each of them', async () => {
    const sleeper = await startSleeper();
    const fetcher = createFetcher({
      environment: {},
      resolve: () => Promise.resolve(['127.0.0.1', '127.0.0.9']),
    });
    const settings = { connectTimeoutMs: 700 };
    expect(failureOf(await get(fetcher, `http://far.example.org:${sleeper.port}/`, { settings }))).toEqual({
      kind: 'timeout',
      message: `far.example.org:${sleeper.port} did not accept a connection within 0.7 s (127.0.0.1 did not answer, 127.0.0.9 refused)`,
    });
    await fetcher.close();
    await sleeper.close();
  });

  it('is knocked at with at most eight of them', async () => {
    const closed = await startOrigin();
    await closed.close();
    const addresses = Array.from({ length: 200 }, (_, index) => `127.0.1.${index + 1}`);
    const fetcher = createFetcher({ environment: {}, resolve: () => Promise.resolve(addresses) });
    const { message } = failureOf(await get(fetcher, `http://many.example.org:${closed.port}/`));
    expect(message.match(/ refused/g)).toHaveLength(8);
    await fetcher.close();
  });

  it('is not knocked at any more when the fetcher is closed', async () => {
    const sleeper = await startSleeper();
    const fetcher = createFetcher({ environment: {}, resolve: () => Promise.resolve(['127.0.0.1', '::1']) });
    const settings = { connectTimeoutMs: 8000 };
    const waiting = get(fetcher, `http://far.example.org:${sleeper.port}/`, { settings });
    const refused = expect(waiting).rejects.toThrow('the fetcher was closed');
    await fetcher.close();
    await refused;
    await sleeper.close();
  });
});

describe('a family without a route', () => {
  it('comes last from then on', async () => {
    const closed = createServer();
    closed.listen(0, '::1');
    await once(closed, 'listening');
    // A server that listens on TCP has an address of this kind.
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const connectAddresses = createConnectAddresses();
    // No TCP connection can go to the broadcast address, on any machine.
    const orders = [];
    for (let round = 0; round < 2; round += 1) {
      const signal = AbortSignal.timeout(5000);
      const failed = connectAddresses(['255.255.255.255', '::1'], { port, timeoutMs: 5000, signal });
      orders.push(await failed.catch((error: unknown) => (error as AddressesError).attempts.map((at) => at.address)));
    }
    expect(orders).toEqual([
      ['255.255.255.255', '::1'],
      ['::1', '255.255.255.255'],
    ]);
  });

  it.each([
    ['a timeout', 'ETIMEDOUT'],
    ['a refusal', 'ECONNREFUSED'],
  ])('never decides beside %s', (_title, code) => {
    const unrouted = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];
    const attempts = [...unrouted, code].map((end, index) => ({ address: `2001:db8::${index}`, code: end }));
    expect(new AddressesError(attempts).code).toBe(code);
  });

  it('decides alone', () => {
    expect(new AddressesError([{ address: '2001:db8::1', code: 'ENETUNREACH' }]).code).toBe('ENETUNREACH');
  });
});
