/** How is the certificate of an issuer fetched? */
import requestThrough from 'undici/lib/api/api-request.js';
import { assertAllowedHost } from './guarded-connect.ts';
import type { Route } from './agents.ts';
import { readStart } from './read-start.ts';
import type { Resolve } from './resolve.ts';
import type { FetchIssuer } from './trust.ts';

const TIMEOUT_MS = 5000;
/** The largest intermediate certificates have a few KB; a message may hold some more. */
const MOST_BYTES = 64 * 1024;

/**
 * One GET without redirects over plain http, as is usual for these files. Any server may name the address, so it is
 * guarded like the request that needs it.
 */
export function createIssuerFetcher(resolve: Resolve, routeTo: (url: URL) => Route): FetchIssuer {
  return async (address) => {
    if (!URL.canParse(address)) return undefined;
    const url = new URL(address);
    const { dispatcher, allow, proxy } = routeTo(url);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      // The proxy connects for us, so the address is checked before the request.
      if (proxy !== undefined) await assertAllowedHost(url.hostname, allow, resolve);
      const { statusCode, body } = await requestThrough.call(dispatcher, {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: { accept: 'application/pkix-cert, application/pkcs7-mime, */*;q=0.1' },
        signal,
      });
      const bytes = await readStart(body, MOST_BYTES);
      return statusCode === 200 ? bytes : undefined;
    } catch {
      // An issuer that cannot be fetched stays unknown; the failure then describes the handshake.
      return undefined;
    }
  };
}
