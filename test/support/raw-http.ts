/** HTTP byte by byte, for what no client library would send or take. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in small letters; of several with one name, the last. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface RawClient {
  /**
   * Sends the bytes of one request and waits for the whole answer.
   *
   * @returns undefined if the connection ended without one
   * @throws Error if nothing came in time
   */
  ask(method: string, bytes: Buffer): Promise<RawAnswer | undefined>;
  close(): void;
}

/** One request after another over one connection, which is opened again where the server ended it. */
export function createRawClient(port: number, withinMs: number): RawClient {
  let socket: Socket | undefined;

  async function opened(): Promise<Socket> {
    if (socket !== undefined && !socket.destroyed && socket.writable) return socket;
    socket = connect({ port, host: '127.0.0.1', noDelay: true });
    // A reset ends an answer as an end does; what was received by then counts.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  function send(method: string, bytes: Buffer, open: Socket): Promise<RawAnswer | undefined> {
    return new Promise((resolve, reject) => {
      let received = '';
      const timer = setTimeout(() => {
        open.destroy();
        reject(new Error(`no answer within ${withinMs} ms; received: ${JSON.stringify(received.slice(0, 200))}`));
      }, withinMs);
      const end = (answer: RawAnswer | undefined, isOver: boolean): void => {
        clearTimeout(timer);
        open.off('data', onData).off('close', onClose);
        if (isOver) open.destroy();
        resolve(answer);
      };
      const onData = (chunk: Buffer): void => {
        received += chunk.toString('latin1');
        const answer = wholeAnswer(method, received);
        // Where the server ends the connection, asking on it would race with that.
        if (answer !== undefined) end(answer, answer.headers.get('connection') === 'close');
      };
      const onClose = (): void => {
        end(headOf(received), true);
      };
      open.on('data', onData).on('close', onClose);
      open.write(bytes);
    });
  }

  return {
    ask: async (method, bytes) => {
      const before = socket;
      const open = await opened();
      const answer = await send(method, bytes, open);
      // As any client does: a connection that was used before may have been ended meanwhile.
      return answer === undefined && open === before ? send(method, bytes, await opened()) : answer;
    },
    close: () => socket?.destroy(),
  };
}

/** Undefined as long as a part is missing; an interim answer (100) is passed over. */
function wholeAnswer(method: string, received: string): RawAnswer | undefined {
  const answer = headOf(received);
  if (answer === undefined) return undefined;
  const body = received.slice(received.indexOf('\r\n\r\n') + 4);
  const { status, headers } = answer;
  if (status < 200) return wholeAnswer(method, body);
  const isBare = method === 'HEAD' || status === 204 || status === 304;
  if (isBare || body.length >= Number(headers.get('content-length') ?? Infinity)) return answer;
  return headers.get('transfer-encoding') === 'chunked' && body.endsWith('0\r\n\r\n') ? answer : undefined;
}

function headOf(received: string): RawAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  const [first = '', ...lines] = received.slice(0, Math.max(0, end)).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /u.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status), headers: new Map(headers) };
}
