/** How is a host connected to through a SOCKS proxy? */
import type { Socket } from 'node:net';
import { SocksClient, SocksClientError, type SocksProxy } from 'socks';
import { codeOf } from '../../model/errors.ts';
import { type Proxy, ProxyError, type Target } from './proxy.ts';

/** Asks a SOCKS5 proxy for a connection (RFC 1928, RFC 1929). @throws ProxyError */
export async function openSocks(
  socket: Socket,
  proxy: Proxy,
  { hostname, port }: Target,
  timeoutMs: number,
): Promise<Socket> {
  const { username: userId, password } = proxy;
  const described: SocksProxy = {
    host: proxy.hostname,
    port: proxy.port,
    type: 5,
    ...((userId !== '' || password !== '') && { userId, password }),
  };
  try {
    const opened = await SocksClient.createConnection({
      proxy: described,
      command: 'connect',
      destination: { host: hostname, port },
      timeout: timeoutMs,
      existing_socket: socket,
    });
    return opened.socket;
  } catch (error) {
    // The error itself contains the password.
    const reason = error instanceof SocksClientError ? error.message : codeOf(error);
    throw new ProxyError(`did not connect to ${hostname}:${port} (${reason})`);
  }
}
