/** How is a connection secured, and which certificate is accepted? */
import { createHash, type X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { codeOf } from '../../model/errors.ts';
import type { Trust } from './trust.ts';

/** The server has another key than the pinned one. */
export class PinError extends Error {
  override readonly name = 'PinError';
  /** In the form of a pin, so that it can be copied into the config if the change is right; empty: no certificate. */
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`the key is ${found}, not ${expected}`);
    this.found = found;
  }
}

export interface Handshake {
  readonly hostname: string;
  readonly port: number;
  /** Application protocols to offer. */
  readonly protocols: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Opens a connection with `reach` and secures it.
 *
 * @throws errors of `reach` and node:tls, PinError, or the signal's reason; no connection is left then
 */
export type Secure = (reach: () => Promise<Socket>, handshake: Handshake) => Promise<TLSSocket>;

const MOST_SESSIONS = 500;
/** As large as a TLS record; the types of node:tls leave out the stream's own options. */
const STREAM = { highWaterMark: 16 * 1024 };

/** OpenSSL knows no issuer of a certificate that it got. */
const LACKS_ISSUER = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/**
 * Verifies the chain and the name. If an intermediate certificate is missing, it is fetched and the handshake is done
 * again; whether to trust is decided by that second handshake alone. The last session of a host is resumed.
 */
export function createSecure(trust: Trust): Secure {
  const sessions = new LRUCache<string, Buffer>({ max: MOST_SESSIONS });
  return async (reach, handshake) => {
    const host = `${handshake.hostname}:${handshake.port}`;
    const secureIn = async (secureContext: SecureContext): Promise<TLSSocket> => {
      const session = sessions.get(host);
      const secured = await shakeHands(await reach(), handshake, { secureContext, verify: true, session });
      return secured.on('session', (fresh) => sessions.set(host, fresh));
    };
    try {
      return await secureIn(trust.context());
    } catch (error) {
      if (!LACKS_ISSUER.has(codeOf(error))) throw error;
      const leaf = (): Promise<X509Certificate | undefined> => leafOf(reach, handshake, trust.context());
      const secured = await trust.completed(host, leaf, secureIn);
      handshake.signal.throwIfAborted();
      if (secured === undefined) throw error;
      return secured;
    }
  };
}

/**
 * Trusts one key, independent of its certificate: issuer, name and expiry do not count. Nothing is sent before the key
 * is compared.
 *
 * @param pin  `sha256/` and the base64 of the SHA-256 of the public key (SubjectPublicKeyInfo), as in RFC 7469 §2.4
 */
export function createPinned(pin: string, secureContext: SecureContext): Secure {
  return async (reach, handshake) => {
    // A resumed session has no certificate to compare.
    const secured = await shakeHands(await reach(), handshake, { secureContext, verify: false, session: undefined });
    const key = secured.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
    const found = key === undefined ? '' : `sha256/${createHash('sha256').update(key).digest('base64')}`;
    if (found === pin) return secured;
    secured.destroy();
    throw new PinError(pin, found);
  };
}

/** The certificate of a server, over a connection on which nothing is sent. */
async function leafOf(
  reach: () => Promise<Socket>,
  handshake: Handshake,
  secureContext: SecureContext,
): Promise<X509Certificate | undefined> {
  const secured = await shakeHands(await reach(), handshake, { secureContext, verify: false, session: undefined });
  const leaf = secured.getPeerX509Certificate();
  secured.destroy();
  return leaf;
}

interface Verification {
  readonly secureContext: SecureContext;
  /** False only if the caller checks the certificate before anything is sent. */
  readonly verify: boolean;
  readonly session: Buffer | undefined;
}

function shakeHands(
  socket: Socket,
  { hostname, protocols, signal }: Handshake,
  { secureContext, verify, session }: Verification,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      host: hostname,
      servername: isIP(hostname) === 0 ? hostname : '',
      secureContext,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: verify,
      ...STREAM,
      ...(session !== undefined && { session }),
    });
    const stop = (): void => {
      secured.destroy(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    secured
      // It stays: between two owners of the connection, an error must not end the process.
      .on('error', (error: Error) => {
        signal.removeEventListener('abort', stop);
        socket.destroy();
        reject(error);
      })
      .once('secureConnect', () => {
        signal.removeEventListener('abort', stop);
        resolve(secured);
      });
  });
}
