/** Who is asking: the operator, or anybody? */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK_PEER = /^(?:::ffff:)?127\.|^::1$/u;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;
/** What proxies add: then the peer's address is not the client's. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/**
 * Whether somebody on this machine asks, by a name of this machine. A page of another site that was made to point
 * here (DNS rebinding) asks by that site's name; a proxy's clients come with the headers of a proxy.
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    LOOPBACK_PEER.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    PROXY_HEADERS.every((name) => headers[name] === undefined)
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

/** In a time that tells nothing of where two texts differ. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
