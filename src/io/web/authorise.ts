/** Does a request come from the operator? */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hasProxyHeaders } from './client-address.ts';

const LOOPBACK_PEER = /^(?:::ffff:)?127\.|^::1$/u;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

/** Who may use the admin pages and read the metrics. */
export type AdminAccess =
  | { readonly kind: 'token'; readonly token: string }
  /** No token is set, and the site is published on this machine only. */
  | { readonly kind: 'this-machine' }
  /** There is no token, and none could be made. */
  | { readonly kind: 'closed'; readonly message: string };

/**
 * Whether the client is on this machine, and uses a name of this machine. A page of another site that resolves to here
 * (DNS rebinding) uses the name of that site; clients behind a proxy have the headers of a proxy.
 */
export function isLocal(request: IncomingMessage): boolean {
  return (
    LOOPBACK_PEER.test(request.socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(request.headers.host ?? '') &&
    !hasProxyHeaders(request)
  );
}

/** Whether `Authorization` holds the token, as Bearer, or as the password of Basic under any name. */
export function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(/\s+/u);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return isSame(value, token);
    case 'basic':
      return isSame(
        Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/u, ''),
        token,
      );
    default:
      return false;
  }
}

/** Compares in a time that does not show where two texts differ. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
