/** Strangers, as a process of their own: one attack at a time, or all of them, for as long as is asked. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { createRawClient } from '../../test/support/raw-http.ts';

export const ATTACKS = ['silent callbacks', 'many ports', 'archive positions', 'broken requests', 'polls'] as const;
export type Attack = (typeof ATTACKS)[number];

export interface AttackOrder {
  readonly attacks: readonly Attack[];
  readonly seconds: number;
  /** Of the site. */
  readonly port: number;
  readonly site: string;
}

export interface AttackReport {
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Where strangers come from; the reader and the subscriber come from 127.0.0.1. */
const STRANGER = '127.0.0.66';
const PACE_MS = 50;
const WITHIN_MS = 30_000;

type Ask = (method: 'GET' | 'POST', path: string, body?: string) => Promise<void>;

/** Calls `act` this many times a second, evenly, until the time is over; waits for no answer. */
async function atRate(perSecond: number, until: number, act: (number: number) => Promise<void>): Promise<void> {
  const begun: Promise<void>[] = [];
  let number = 0;
  let due = 0;
  while (Date.now() < until) {
    for (due += (perSecond * PACE_MS) / 1_000; due >= 1; due -= 1) {
      begun.push(act(number));
      number += 1;
    }
    await pause(PACE_MS);
  }
  await Promise.all(begun);
}

function subscription(site: string, topic: string, callback: string): string {
  return new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.topic': site + topic,
    'hub.callback': callback,
  }).toString();
}

/** 300 requests at once and 20 a second more, whose callbacks take the connection and never answer; each fourth with 15 KB of fragment. */
async function silentCallbacks({ site }: AttackOrder, until: number, ask: Ask): Promise<void> {
  const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume());
  silent.listen(9_901, '127.0.0.5');
  const request = (number: number) => {
    const topic = number % 4 === 3 ? `/category/c0.rss#${'x'.repeat(15_000)}` : '/category/c0.rss';
    return ask('POST', '/websub', subscription(site, topic, `http://127.0.0.5:9901/${number}`));
  };
  await Promise.all(Array.from({ length: 300 }, (_, number) => request(number)));
  await atRate(20, until, (number) => request(1_000 + number));
  silent.close();
}

/** 50 requests a second for callbacks on 20 ports of one address, each confirmed at once. */
async function manyPorts({ site }: AttackOrder, until: number, ask: Ask): Promise<void> {
  const servers = Array.from({ length: 20 }, (_, number) =>
    createHttpServer((request, response) => {
      response.end(new URL(request.url ?? '/', 'http://x/').searchParams.get('hub.challenge') ?? '');
    }).listen(9_910 + number, '127.0.0.6'),
  );
  await atRate(50, until, (number) =>
    ask('POST', '/websub', subscription(site, '/all.atom', `http://127.0.0.6:${9_910 + (number % 20)}/${number}`)),
  );
  for (const server of servers) server.close().closeAllConnections();
}

/** 100 a second, each at a position of its own, of feeds that are there and of tags that are not. */
async function archivePositions(_order: AttackOrder, until: number, ask: Ask): Promise<void> {
  await atRate(100, until, (number) => {
    const position = `${1_700_000_000_000 + number}-${number.toString(16).padStart(16, '0')}`;
    return ask(
      'GET',
      number % 2 === 0 ? `/all.rss?before=${position}` : `/tag/made-up-${number}/before/${position}.html`,
    );
  });
}

/** 100 a second, over 20 connections: line breaks and junk in positions, byte by byte. */
async function brokenRequests({ port }: AttackOrder, until: number, note: (status: string) => void): Promise<void> {
  const work = async (worker: number): Promise<void> => {
    const client = createRawClient(port, WITHIN_MS);
    for (let number = 0; Date.now() < until; number += 1) {
      const junk = `/all.rss?before=1-0000000000000000%3Fbefore=%0a${worker}-${number}${'j'.repeat(number % 2_000)}`;
      const answer = await client
        .ask('GET', Buffer.from(`GET ${junk} HTTP/1.1\r\nHost: x\r\n\r\n`))
        .catch(() => undefined);
      note(String(answer?.status ?? 'none'));
      await pause(200);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
}

/** 300 whole feeds a second, without validators and uncompressed. */
async function polls(_order: AttackOrder, until: number, ask: Ask): Promise<void> {
  await atRate(300, until, (number) => ask('GET', `/category/c${number % 10}.rss`));
}

export async function attack(order: AttackOrder): Promise<AttackReport> {
  const statuses: Record<string, number> = {};
  const note = (status: string): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const agent = new Agent({ connections: 100, localAddress: STRANGER, headersTimeout: WITHIN_MS });
  const ask: Ask = async (method, path, body) => {
    try {
      const answer = await agent.request({
        origin: `http://127.0.0.1:${order.port}`,
        method,
        path,
        ...(body !== undefined && { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      });
      await answer.body.dump();
      note(String(answer.statusCode));
    } catch (error) {
      note(error instanceof Error ? error.name : 'error');
    }
  };
  const until = Date.now() + order.seconds * 1_000;
  const run: Readonly<Record<Attack, () => Promise<void>>> = {
    'silent callbacks': () => silentCallbacks(order, until, ask),
    'many ports': () => manyPorts(order, until, ask),
    'archive positions': () => archivePositions(order, until, ask),
    'broken requests': () => brokenRequests(order, until, note),
    polls: () => polls(order, until, ask),
  };
  await Promise.all(order.attacks.map((name) => run[name]()));
  await agent.close();
  return { statuses };
}

// Only where it was forked.
process.on('message', (order: AttackOrder) => {
  void attack(order).then((report) => process.send?.(report));
});
