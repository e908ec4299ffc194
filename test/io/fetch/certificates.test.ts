/** TLS of servers whose chain is incomplete, and of servers whose key is pinned. */
import { createHash, createPublicKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificatesIn } from '../../../src/io/fetch/certificates.ts';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import type { Fetcher } from '../../../src/ports/fetch.ts';
import { type Authority, type CertificateMaker, createCertificateMaker, issuerAt } from '../../support/certificates.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { failureOf, get, textOf } from './support.ts';

const FEED = '<rss version="2.0"><channel><title>财经</title></channel></rss>';

/** Every context of TLS loads all certificates of the system, and one visit needs several. */
const PATIENT = { connectTimeoutMs: 30_000, timeoutMs: 40_000 };

let maker: CertificateMaker;
let root: Authority;
let stranger: Authority;
let download: Origin;
let fetcher: Fetcher;
let expectNoLeaks: () => Promise<void>;

beforeAll(() => {
  maker = createCertificateMaker();
  root = maker.root('Root');
  stranger = maker.root('Stranger');
});

afterAll(() => {
  maker.close();
});

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  download = await startOrigin();
  fetcher = createFetcher({ environment: {} });
});

afterEach(async () => {
  await fetcher.close();
  await download.close();
  await expectNoLeaks();
});

describe('a server without its intermediate certificate', () => {
  it.each([
    ['DER', (authority: Authority) => authority.der],
    ['PEM', (authority: Authority) => authority.cert],
    ['a CMS message', (authority: Authority) => authority.message],
  ])('is verified with the one that its certificate names, in %s', async (_title, form) => {
    const intermediate = root.issueAuthority('Intermediate');
    download.on('/intermediate', { body: form(intermediate) });
    const server = await startOrigin({ issued: intermediate.issueServer([issuerAt(`${download.url}/intermediate`)]) });
    server.on('/', { body: FEED });
    server.on('/next', { body: FEED });
    expect(textOf(await get(fetcher, server.url, { settings: { ...PATIENT, ca: root.cert } }))).toBe(FEED);
    expect(textOf(await get(fetcher, `${server.url}/next`, { settings: { ...PATIENT, ca: root.cert } }))).toBe(FEED);
    expect(download.paths()).toEqual(['/intermediate']);
    await server.close();
  });

  it('is verified where two are missing, and the next host needs no download', async () => {
    const upper = root.issueAuthority('Upper');
    download.on('/upper', { body: upper.der });
    const lower = upper.issueAuthority('Lower', [issuerAt(`${download.url}/upper`)]);
    download.on('/lower', { body: lower.der });
    const issued = lower.issueServer([issuerAt(`${download.url}/lower`)]);
    const [first, second] = [await startOrigin({ issued }), await startOrigin({ issued })];
    const settings = { ...PATIENT, ca: root.cert };
    for (const server of [first, second]) {
      server.on('/', { body: FEED });
      expect(textOf(await get(fetcher, server.url, { settings }))).toBe(FEED);
      await server.close();
    }
    expect(download.paths()).toEqual(['/lower', '/upper']);
  });

  it('is refused where the chain leads to a root that is not trusted, however complete it is', async () => {
    const intermediate = stranger.issueAuthority('Intermediate', [issuerAt(`${download.url}/root`)]);
    download.on('/root', { body: stranger.der });
    download.on('/intermediate', { body: intermediate.der });
    const server = await startOrigin({ issued: intermediate.issueServer([issuerAt(`${download.url}/intermediate`)]) });
    for (let visit = 0; visit < 3; visit += 1) {
      const failure = failureOf(await get(fetcher, server.url, { settings: { ...PATIENT, ca: root.cert } }));
      expect(failure).toMatchObject({ kind: 'tls', message: expect.stringContaining('unknown issuer') as string });
    }
    expect(server.requests).toEqual([]);
    // The failure is remembered for the host.
    expect(download.paths()).toEqual(['/intermediate', '/root']);
    await server.close();
  });

  it.each([
    ['a certificate of somebody else', undefined],
    ['no certificate', { body: '<html>not found</html>' }],
    ['an error', { status: 500 }],
    ['a redirect', { status: 302, headers: { Location: '/elsewhere' } }],
    ['far too much', { body: 'x'.repeat(1024 * 1024) }],
  ])('is refused where the address gives %s', async (_title, reply) => {
    const intermediate = root.issueAuthority('Intermediate');
    const other = root.issueAuthority('Intermediate');
    download.on('/intermediate', reply ?? { body: other.der });
    const server = await startOrigin({ issued: intermediate.issueServer([issuerAt(`${download.url}/intermediate`)]) });
    expect(failureOf(await get(fetcher, server.url, { settings: { ...PATIENT, ca: root.cert } })).kind).toBe('tls');
    expect(server.requests).toEqual([]);
    await server.close();
  });

  it('makes no request into a network that is not open to the source', async () => {
    const closed = download.url.replace('127.0.0.1', '127.0.0.2');
    const issued = root.issueAuthority('Intermediate').issueServer([issuerAt(`${closed}/intermediate`)]);
    const server = await startOrigin({ issued });
    const settings = { ...PATIENT, ca: root.cert, allow: ['127.0.0.1/32', '::1/128'] };
    expect(failureOf(await get(fetcher, server.url, { settings })).kind).toBe('tls');
    expect(download.requests).toEqual([]);
    await server.close();
  });
});

function pinOf(certificate: string): string {
  const key = createPublicKey(certificate).export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

describe('a pinned key', () => {
  it.each([['self-signed'], ['expired'], ['other-name'], ['localhost']] as const)(
    'is enough for a certificate that is %s',
    async (certificate) => {
      const server = await startOrigin({ certificate });
      server.on('/', { body: FEED });
      const settings = { pin: pinOf(server.certificate ?? '') };
      expect(textOf(await get(fetcher, server.url, { settings }))).toBe(FEED);
      await server.close();
    },
  );

  it('that differs ends the connection before anything is sent, even if an authority vouches for the other', async () => {
    const issued = root.issueServer();
    const server = await startOrigin({ issued });
    const settings = { ...PATIENT, ca: root.cert, pin: pinOf(stranger.cert) };
    expect(failureOf(await get(fetcher, server.url, { settings }))).toEqual({
      kind: 'tls',
      message: `the key of localhost is not the pinned one; if its owner has changed it, set fetch.pin of the source to ${pinOf(issued.cert)}`,
    });
    expect(server.requests).toEqual([]);
    await server.close();
  });

  it('is that of the configured host: where this redirects to is verified as usual', async () => {
    const server = await startOrigin({ certificate: 'self-signed' });
    const other = await startOrigin({ issued: root.issueServer() });
    const strange = await startOrigin({ issued: stranger.issueServer() });
    server.on('/good', { status: 302, headers: { Location: `${other.url}/` } });
    server.on('/bad', { status: 302, headers: { Location: `${strange.url}/` } });
    other.on('/', { body: FEED });
    const settings = { ...PATIENT, ca: root.cert, pin: pinOf(server.certificate ?? '') };
    expect(textOf(await get(fetcher, `${server.url}/good`, { settings }))).toBe(FEED);
    expect(failureOf(await get(fetcher, `${server.url}/bad`, { settings })).kind).toBe('tls');
    for (const origin of [server, other, strange]) await origin.close();
  });
});

describe('certificatesIn', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from([0x30])],
    ['an endless length', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00])],
    ['an indefinite length', Buffer.from([0x30, 0x80, 0x00, 0x00])],
    ['text', Buffer.from('-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n')],
  ])('finds none in %s', (_title, bytes) => {
    expect(certificatesIn(bytes)).toEqual([]);
  });

  it('finds none in a message that is cut off anywhere', () => {
    const { message } = root;
    const found = Array.from({ length: message.length }, (_, length) => certificatesIn(message.subarray(0, length)));
    expect(found.every((certificates) => certificates.length === 0)).toBe(true);
    expect(certificatesIn(message)).toHaveLength(1);
  });
});
