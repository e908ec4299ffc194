/** Which outcome does the last response of a fetch have? */
import { millisecondsInDay } from 'date-fns/constants';
import type {
  FetchFailure,
  FetchOutcome,
  HeaderLinks,
  HttpHints,
  NotModified,
  RedirectHop,
} from '../../model/fetch-outcome.ts';
import { freshForMs } from '../../syntax/http/cache-control.ts';
import { parseHttpDate } from '../../syntax/http/http-date.ts';
import { parseLinkHeader } from '../../syntax/http/link-header.ts';
import { isConditionalHeader } from '../../syntax/http/request-headers.ts';
import { parseRetryAfter } from '../../syntax/http/retry-after.ts';
import { bodyStart } from './body-start.ts';
import { challengeOf } from './bot-challenge.ts';
import { LOOK_BYTES, one, type Head, type Headers, type Reply } from './request.ts';
import { bodyTooLarge, failure, failureOf, statusFailure, totalTimeout, type Asked } from './failure-messages.ts';
import { gunzipAgain, type Inflated } from './inflate.ts';

export interface Context {
  readonly asked: Asked;
  readonly hints: HttpHints;
  readonly redirects: readonly RedirectHop[];
  /** Names in lower case. */
  readonly sent: Readonly<Record<string, string>>;
}

/** Outcome of a response that is not a redirect. */
export function outcomeOf(reply: Reply, { asked, hints, redirects, sent }: Context): FetchOutcome {
  const { url, settings } = asked;
  const fail = (why: FetchFailure): FetchOutcome => failed(why, hints, redirects);
  switch (reply.kind) {
    case 'stopped':
      return fail(totalTimeout(asked, reply.progress));
    case 'broken':
      return fail(failureOf(reply.error, asked, reply.progress));
    case 'unknown-coding':
      return fail(failure('bad-encoding', `${url.host} sends the body as "${reply.coding}", which we did not offer`));
    case 'document': {
      if (reply.inflated.kind !== 'body') return fail(inflateFailure(reply.inflated, url, settings.maxBodyBytes));
      const { head } = reply;
      const { body, gzip } = reply.inflated;
      const guard = challengeOf({ ...head, text: bodyStart(body, LOOK_BYTES) });
      if (guard !== undefined) return fail(challenge(guard, head.status, url));
      const location = one(head.headers['content-location']);
      const type = one(head.headers['content-type']);
      return {
        kind: 'body',
        ...answered(head, url, redirects, hints),
        body,
        ...(gzip === undefined ? { again: held(body) } : { gzip, again: packed(gzip) }),
        ...(type !== undefined && { contentType: type }),
        ...(location !== undefined &&
          URL.canParse(location, url.href) && { contentLocation: new URL(location, url).href }),
        links: linksOf(head.headers, url),
        delta: head.status === 226,
        ...(reply.issues.length > 0 && { issues: reply.issues }),
      };
    }
    case 'other': {
      const { head, start } = reply;
      if (head.status === 304) {
        return Object.keys(sent).some(isConditionalHeader)
          ? { kind: 'not-modified', ...answered(head, url, redirects, hints) }
          : fail(
              failure('protocol', `${url.host} says "not modified" (304), but we have no earlier version`, {
                status: 304,
              }),
            );
      }
      if (head.status === 410) return { kind: 'gone', url: url.href, redirects };
      const guard = challengeOf({ ...head, text: bodyStart(start, LOOK_BYTES) });
      if (guard !== undefined) return fail(challenge(guard, head.status, url));
      return fail(statusFailure(head.status, url, 'authorization' in sent));
    }
  }
}

/** Two functions, because all closures of a scope keep everything alive that one of them uses. */
function held(body: Uint8Array): () => Uint8Array {
  return () => body;
}

function packed(gzip: Uint8Array): () => Uint8Array {
  return () => gunzipAgain(gzip);
}

function answered(
  head: Head,
  url: URL,
  redirects: readonly RedirectHop[],
  hints: HttpHints,
): Omit<NotModified, 'kind'> {
  const etag = one(head.headers['etag']);
  const lastModified = one(head.headers['last-modified']);
  return {
    status: head.status,
    url: url.href,
    redirects,
    hints,
    ...(etag !== undefined && etag !== '' && { etag }),
    ...(lastModified !== undefined && lastModified !== '' && { lastModified }),
  };
}

export function failed(why: FetchFailure, hints: HttpHints, redirects: readonly RedirectHop[]): FetchOutcome {
  return { kind: 'failed', failure: why, hints, redirects };
}

function inflateFailure(inflated: Exclude<Inflated, { kind: 'body' }>, url: URL, limitBytes: number): FetchFailure {
  switch (inflated.kind) {
    case 'too-large':
      return bodyTooLarge(limitBytes);
    case 'cut-off':
      return failure('cut-off', `the compressed body of ${url.host} is incomplete`);
    case 'corrupt':
      return failure('bad-encoding', `the compressed body of ${url.host} is damaged: ${inflated.detail}`);
  }
}

function challenge(guard: string, status: number, url: URL): FetchFailure {
  return failure(
    'challenge',
    `${url.host} admits only browsers: challenge by ${guard} (${status}); its owner can admit our User-Agent`,
    { status },
  );
}

/** Longer waits are errors, such as the year 9999. */
const MAX_RETRY_AFTER_MS = 31 * millisecondsInDay;

/** Hints from the headers of one response. */
export function hintsOf({ headers }: Head, now: number): HttpHints {
  const date = one(headers['date']);
  const freshness = {
    cacheControl: joined(headers['cache-control']),
    expires: one(headers['expires']),
    date,
    age: one(headers['age']),
  };
  const freshFor = freshForMs(freshness, now);
  const retryAfter = one(headers['retry-after']);
  const wait =
    retryAfter === undefined
      ? undefined
      : parseRetryAfter(retryAfter, (date === undefined ? undefined : parseHttpDate(date)) ?? now);
  return {
    ...(freshFor !== undefined && { freshForMs: freshFor }),
    ...(wait !== undefined && { retryAfterMs: Math.min(wait, MAX_RETRY_AFTER_MS) }),
  };
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}

/** Hubs and self of the Link header (WebSub §4); links with another context are ignored. */
function linksOf(headers: Headers, url: URL): HeaderLinks {
  const value = headers['link'];
  if (value === undefined) return { hubs: [] };
  const links = parseLinkHeader(value).filter(({ anchor }) => anchor === undefined || anchor === '');
  const targets = (relation: string): string[] =>
    links
      .filter(({ relations, target }) => relations.includes(relation) && URL.canParse(target, url.href))
      .map(({ target }) => new URL(target, url).href);
  const [self] = targets('self');
  return { hubs: targets('hub'), ...(self !== undefined && { self }) };
}
