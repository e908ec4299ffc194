import { describe, expect, it } from 'vitest';
import { addressNetwork, isInNetworks, isPublicAddress, parseNetworks } from '../../../src/syntax/http/ip-address.ts';

describe('isPublicAddress', () => {
  it.each([
    ['93.184.216.34'],
    ['1.1.1.1'],
    ['223.5.5.5'],
    ['172.15.255.255'],
    ['172.32.0.1'],
    ['100.63.255.255'],
    ['100.128.0.1'],
    ['192.167.255.255'],
    ['223.255.255.255'],
    ['2606:4700:4700::1111'],
    ['2400:3200::1'],
    ['2a00:1450:4001::1'],
    ['::ffff:93.184.216.34'],
    ['64:ff9b::5db8:d822'],
    ['2002:5db8:d822::1'],
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '10.255.255.255'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.0.1'],
    ['shared with a carrier', '100.64.0.1'],
    ['the metadata of Alibaba Cloud', '100.100.100.200'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local, the metadata of most clouds', '169.254.169.254'],
    ['link-local', '169.254.0.1'],
    ['the platform of Azure', '168.63.129.16'],
    ['protocol assignments, the metadata of Oracle', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['the old 6to4 relay', '192.88.99.1'],
    ['benchmarks', '198.18.0.1'],
    ['benchmarks', '198.19.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.250'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['unique local', 'fc00::1'],
    ['the metadata of AWS', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['a zone on a public address', '2606:4700::1%1'],
    ['the old site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['discard', '100::1'],
    ['benchmarks', '2001:2::1'],
    ['ORCHID', '2001:20::1'],
    ['not handed out', '4000::1'],
    ['segment routing', '5f00::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped loopback in hex', '::ffff:7f00:1'],
    ['mapped private', '::ffff:10.0.0.1'],
    ['mapped metadata', '::ffff:a9fe:a9fe'],
    ['compatible loopback', '::127.0.0.1'],
    ['compatible private', '::a00:1'],
    ['translated loopback', '::ffff:0:127.0.0.1'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['NAT64 of metadata', '64:ff9b::169.254.169.254'],
    ['NAT64 for local use', '64:ff9b:1::5db8:d822'],
    ['6to4 of private', '2002:a00:1::1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo with a private server', '2001:0:a00:1::a246:27dd'],
    ['Teredo with a private client', '2001:0:5db8:d822:0:0:f5ff:fffe'],
    ['ISATAP of private', '2606:4700::5efe:a00:1'],
    ['ISATAP of loopback, universal bit set', '2606:4700::200:5efe:7f00:1'],
    ['a name', 'localhost'],
    ['a number', '2130706433'],
    ['an octal', '0177.0.0.1'],
    ['a short form', '127.1'],
    ['nothing', ''],
  ])('%s (%s) is not', (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('isInNetworks', () => {
  const networks = parseNetworks(['127.0.0.0/8', '10.1.0.0/16', 'fd00::/8', '192.168.1.1']);

  it.each([
    ['127.0.0.1', true],
    ['::ffff:127.0.0.1', true],
    ['10.1.255.255', true],
    ['10.2.0.1', false],
    ['fd12::1', true],
    ['fc00::1', false],
    ['192.168.1.1', true],
    ['192.168.1.2', false],
    ['::1', false],
    ['64:ff9b::7f00:1', false],
    ['localhost', false],
  ])('%s: %s', (address, expected) => {
    expect(isInNetworks(address, networks)).toBe(expected);
  });

  it.each([['10.0.0.0/33'], ['localhost'], ['10.0.0.0/8/8'], ['']])('%s is no network', (text) => {
    expect(() => parseNetworks([text])).toThrow(RangeError);
  });
});

describe('addressNetwork', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:7::9', '2001:db8:0:7::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(addressNetwork(address)).toBe(network);
  });
});
