/** How is a host connected to through a proxy? */
import { request as httpRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { codeOf } from '../../model/errors.ts';
import type { Resolve } from './resolve.ts';

/** A proxy from the config or the environment. */
export interface Proxy {
  readonly kind: 'http' | 'socks';
  /** True if the connection to the proxy itself uses TLS. */
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** True if names are resolved here and the proxy gets addresses (`socks5:`), as in curl. */
  readonly resolvesHere: boolean;
}

/** The proxy cannot be used, or did not connect. The message is a clause that follows its address. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const SOCKS_PORT = 1080;

/** The proxy at an address, or why there is none. */
export function parseProxy(address: string): Proxy | ProxyError {
  if (!URL.canParse(address)) return new ProxyError('is not an address of a proxy');
  const { protocol, hostname, port, username, password } = new URL(address);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  const isSocks = protocol === 'socks5:' || protocol === 'socks5h:' || protocol === 'socks:';
  if ((!isHttp && !isSocks) || hostname === '') {
    return new ProxyError(`is of a kind that is not supported (${protocol}//); use http, https, socks5 or socks5h`);
  }
  return {
    kind: isHttp ? 'http' : 'socks',
    secure: protocol === 'https:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? SOCKS_PORT) : Number(port),
    username: percentDecoded(username),
    password: percentDecoded(password),
    resolvesHere: protocol === 'socks5:',
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray per cent sign: taken as written.
    return text;
  }
}

/** Value of `Proxy-Authorization`, if there are credentials. */
export function proxyAuthorization({ username, password }: Proxy): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** Addresses of the proxy itself: the operator chose it, so they are not checked. */
export async function proxyAddresses({ hostname }: Proxy, resolve: Resolve): Promise<readonly string[]> {
  return isIP(hostname) === 0 ? resolve(hostname) : [hostname];
}

/** Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6). @throws ProxyError, or the signal's reason */
export function openTunnel(
  socket: Socket,
  proxy: Proxy,
  { hostname, port }: Target,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const authorization = proxyAuthorization(proxy);
  const headers = {
    Host: authority,
    ...(authorization !== undefined && { 'Proxy-Authorization': authorization }),
  };
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    const lost = (error: Error): void => {
      signal.removeEventListener('abort', stop);
      reject(new ProxyError(`closed the connection (${codeOf(error) || error.message})`, { cause: error }));
    };
    httpRequest({ method: 'CONNECT', path: authority, headers, createConnection: () => socket })
      .once('error', lost)
      .once('connect', ({ statusCode = 0 }, tunnel: Socket) => {
        signal.removeEventListener('abort', stop);
        if (statusCode >= 200 && statusCode < 300) resolve(tunnel);
        else {
          tunnel.destroy();
          reject(new ProxyError(`refused a tunnel to ${authority} (${statusCode})`));
        }
      })
      .end();
  });
}
