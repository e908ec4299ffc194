/** How fast are the same conditional requests with undici's `dispatch` alone, nothing decided and nothing kept? Forked. */
import { createSecureContext } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';

export interface BareOrder {
  /** Address and validators of each feed. */
  readonly requests: readonly { readonly url: string; readonly etag: string; readonly modified: string }[];
  readonly atOnce: number;
  readonly seconds: number;
  readonly ca?: string;
  readonly http2?: boolean;
  /** A new connection for each request; `apart`: each with a secure context of its own. */
  readonly fresh?: 'shared' | 'apart';
}

export interface BareResult {
  readonly requests: number;
  readonly seconds: number;
  readonly cpuUs: number;
}

async function run({ requests, atOnce, seconds, ca, http2, fresh }: BareOrder): Promise<BareResult> {
  const agent = new Agent({
    connections: 2,
    ...(http2 !== undefined && { allowH2: http2 }),
    connect: ca === undefined ? {} : fresh === 'apart' ? { ca } : { secureContext: createSecureContext({ ca }) },
  });
  const orders = requests.map(({ url, etag, modified }): Dispatcher.DispatchOptions => {
    const { origin, pathname } = new URL(url);
    const headers = { 'if-none-match': etag, 'if-modified-since': modified, 'user-agent': 'bench', accept: '*/*' };
    return { origin, path: pathname, method: 'GET', headers, reset: fresh !== undefined };
  });
  let next = 0;
  let done = 0;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const order = orders[next++ % orders.length];
      if (order === undefined) throw new Error('no requests');
      agent.dispatch(order, {
        // Tells undici which kind of handler this is.
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: () => undefined,
        onResponseEnd: () => {
          done += 1;
          resolve();
        },
        onResponseError: (_at, error) => {
          reject(error);
        },
      });
    });
  const lanesUntil = (end: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (performance.now() < end) await one();
      }),
    );
  // Once round to open the connections and to warm up.
  await lanesUntil(performance.now() + 1_500);
  done = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  await lanesUntil(start + 1_000 * seconds);
  const { user, system } = process.cpuUsage(before);
  const result = { requests: done, seconds: (performance.now() - start) / 1_000, cpuUs: user + system };
  await agent.destroy();
  return result;
}

process.once('message', (order: BareOrder) => {
  void run(order).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});
