import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressOf, isSecure, type TrustedProxies } from '../../../src/io/web/client-address.ts';

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  // The two fields that are read.
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('addressOf', () => {
  it.each<[string, TrustedProxies, string, string | undefined, string]>([
    ['without trust it is the peer', 0, '127.0.0.1', '203.0.113.9', '127.0.0.1'],
    ['without trust a private peer is no proxy either', [], '10.0.0.1', '203.0.113.9', '10.0.0.1'],
    ['one proxy wrote the last entry', 1, '127.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['two proxies wrote the last two', 2, '127.0.0.1', '9.9.9.9, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['a list shorter than the hops ends at its first entry', 3, '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['without the header it is the peer', 1, '127.0.0.1', undefined, '127.0.0.1'],
    ['an entry that is no address ends the walk', 2, '127.0.0.1', 'unknown, 203.0.113.9', '203.0.113.9'],
    ['an empty entry does, too', 1, '127.0.0.1', '203.0.113.9, ', '127.0.0.1'],
    [
      'networks: the first address outside is the client',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '6.6.6.6, 203.0.113.9, 10.0.0.2',
      '203.0.113.9',
    ],
    ['networks: a peer outside is the client', ['10.0.0.0/8'], '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['an IPv4 peer of a dual-stack socket', ['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['a port is left out', 1, '127.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['a bracketed address loses its brackets', 1, '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ])('%s', (_title, trust, peer, forwarded, client) => {
    expect(addressOf(request(peer, forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), trust)).toBe(
      client,
    );
  });
});

describe('isSecure', () => {
  it.each<[TrustedProxies, string, boolean]>([
    [0, 'https', false],
    [1, 'https', true],
    [1, 'http', false],
    [1, 'https, http', false],
    [['127.0.0.0/8'], 'https', true],
    [['10.0.0.0/8'], 'https', false],
  ])('with trust in %j, X-Forwarded-Proto: %s means %s', (trust, protocol, secure) => {
    expect(isSecure(request('127.0.0.1', { 'x-forwarded-proto': protocol }), trust)).toBe(secure);
  });
});
