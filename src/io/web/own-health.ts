/** Does the web server of this process answer? */
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';

const WITHIN_MS = 5_000;

/** Requests `/healthz` over a separate connection, as a reader would. Does not throw. */
export function askOwnHealth({
  address,
  port,
}: AddressInfo): Promise<{ readonly ok: boolean; readonly message: string }> {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/healthz`;
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: WITHIN_MS }, (response) => {
      response.resume();
      resolve({ ok: response.statusCode === 200, message: `${url} answers ${response.statusCode ?? 'nothing'}` });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${WITHIN_MS / 1_000} s`)));
    request.on('error', (error) => {
      resolve({ ok: false, message: `${url} does not answer: ${error.message}` });
    });
  });
}
