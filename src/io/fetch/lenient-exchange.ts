/**
 * How is a response read that undici's strict parser refuses?
 *
 * Lenient parsing is dangerous if two programs read one connection differently: the body for one is the next response
 * for the other. Here no other program reads the same connection: each request has its own, which is closed after the
 * first response, and everything after it is discarded.
 */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import errors from 'undici/lib/core/errors.js';
import {
  createDechunker,
  framingOf,
  readLenientHead,
  type Dechunker,
  type Framing,
} from '../../syntax/http/lenient-response.ts';
import { MAX_HEADER_BYTES, type Route } from './agents.ts';
import {
  documentReply,
  FREE_BYTES,
  isDocument,
  LOOK_BYTES,
  otherReply,
  roomFor,
  type Head,
  type Order,
  type Reply,
} from './request.ts';

export interface LenientOrder extends Omit<Order, 'dispatcher'> {
  readonly route: Route;
}

/** Never rejects. */
export async function exchangeLeniently(order: LenientOrder): Promise<Reply> {
  const { route, url, visit } = order;
  let isStopped = false;
  const stopped = new Promise<Reply>((settle) => {
    visit.stop = () => {
      isStopped = true;
      settle({ kind: 'stopped', progress: { answered: false, receivedBytes: 0 } });
    };
  });
  const opened = route.open(url).then(({ socket, target, headers }) => {
    if (!isStopped) return readResponse(socket, requestText(order, target, headers), order);
    socket.destroy();
    return stopped;
  });
  return Promise.race([opened, stopped]).catch((error: unknown): Reply =>
    broken(error, { answered: false, receivedBytes: 0 }),
  );
}

function broken(error: unknown, progress: { answered: boolean; receivedBytes: number }): Reply {
  return { kind: 'broken', error, progress, isMalformed: false };
}

/** @throws TypeError for a header that cannot be written */
function requestText({ url, headers }: LenientOrder, target: string, more: Readonly<Record<string, string>>): string {
  const all = { host: url.host, ...headers, ...more, connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function readResponse(socket: Socket, request: string, { settings, visit }: LenientOrder): Promise<Reply> {
  return new Promise((resolve) => {
    const { headersTimeoutMs, bodyTimeoutMs, maxBodyBytes } = settings;
    const chunks: Buffer[] = [];
    let start = Buffer.alloc(0);
    let received = 0;
    let roomBytes = FREE_BYTES;
    let head: Head | undefined;
    let framing: Framing = { kind: 'close' };
    let dechunker: Dechunker | undefined;
    let isSettled = false;

    const progress = () => ({ answered: head !== undefined, receivedBytes: received });
    const settle = (reply: Reply | Promise<Reply>): void => {
      isSettled = true;
      clearTimeout(timer);
      visit.stop = undefined;
      socket.destroy();
      resolve(reply);
    };
    const finish = (error?: Error): void => {
      if (isSettled) return;
      if (head === undefined) settle(broken(error ?? closed(), progress()));
      else if (!isDocument(head.status)) settle(otherReply(head, chunks));
      else if (received > maxBodyBytes) settle({ kind: 'document', head, inflated: { kind: 'too-large' }, issues: [] });
      else settle(documentReply(head, Buffer.concat(chunks, received), maxBodyBytes, error, progress(), visit));
    };
    let timer = setTimeout(() => {
      finish(new errors.HeadersTimeoutError());
    }, headersTimeoutMs);

    function takeHead(bytes: Buffer): void {
      start = Buffer.concat([start, bytes]);
      const read = readLenientHead(start);
      if (read === 'not-http') settle(broken(new errors.HTTPParserError('no status line'), progress()));
      else if (read === 'incomplete' || read.length > MAX_HEADER_BYTES) {
        if (start.length > MAX_HEADER_BYTES) settle(broken(new errors.HeadersOverflowError(), progress()));
      } else {
        head = { status: read.status, headers: read.headers };
        framing = framingOf(read);
        if (framing.kind === 'chunked') dechunker = createDechunker();
        takeBody(start.subarray(read.length));
      }
    }

    function awaitBytes(): void {
      clearTimeout(timer);
      timer = setTimeout(() => {
        finish(new errors.BodyTimeoutError());
      }, bodyTimeoutMs);
    }

    /** The host is not read from until there is room for what it sends. */
    function makeRoom(document: Head): void {
      roomBytes = roomFor(received, document, maxBodyBytes);
      const waiting = visit.makeRoom(roomBytes);
      if (waiting === undefined) return;
      clearTimeout(timer);
      socket.pause();
      void waiting.then(() => {
        if (isSettled) return;
        awaitBytes();
        socket.resume();
      });
    }

    function takeBody(bytes: Buffer): void {
      awaitBytes();
      const left = framing.kind === 'length' ? framing.length - received : bytes.length;
      for (const data of dechunker?.write(bytes) ?? [bytes.subarray(0, left)]) {
        chunks.push(data);
        received += data.length;
      }
      const isOther = head !== undefined && !isDocument(head.status) && received > LOOK_BYTES;
      const isComplete = dechunker?.state() === 'done' || (framing.kind === 'length' && received >= framing.length);
      if (isOther || isComplete || received > maxBodyBytes) finish();
      else if (dechunker?.state() === 'broken') finish(new errors.HTTPParserError('the chunks are damaged'));
      else if (head !== undefined && isDocument(head.status) && received > roomBytes) makeRoom(head);
    }

    visit.stop = () => {
      settle({ kind: 'stopped', progress: progress() });
    };
    socket
      .on('data', (bytes: Buffer) => {
        if (head === undefined) takeHead(bytes);
        else takeBody(bytes);
      })
      .on('end', () => {
        const isWhole = framing.kind === 'close' || dechunker?.state() === 'plain';
        finish(isWhole ? undefined : closed());
      })
      .on('error', finish)
      .on('close', () => {
        finish(closed());
      });
    socket.write(request, 'latin1');
  });
}

function closed(): Error {
  return new errors.SocketError('other side closed');
}
