import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResolve, type Resolve } from '../../../src/io/fetch/resolve.ts';
import { startLeakCheck } from '../../support/leaks.ts';

const [A, AAAA] = [1, 28];
const [NO_ERROR, SERVER_FAILURE] = [0, 2];

/** What the name server below answers; silence for a name that is not here. */
const ZONE: Readonly<Record<string, { readonly code: number; readonly addresses: readonly string[] }>> = {
  'both.example.org': { code: NO_ERROR, addresses: ['2001:db8::1', '192.0.2.1', '192.0.2.2'] },
  'four.example.org': { code: NO_ERROR, addresses: ['192.0.2.1'] },
  'six.example.org': { code: NO_ERROR, addresses: ['2001:db8::1'] },
  'broken.example.org': { code: SERVER_FAILURE, addresses: [] },
};

/** Just enough of RFC 1035: one question, answers of one type. */
function answer(query: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = query.readUInt16BE(at + 1);
  const known = ZONE[labels.join('.')];
  if (known === undefined) return undefined;
  const records = known.addresses.filter((address) => isIP(address) === (type === A ? 4 : 6));
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | known.code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const bodies = records.map((address) => {
    const data = type === A ? Buffer.from(address.split('.').map(Number)) : SIX;
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type === A ? A : AAAA, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([header, query.subarray(12, at + 5), ...bodies]);
}

/** 2001:db8::1. */
const SIX = Buffer.from('20010db8000000000000000000000001', 'hex');

let server: Socket;
let resolve: Resolve;
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  server = createSocket('udp4', (query, from) => {
    const message = answer(query);
    if (message) server.send(message, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const resolver = new Resolver({ timeout: 100, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  resolve = createResolve(resolver);
});

afterEach(async () => {
  server.close();
  await once(server, 'close');
  await expectNoLeaks();
});

describe('a look-up', () => {
  it.each([
    ['both.example.org', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['BOTH.example.org.', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['four.example.org', ['192.0.2.1']],
    ['six.example.org', ['2001:db8::1']],
  ])('of %s gives every address, IPv4 first', async (name, addresses) => {
    const found = await resolve(name);
    expect([...found].sort()).toEqual([...addresses].sort());
    expect(found.map(isIP)).toEqual(addresses.map(isIP));
  });

  it.each([
    ['silent.example.org', 'ETIMEOUT'],
    ['broken.example.org', 'ESERVFAIL'],
  ])('of %s fails without asking the system', async (name, code) => {
    await expect(resolve(name)).rejects.toMatchObject({ code });
  });

  it('leaves names without a dot to the system', async () => {
    expect(await resolve('localhost')).toContain('127.0.0.1');
  });
});
