/** An origin that answers exact bytes: each connection gets one answer and is closed. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface RawOrigin {
  readonly url: string;
  /** Heads of the requests, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** @param answers  by path; a function gets the head of the request */
export async function startRawOrigin(
  answers: Readonly<Record<string, string | Buffer | ((request: string) => string)>>,
  { keepOpen = false }: { readonly keepOpen?: boolean } = {},
): Promise<RawOrigin> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket
      .on('error', () => socket.destroy())
      .on('data', (bytes: Buffer) => {
        head += bytes.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        requests.push(head);
        const answer = answers[head.split(' ')[1] ?? ''] ?? 'HTTP/1.1 404 Not Found\r\n\r\n';
        const sent = typeof answer === 'function' ? answer(head) : answer;
        head = '';
        if (keepOpen) socket.write(sent, 'latin1');
        else socket.end(sent, 'latin1');
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
