import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import type { Fetcher } from '../../../src/ports/fetch.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { failureOf, get, textOf } from './support.ts';

const PUBLIC = '93.184.216.34';

/** What names resolve to here; anything else is unknown. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'loopback.example.org': ['127.0.0.1'],
  'private.example.org': ['10.0.0.7'],
  'metadata.example.org': ['169.254.169.254'],
  'six.example.org': ['::1'],
  'mapped.example.org': ['::ffff:127.0.0.1'],
  'nat64.example.org': ['64:ff9b::7f00:1'],
  'both.example.org': [PUBLIC, '127.0.0.1'],
  'both-turned.example.org': ['127.0.0.1', PUBLIC],
  'both-six.example.org': ['2606:4700:4700::1111', 'fd00::1'],
  'zero.example.org': ['0.0.0.0'],
  'carrier.example.org': ['100.64.1.1'],
  localhost: ['::1', '127.0.0.1'],
};

function resolveFrom(names: Readonly<Record<string, readonly string[]>>) {
  return (hostname: string): Promise<readonly string[]> => {
    const found = names[hostname.replace(/\.$/, '')];
    return found === undefined
      ? Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
      : Promise.resolve(found);
  };
}

let origin: Origin;
let fetcher: Fetcher;
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  origin = await startOrigin();
  fetcher = createFetcher({ environment: {}, resolve: resolveFrom(NAMES) });
});

afterEach(async () => {
  await fetcher.close();
  await origin.close();
  await expectNoLeaks();
});

/** Ways to write 127.0.0.1 and other places that a feed has no business in; PORT is that of a server which must not be asked. */
const HOSTILE: readonly string[] = [
  'http://127.0.0.1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0x0.0x0.0x1:PORT/',
  'http://0x7f.1:PORT/',
  'http://0177.0.0.1:PORT/',
  'http://0177.0.0.01:PORT/',
  'http://017700000001:PORT/',
  'http://00000177.0.0.1:PORT/',
  'http://127.0.0.1%2e:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://①②⑦.⓪.⓪.①:PORT/',
  'http://127。0。0。1:PORT/',
  'http://0:PORT/',
  'http://0.0.0.0:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[::ffff:0:127.0.0.1]:PORT/',
  'http://[64:ff9b::127.0.0.1]:PORT/',
  'http://[64:ff9b:1::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[2001:0:7f00:1::]:PORT/',
  'http://[2606:4700::5efe:7f00:1]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fec0::1]:PORT/',
  'http://[fc00::1]:PORT/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[ff02::1]:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/latest/meta-data/',
  'http://0xa9fea9fe/latest/meta-data/',
  'http://0251.0376.0251.0376/',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://100.100.100.200/latest/meta-data/',
  'http://192.0.0.192/opc/v2/instance/',
  'http://168.63.129.16/machine',
  'http://10.0.0.1/',
  'http://10.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://192.168.257/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://192.0.2.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://240.0.0.1/',
  'http://user:password@127.0.0.1:PORT/',
  'http://example.org@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT\\@example.org/',
  'http://127.0.0.1:PORT#@example.org/',
  'http:127.0.0.1:PORT/',
  'http:////127.0.0.1:PORT/',
  'HTTP://127.0.0.1:PORT/',
  ' http://127.0.0.1:PORT/ ',
  'http://\t127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://loopback.example.org:PORT/',
  'http://private.example.org/',
  'http://metadata.example.org/latest/',
  'http://six.example.org:PORT/',
  'http://mapped.example.org:PORT/',
  'http://nat64.example.org:PORT/',
  'http://both.example.org:PORT/',
  'http://both-turned.example.org:PORT/',
  'http://both-six.example.org:PORT/',
  'http://zero.example.org:PORT/',
  'http://carrier.example.org/',
  'https://127.0.0.1:PORT/',
  'https://loopback.example.org:PORT/',
];

describe('a hostile address', () => {
  it.each(HOSTILE.map((url) => [url]))('%s is refused before anything is sent', async (url) => {
    const outcome = await get(fetcher, url.replace('PORT', String(origin.port)), { settings: { allow: [] } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'forbidden-address',
      message: expect.stringContaining('fetch.allow') as string,
    });
    expect(origin.requests).toEqual([]);
  });

  // Without slashes, a scheme that is the same as that of the page makes a relative address.
  const absolute = HOSTILE.filter((url) => !/^\s*http:[^/]/i.test(url));

  it.each(absolute.map((url) => [url]))('%s is refused behind a redirect', async (url) => {
    const open = await startOrigin({ host: '127.77.0.1' });
    const location = Buffer.from(url.replace('PORT', String(origin.port))).toString('latin1');
    open.on('/', { status: 302, headers: { Location: location } });
    const outcome = await get(fetcher, open.url, { settings: { allow: ['127.77.0.1/32'] } });
    expect(outcome).toMatchObject({ failure: { kind: 'forbidden-address' }, redirects: [{ status: 302 }] });
    expect(origin.requests).toEqual([]);
    await open.close();
  });
});

describe('a name that resolves differently each time', () => {
  it('is connected to by the address that was judged', async () => {
    const open = await startOrigin({ host: '127.77.0.1' });
    open.on('/', { body: 'judged' });
    const answers = ['127.77.0.1', '127.0.0.1'];
    let asked = 0;
    const turning = createFetcher({
      environment: {},
      resolve: () => Promise.resolve([answers[asked++] ?? '127.0.0.1']),
    });
    const url = `http://turning.example.org:${open.port}/`;
    const settings = { allow: ['127.77.0.1/32'] };
    expect(textOf(await get(turning, url, { settings }))).toBe('judged');
    expect(asked).toBe(1);
    await turning.close();

    const later = createFetcher({ environment: {}, resolve: () => Promise.resolve(['127.0.0.1']) });
    expect(failureOf(await get(later, url, { settings })).kind).toBe('forbidden-address');
    await later.close();
    await open.close();
  });
});

describe('fetch.allow', () => {
  it('opens only what it names, and of a private name only the addresses that it names', async () => {
    origin.on('/', { body: 'open' }, { body: 'open' });
    const allow = ['127.0.0.0/8'];
    expect(textOf(await get(fetcher, origin.url, { settings: { allow } }))).toBe('open');
    // localhost is ::1 as well here, where nobody listens.
    expect(textOf(await get(fetcher, `http://localhost:${origin.port}/`, { settings: { allow } }))).toBe('open');
    const refused = await get(fetcher, 'http://private.example.org/', { settings: { allow } });
    expect(failureOf(refused).kind).toBe('forbidden-address');
  });

  it('does not open a name that is public and private at once', async () => {
    const url = `http://both.example.org:${origin.port}/`;
    const outcome = await get(fetcher, url, { settings: { allow: ['10.0.0.0/8'] } });
    expect(failureOf(outcome).kind).toBe('forbidden-address');
  });

  it('of one source lends no open connection to another', async () => {
    origin.on('/', { body: 'open' });
    expect(textOf(await get(fetcher, origin.url, { settings: { allow: ['127.0.0.1/32'] } }))).toBe('open');
    expect(failureOf(await get(fetcher, origin.url, { settings: { allow: [] } })).kind).toBe('forbidden-address');
    expect(origin.requests).toHaveLength(1);
  });

  it('holds for a source whose configured address lies in it, also at what it redirects to', async () => {
    const other = await startOrigin({ host: '127.77.0.1' });
    other.on('/', { body: 'inside' });
    origin.on('/', { status: 302, headers: { Location: other.url } });
    expect(textOf(await get(fetcher, origin.url, { settings: { allow: ['127.0.0.0/8'] } }))).toBe('inside');
    await other.close();
  });

  it.each([
    'http://public.example.org/feed',
    'http://93.184.216.34/feed',
    'http://unknown.example.org/feed',
    'no address',
  ])('does not open what was discovered, or adopted after a redirect, for the source %s', async (configuredUrl) => {
    const resolve = resolveFrom({ 'public.example.org': [PUBLIC], 'inside.example.org': ['127.0.0.1'] });
    const named = createFetcher({ environment: {}, resolve });
    const settings = { allow: ['127.0.0.0/8'] };
    for (const host of ['127.0.0.1', 'inside.example.org']) {
      const outcome = await get(named, `http://${host}:${origin.port}/`, { configuredUrl, settings });
      expect(failureOf(outcome).kind).toBe('forbidden-address');
    }
    expect(origin.requests).toEqual([]);
    await named.close();
  });

  it('opens what was discovered for a source inside, by address and by name', async () => {
    origin.on('/', { body: 'open' }, { body: 'open' });
    const settings = { allow: ['127.0.0.0/8'] };
    for (const configuredUrl of ['http://127.0.0.9/feed', 'http://loopback.example.org/feed']) {
      expect(textOf(await get(fetcher, origin.url, { configuredUrl, settings }))).toBe('open');
    }
  });
});
