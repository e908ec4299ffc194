/** How is one request sent, and what came back? */
import type { Dispatcher } from 'undici';
import type { FetchSettings } from '../../model/settings.ts';
import { inflate, inflateStart, parseCodings, startInflation, AT_ONCE_BYTES } from './inflate.ts';
import type { Inflated, Inflation } from './inflate.ts';
import type { Progress } from './failure-messages.ts';

/** Names in lower case; values byte for byte, each char is one byte. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Reply =
  /** A success, with its whole body. */
  | { readonly kind: 'document'; readonly head: Head; readonly inflated: Inflated }
  /** Any other response, with the beginning of its body. */
  | { readonly kind: 'other'; readonly head: Head; readonly start: Uint8Array }
  | { readonly kind: 'unknown-coding'; readonly head: Head; readonly coding: string }
  | { readonly kind: 'broken'; readonly error: unknown; readonly progress: Progress }
  /** The fetch was stopped by the caller. */
  | { readonly kind: 'stopped'; readonly progress: Progress };

export interface Head {
  readonly status: number;
  readonly headers: Headers;
}

/** Lets the caller end a fetch, whichever request is running. */
export interface Visit {
  stop: (() => void) | undefined;
}

export interface Order {
  readonly dispatcher: Dispatcher;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly settings: FetchSettings;
  readonly visit: Visit;
}

/** How much of other responses is read: to recognise a challenge page and to keep the connection usable. */
const LOOK_BYTES = 32 * 1024;

const ABORT = new Error('no more is wanted');

const isDocument = (status: number): boolean => status === 200 || status === 203 || status === 226;

/** Never rejects. */
export function exchange({ dispatcher, url, headers, settings, visit }: Order): Promise<Reply> {
  return new Promise((resolve) => {
    const limit = settings.maxBodyBytes;
    const chunks: Buffer[] = [];
    let received = 0;
    let head: Head | undefined;
    let codings: ReturnType<typeof parseCodings> = [];
    let inflation: Inflation | undefined;
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

    function takeDocument(at: Dispatcher.DispatchController, document: Head, chunk: Buffer): void {
      if (inflation) {
        if (!inflation.write(chunk)) at.pause();
        return;
      }
      chunks.push(chunk);
      if (received > limit) {
        abandon({ kind: 'document', head: document, inflated: { kind: 'too-large' } });
      } else if (received > AT_ONCE_BYTES && codings !== undefined && codings.length > 0) {
        const done = (inflated: Inflated): void => {
          abandon({ kind: 'document', head: document, inflated });
        };
        inflation = startInflation(codings, limit, Buffer.concat(chunks.splice(0)), done, () => {
          at.resume();
        });
      }
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
        const coding = one(fields['content-encoding']);
        codings = parseCodings(coding);
        const promised = Number(one(fields['content-length']));
        if (codings === undefined) abandon({ kind: 'unknown-coding', head, coding: coding ?? '' });
        else if (promised > limit) abandon({ kind: 'document', head, inflated: { kind: 'too-large' } });
      },
      onResponseData(at, chunk) {
        if (settled || head === undefined) return;
        received += chunk.length;
        if (isDocument(head.status)) takeDocument(at, head, chunk);
        else {
          chunks.push(chunk);
          if (received > LOOK_BYTES) abandon(other(head, chunks));
        }
      },
      onResponseEnd() {
        if (settled || head === undefined) return;
        const document = head;
        if (!isDocument(document.status)) settle(other(document, chunks));
        else if (inflation) inflation.end();
        else {
          const raw = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, received);
          const inflated = inflate(raw, codings ?? [], limit);
          if (!(inflated instanceof Promise)) settle({ kind: 'document', head: document, inflated });
          else {
            void inflated.then((late) => {
              settle({ kind: 'document', head: document, inflated: late });
            });
          }
        }
      },
      onResponseError(_at, error) {
        settle({ kind: 'broken', error, progress: progress() });
      },
    };
    const { headersTimeoutMs: headersTimeout, bodyTimeoutMs: bodyTimeout } = settings;
    const path = `${url.pathname}${url.search}`;
    dispatcher.dispatch({ origin: url.origin, path, method: 'GET', headers, headersTimeout, bodyTimeout }, handler);
  });
}

function other(head: Head, chunks: readonly Buffer[]): Reply {
  const codings = parseCodings(one(head.headers['content-encoding'])) ?? [];
  return { kind: 'other', head, start: inflateStart(Buffer.concat(chunks), codings, 4 * LOOK_BYTES) };
}

/** The value of a header that must not be repeated; the first if it is. */
export function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
