/** How is one request sent, and its response read? */
import type { Dispatcher } from 'undici';
import type { ParseIssue } from '../../model/feed.ts';
import type { FetchSettings } from '../../model/settings.ts';
import { codeOf } from '../../model/errors.ts';
import {
  AT_ONCE_BYTES,
  inflate,
  inflateStart,
  isReadable,
  parseCodings,
  startInflation,
  type Inflated,
  type Inflation,
} from './inflate.ts';
import type { Progress } from './failure-messages.ts';
import { isWholeDocument } from './whole-document.ts';

/** Names in lower case; values byte for byte, each char is one byte. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Reply =
  /** A success, with its whole body. */
  | {
      readonly kind: 'document';
      readonly head: Head;
      readonly inflated: Inflated;
      readonly issues: readonly ParseIssue[];
    }
  /** Any other response, with the beginning of its body. */
  | { readonly kind: 'other'; readonly head: Head; readonly start: Uint8Array }
  | { readonly kind: 'unknown-coding'; readonly head: Head; readonly coding: string }
  /** `isMalformed`: the response breaks the grammar of HTTP. */
  | {
      readonly kind: 'broken';
      readonly error: unknown;
      readonly progress: Progress;
      readonly isMalformed: boolean;
    }
  /** The fetch was stopped by the caller. */
  | { readonly kind: 'stopped'; readonly progress: Progress };

export interface Head {
  readonly status: number;
  readonly headers: Headers;
}

/** What the caller of a fetch and the request that is running say to each other. */
export interface Visit {
  /** Ends the fetch. */
  stop: (() => void) | undefined;
  /** Room for so many bytes of the body and of what is inflated from it; the time that it waits does not count. */
  readonly makeRoom: (bytes: number) => Promise<void> | undefined;
}

export interface Order {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: FetchSettings;
  readonly visit: Visit;
}

/** How much of other responses is read: to recognise a challenge page and to keep the connection usable. */
export const LOOK_BYTES = 32 * 1024;

/** A body up to this size asks for no room: the feeds of every day are smaller. */
export const FREE_BYTES = 64 * 1024;

/** Feeds are seldom compressed to less than this part of their size. */
const INFLATED_TIMES = 6;

const ABORT = new Error('the rest is not needed');

export function isDocument(status: number): boolean {
  return status === 200 || status === 203 || status === 226;
}

/** Never rejects. */
export function exchange({ dispatcher, url, headers, settings, visit }: Order): Promise<Reply> {
  return new Promise((resolve) => {
    const limit = settings.maxBodyBytes;
    const chunks: Buffer[] = [];
    let received = 0;
    let roomBytes = FREE_BYTES;
    let head: Head | undefined;
    let inflation: Inflation | undefined;
    /** Why the body ended early; known while the rest is still being inflated. */
    let cut: Error | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;

    const progress = (): Progress => ({ answered: head !== undefined, receivedBytes: received });
    const settle = (reply: Reply): void => {
      if (settled) return;
      settled = true;
      visit.stop = undefined;
      inflation?.destroy();
      resolve(reply);
    };
    const abandon = (reply: Reply): void => {
      settle(reply);
      controller?.abort(ABORT);
    };
    visit.stop = () => {
      abandon({ kind: 'stopped', progress: progress() });
    };
    const settleLater = (reply: Reply | Promise<Reply>): void => {
      if (reply instanceof Promise) void reply.then(settle);
      else settle(reply);
    };

    /** The host is not read from until there is room for what it sends. */
    function makeRoom(at: Dispatcher.DispatchController, document: Head): void {
      // The document may have proved too large.
      if (settled) return;
      roomBytes = roomFor(received, document, limit);
      const waiting = visit.makeRoom(roomBytes);
      if (waiting === undefined) return;
      at.pause();
      void waiting.then(() => {
        if (!settled) at.resume();
      });
    }

    function takeDocument(at: Dispatcher.DispatchController, document: Head, chunk: Buffer): void {
      if (inflation) {
        if (!inflation.write(chunk)) at.pause();
        return;
      }
      chunks.push(chunk);
      if (received > limit) {
        abandon({ kind: 'document', head: document, inflated: { kind: 'too-large' }, issues: [] });
        return;
      }
      if (received <= AT_ONCE_BYTES) return;
      const codings = codingsOf(document) ?? [];
      if (codings.length === 0) return;
      const done = (inflated: Inflated): void => {
        abandon(
          cut === undefined
            ? { kind: 'document', head: document, inflated, issues: [] }
            : salvaged(document, inflated, cut, progress()),
        );
      };
      inflation = startInflation(codings, limit, Buffer.concat(chunks.splice(0)), done, () => {
        at.resume();
      });
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(at) {
        controller = at;
        if (settled) at.abort(ABORT);
      },
      onResponseStart(_at, status, fields) {
        if (settled || status < 200) return;
        head = { status, headers: fields };
        if (!isDocument(status)) return;
        const promised = Number(one(fields['content-length']));
        if (promised > limit) abandon({ kind: 'document', head, inflated: { kind: 'too-large' }, issues: [] });
      },
      onResponseData(at, chunk) {
        if (settled || head === undefined) return;
        received += chunk.length;
        if (isDocument(head.status)) {
          takeDocument(at, head, chunk);
          if (received > roomBytes) makeRoom(at, head);
        } else {
          chunks.push(chunk);
          if (received > LOOK_BYTES) abandon(otherReply(head, chunks));
        }
      },
      onResponseEnd() {
        if (settled || head === undefined) return;
        if (!isDocument(head.status)) settle(otherReply(head, chunks));
        else if (inflation) inflation.end();
        else settleLater(documentReply(head, joined(chunks, received), limit, undefined, progress(), visit));
      },
      onResponseError(_at, error) {
        if (settled) return;
        const isDamaged = head !== undefined && isDocument(head.status) && received > 0 && !isLengthDamaged(head);
        if (!isDamaged || head === undefined) {
          settle(broken(error, progress(), head));
          return;
        }
        cut = error;
        if (inflation) inflation.end();
        else settleLater(documentReply(head, joined(chunks, received), limit, error, progress(), visit));
      },
    };
    const { headersTimeoutMs: headersTimeout, bodyTimeoutMs: bodyTimeout } = settings;
    const path = `${url.pathname}${url.search}`;
    dispatcher.dispatch({ origin: url.origin, path, method: 'GET', headers, headersTimeout, bodyTimeout }, handler);
  });
}

/** What a body of which `received` bytes are there may need: what its length says, else twice as much as there is. */
export function roomFor(received: number, { headers }: Head, limitBytes: number): number {
  const promised = Number(one(headers['content-length']));
  return Math.min(Math.max(2 * received, Number.isNaN(promised) ? 0 : promised), 2 * limitBytes);
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

function codingsOf({ headers }: Head): ReturnType<typeof parseCodings> {
  return parseCodings(one(headers['content-encoding']));
}

/**
 * A document whose body has ended.
 *
 * @param cut  why it ended before its announced end; then it is used only if it is complete by its own syntax
 */
export function documentReply(
  head: Head,
  raw: Buffer,
  limitBytes: number,
  cut: Error | undefined,
  progress: Progress,
  visit: Pick<Visit, 'makeRoom'>,
): Reply | Promise<Reply> {
  const codings = codingsOf(head);
  if (codings === undefined && !isReadable(raw)) {
    return { kind: 'unknown-coding', head, coding: one(head.headers['content-encoding']) ?? '' };
  }
  const finish = (inflated: Inflated): Reply =>
    cut === undefined && inflated.kind !== 'cut-off'
      ? { kind: 'document', head, inflated, issues: [] }
      : salvaged(head, inflated, cut, progress);
  const inflatedReply = (): Reply | Promise<Reply> => {
    const inflated = inflate(raw, codings ?? [], limitBytes);
    return inflated instanceof Promise ? inflated.then(finish) : finish(inflated);
  };
  const inflatedBytes = codings?.length === 0 ? 0 : Math.min(INFLATED_TIMES * raw.length, limitBytes);
  const needed = raw.length + inflatedBytes;
  const waiting = needed > FREE_BYTES ? visit.makeRoom(needed) : undefined;
  return waiting === undefined ? inflatedReply() : waiting.then(inflatedReply);
}

/**
 * The length of the body, its last chunk or its compression is wrong: a document that is complete by its own syntax is
 * used.
 */
function salvaged(head: Head, inflated: Inflated, cut: Error | undefined, progress: Progress): Reply {
  const body = inflated.kind === 'body' ? inflated.body : inflated.kind === 'cut-off' ? inflated.start : undefined;
  if (body !== undefined && isWholeDocument(body)) {
    const message = 'the transfer ended early or wrongly, but the document is complete';
    const issues = [{ code: 'wrong-length', message }];
    return { kind: 'document', head, inflated: { kind: 'body', body }, issues };
  }
  return cut === undefined ? { kind: 'document', head, inflated, issues: [] } : broken(cut, progress, head);
}

function broken(error: unknown, progress: Progress, head: Head | undefined): Reply {
  const isLengthAtFault =
    head === undefined ? codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' : isLengthDamaged(head);
  const isMalformed = isParserFault(error) || isLengthAtFault;
  return { kind: 'broken', error, progress, isMalformed };
}

/** A connection that ends between two chunks is broken for any parser. */
function isParserFault(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError' && codeOf(error) !== 'HPE_INVALID_EOF_STATE';
}

/** The same length twice, or as a list: undici then counts wrongly, or fails before the headers. */
function isLengthDamaged({ headers }: Head): boolean {
  const length = headers['content-length'];
  return length !== undefined && !(typeof length === 'string' && /^\d+$/.test(length));
}

export function otherReply(head: Head, chunks: readonly Buffer[]): Reply {
  const codings = codingsOf(head) ?? [];
  return { kind: 'other', head, start: inflateStart(Buffer.concat(chunks), codings, 4 * LOOK_BYTES) };
}

/** The value of a header that must not be repeated; the first if it is. */
export function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
