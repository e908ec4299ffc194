/** How is a request for a document answered? */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUnmodified, knownTags } from './conditional.ts';
import type { Versions } from './delta.ts';
import { readerOf, type UnconditionalLimit } from './rate-limit.ts';
import { codingFor, formatFor, takesDelta } from './negotiate.ts';
import { isFeed, type Prepared, type RawHeaders } from './prepared-response.ts';

export interface Responder {
  readonly versions: Versions;
  readonly limit: UnconditionalLimit;
  readonly limitMs: () => number | undefined;
  /** The client's address, behind trusted proxies. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly now: () => number;
}

export interface ResponseFacts {
  readonly status: number;
  readonly bytes: number;
}

/**
 * Sends a document, or answers that the reader has it: 200, 226, 304 or 429. Writes to the raw response, which is the
 * fastest way.
 *
 * @param extra  further headers, e.g. Content-Location
 */
export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  prepared: Prepared,
  responder: Responder,
  extra: RawHeaders = [],
): ResponseFacts {
  const { headers } = request;
  const form = prepared.forms[codingFor(headers['accept-encoding'])];
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch === form.etag) return send(response, 304, form.notModifiedHeaders, extra);
    const tags = knownTags(ifNoneMatch);
    if (tags.includes('*') || tags.includes(prepared.tag)) return send(response, 304, form.notModifiedHeaders, extra);
    const aIm = headers['a-im'];
    if (aIm !== undefined && takesDelta(Array.isArray(aIm) ? aIm.join(',') : aIm)) {
      const coding = codingFor(headers['accept-encoding']);
      const delta = responder.versions.since(key, tags, prepared, coding);
      if (delta !== undefined) return send(response, 226, delta.headers, extra, delta.body, request);
    }
  } else {
    const since = headers['if-modified-since'];
    if (since === undefined) {
      const waitMs = mustWaitMs(request, key, prepared, responder);
      if (waitMs > 0) return refuse(response, waitMs);
    } else if (isUnmodified(since, prepared.document.modifiedAt)) {
      return send(response, 304, form.notModifiedHeaders, extra);
    }
  }
  const shown = form.shownHeaders !== undefined && isBrowser(headers.accept) ? form.shownHeaders : form.headers;
  return send(response, 200, shown, extra, form.body, request);
}

/** Whether the client prefers a page: feed readers that accept pages too name feeds first. */
function isBrowser(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true && formatFor(accept) === 'html';
}

function send(
  response: ServerResponse,
  status: number,
  headers: RawHeaders,
  extra: RawHeaders,
  body?: Uint8Array,
  request?: IncomingMessage,
): ResponseFacts {
  // node:http takes the flat list as it is, but declares it mutable.
  response.writeHead(
    status,
    status === 226 ? 'IM Used' : undefined,
    (extra.length === 0 ? headers : merged(headers, extra)) as string[],
  );
  if (body === undefined || request?.method === 'HEAD') {
    response.end();
    return { status, bytes: 0 };
  }
  response.end(body);
  return { status, bytes: body.length };
}

/** Values of `extra` replace those with the same name. */
function merged(headers: RawHeaders, extra: RawHeaders): RawHeaders {
  const names = new Set(extra.filter((_, index) => index % 2 === 0));
  const kept = headers.filter((_, index) => !names.has(headers[index - (index % 2)] ?? ''));
  return [...kept, ...extra];
}

function mustWaitMs(request: IncomingMessage, key: string, prepared: Prepared, responder: Responder): number {
  const limitMs = responder.limitMs();
  if (limitMs === undefined || !isFeed(prepared.document)) return 0;
  return responder.limit.waitMs(readerOf(request, responder.addressOf(request)), key, limitMs, responder.now());
}

function refuse(response: ServerResponse, waitMs: number): ResponseFacts {
  const seconds = Math.ceil(waitMs / 1_000);
  const body = `This feed was just sent to you. Ask again in ${seconds} s, or with If-None-Match at any time.\n`;
  response.writeHead(429, {
    'Retry-After': String(seconds),
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
  return { status: 429, bytes: body.length };
}
