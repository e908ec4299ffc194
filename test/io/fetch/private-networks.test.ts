import { describe, expect, it } from 'vitest';
import { createOpenNetworks } from '../../../src/io/fetch/private-networks.ts';
import { SETTINGS } from './support.ts';

const INSIDE = 'http://127.0.0.1/feed';

/** Whether private networks are open at this address for a source that was configured so. */
async function isOpen(networks: ReturnType<typeof createOpenNetworks>, configuredUrl: string, url = INSIDE) {
  return (await networks.settingsFor(new URL(url), configuredUrl, SETTINGS)).allow.length > 0;
}

function networksOf(...answers: readonly (readonly string[])[]) {
  const left = [...answers];
  return createOpenNetworks(() => Promise.resolve(left.shift() ?? answers.at(-1) ?? []));
}

describe('createOpenNetworks', () => {
  it.each([
    ['an address inside', INSIDE, true],
    ['an address inside, in other digits', 'http://2130706433/', true],
    ['an IPv6 address inside', 'http://[::1]/', true],
    ['another private address', 'http://10.0.0.1/', false],
    ['a public address', 'http://93.184.216.34/', false],
    ['no address', 'nonsense', false],
  ])('is open for %s: %s is %s', async (_title, configuredUrl, open) => {
    expect(await isOpen(networksOf(), configuredUrl)).toBe(open);
  });

  it.each([
    ['inside', ['127.0.0.1'], true],
    ['inside and in another private network', ['127.0.0.1', '10.0.0.1'], true],
    ['public and inside', ['93.184.216.34', '127.0.0.1'], false],
    ['public', ['93.184.216.34'], false],
  ])('looks a name up: %s', async (_title, addresses, open) => {
    expect(await isOpen(networksOf(addresses), 'http://name.example.org/feed')).toBe(open);
  });

  it('leaves the configured host itself to the look-up of the connection', async () => {
    const networks = createOpenNetworks(() => Promise.reject(new Error('not asked')));
    expect(await isOpen(networks, 'http://name.example.org/a', 'http://NAME.example.org./b')).toBe(true);
  });

  it('stays closed to a name that was public once, whatever its owner makes of it', async () => {
    const networks = networksOf(['93.184.216.34'], ['127.0.0.1']);
    const url = 'http://turning.example.org/feed';
    expect(await isOpen(networks, url, url)).toBe(true);
    await networks.resolve('turning.example.org');
    expect(await isOpen(networks, url, url)).toBe(false);
    expect(await isOpen(networks, url)).toBe(false);
  });

  it('gives the same closed settings each time, because connections are shared by them', async () => {
    const networks = networksOf();
    const ask = () => networks.settingsFor(new URL(INSIDE), 'http://93.184.216.34/', SETTINGS);
    expect(await ask()).toBe(await ask());
  });
});
