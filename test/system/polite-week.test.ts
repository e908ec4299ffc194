/** Would an origin that watches us for a week find anything to complain about? */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetcher } from '../../src/io/fetch/fetcher.ts';
import type { CheckResult } from '../../src/model/check.ts';
import type { FetchOutcome } from '../../src/model/fetch-outcome.ts';
import type { Source } from '../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../src/model/source-state.ts';
import { parseDocument } from '../../src/stages/parse/parse.ts';
import { buildRequest } from '../../src/stages/request/request.ts';
import { nextState } from '../../src/stages/schedule/next-state.ts';
import { SETTINGS } from '../io/fetch/support.ts';
import { type Act, type Origin, type Received, startOrigin } from '../support/origin.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 23, 0, 0, 0);
const END = START + 7 * DAY;

/** What the origin answers at a moment, and when it wants to be asked again at the soonest. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not a feed, but this. */
  readonly body?: string;
  /** Inside the channel. */
  readonly channel?: string;
  /** No request before then. */
  readonly notBefore?: number;
}

interface Behaviour {
  readonly title: string;
  readonly answer: (at: number, request: Received) => Answer;
  /** More than this many visits a week are too many, fewer than that too few. */
  readonly visits: readonly [least: number, most: number];
}

/** A document that changes every 6 hours. */
const edition = (at: number): number => Math.floor((at - START) / (6 * HOUR));
const stamp = (at: number): string => new Date(START + edition(at) * 6 * HOUR).toUTCString();
const modified = (at: number): string => new Date(at).toUTCString();

function isCurrent({ headers }: Received, etag: string | undefined, lastModified: string | undefined): boolean {
  const { 'if-none-match': match, 'if-modified-since': since } = headers;
  if (match !== undefined) return match === etag;
  return since !== undefined && since === lastModified;
}

/** 304 where the validators hold, with `headers` in both cases. */
function conditional(
  request: Received,
  validators: { readonly etag?: string; readonly lastModified?: string },
  more: Answer = {},
): Answer {
  const headers = {
    ...(validators.etag !== undefined && { ETag: validators.etag }),
    ...(validators.lastModified !== undefined && { 'Last-Modified': validators.lastModified }),
    ...more.headers,
  };
  const isSame = isCurrent(request, validators.etag, validators.lastModified);
  return { ...more, headers, ...(isSame && { status: 304 }) };
}

/** Each is a path of its own on one origin. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  '/etag': {
    title: 'a strong ETag',
    answer: (at, request) => conditional(request, { etag: `"${edition(at)}"` }),
    visits: [50, 400],
  },
  '/odd-etag': {
    title: 'a weak ETag with blanks, commas and bytes beyond ASCII',
    answer: (at, request) => conditional(request, { etag: `W/"a, b \u00e9${edition(at)}--gzip"` }),
    visits: [50, 400],
  },
  '/bare-etag': {
    title: 'an ETag without quotes',
    answer: (at, request) => conditional(request, { etag: `v${edition(at)}` }),
    visits: [50, 400],
  },
  '/modified': {
    title: 'Last-Modified alone',
    answer: (at, request) => conditional(request, { lastModified: stamp(at) }),
    visits: [50, 400],
  },
  '/odd-modified': {
    title: 'Last-Modified in a form of its own',
    answer: (at, request) => conditional(request, { lastModified: `edition ${edition(at)}, local time` }),
    visits: [50, 400],
  },
  '/both': {
    title: 'both, of which the ETag counts',
    answer: (at, request) => conditional(request, { etag: `"${edition(at)}"`, lastModified: modified(at) }),
    visits: [50, 400],
  },
  '/same-body': {
    title: 'a new ETag each time for the same body',
    answer: (at, request) => ({ ...conditional(request, { etag: `"${at}"` }), status: 200, channel: '' }),
    visits: [50, 400],
  },
  '/max-age': {
    title: 'max-age of 12 hours, said in the 304 as well',
    answer: (at, request) =>
      conditional(
        request,
        { etag: `"${edition(at)}"` },
        {
          headers: { 'Cache-Control': 'max-age=43200' },
          notBefore: at + 12 * HOUR,
        },
      ),
    visits: [13, 15],
  },
  '/expires': {
    title: 'Expires after 5 hours, by a clock that is a year behind',
    answer: (at, request) =>
      conditional(
        request,
        { etag: `"${edition(at)}"` },
        {
          headers: {
            Date: new Date(at - 365 * DAY).toUTCString(),
            Expires: new Date(at - 365 * DAY + 5 * HOUR).toUTCString(),
          },
          // HTTP dates are whole seconds.
          notBefore: at + 5 * HOUR - 1000,
        },
      ),
    visits: [30, 34],
  },
  '/ttl': {
    title: 'ttl of 4 hours in the feed',
    answer: (at, request) =>
      conditional(request, { etag: `"${edition(at)}"` }, { channel: '<ttl>240</ttl>', notBefore: at + 4 * HOUR }),
    visits: [38, 43],
  },
  '/period': {
    title: 'sy:updatePeriod: twice daily',
    answer: (at, request) =>
      conditional(
        request,
        { etag: `"${edition(at)}"` },
        {
          channel: '<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>',
          notBefore: at + 12 * HOUR,
        },
      ),
    visits: [13, 15],
  },
  '/busy': {
    title: '429 on every other day, for a day',
    answer: (at, request) =>
      Math.floor((at - START) / DAY) % 2 === 1
        ? { status: 429, headers: { 'Retry-After': '86400' }, notBefore: at + DAY }
        : conditional(request, { etag: `"${edition(at)}"` }),
    visits: [20, 300],
  },
  '/maintenance': {
    title: '503 until a date three days ahead',
    answer: (at) =>
      at < START + 3 * DAY
        ? { status: 503, headers: { 'Retry-After': modified(START + 3 * DAY) }, notBefore: START + 3 * DAY }
        : {},
    visits: [2, 300],
  },
  '/broken': { title: '500 for ever', answer: () => ({ status: 500 }), visits: [8, 16] },
  '/missing': { title: '404 for ever', answer: () => ({ status: 404 }), visits: [6, 13] },
  '/gone': { title: '410', answer: () => ({ status: 410 }), visits: [2, 2] },
  '/cookies': {
    title: 'cookies',
    answer: (at, request) =>
      conditional(request, { etag: `"${edition(at)}"` }, { headers: { 'Set-Cookie': `seen=${at}` } }),
    visits: [50, 400],
  },
  '/drops': {
    title: 'validators on the first day only',
    answer: (at, request) => (at < START + DAY ? conditional(request, { etag: '"first"' }) : {}),
    visits: [50, 400],
  },
  '/query?a=1&b=%20&c': {
    title: 'a query that must stay as it is',
    answer: (at, request) => conditional(request, { etag: `"${edition(at)}"` }),
    visits: [50, 400],
  },
};

interface Visit {
  readonly at: number;
  readonly request: Received;
  readonly answer: Answer;
}

let origin: Origin;
const visits = new Map<string, Visit[]>();
let clock = START;

function serve(path: string, { answer }: Behaviour): Act {
  return (_request, response) => {
    const request = origin.requests.at(-1);
    if (request === undefined) throw new Error('asked without a request');
    const reply = answer(clock, request);
    visits.set(path, [...(visits.get(path) ?? []), { at: clock, request, answer: reply }]);
    send(response, reply, clock);
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body, channel }: Answer, at: number): void {
  if (headers['Date'] === undefined) response.setHeader('Date', new Date(at).toUTCString());
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(status === 200 ? Buffer.from(body ?? document(at, channel)) : undefined);
}

/** 20 entries, one every 6 hours; with a `channel`, what is added to it. */
function document(at: number, channel: string | undefined): string {
  const newest = channel === '' ? 0 : edition(at);
  const items = Array.from({ length: 20 }, (_, index) => {
    const date = new Date(START + (newest - index) * 6 * HOUR).toUTCString();
    return `<item><guid>${newest - index}</guid><title>${newest - index}</title><pubDate>${date}</pubDate></item>`;
  });
  return `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T</title>${channel ?? ''}${items.join('')}</channel></rss>`;
}

function sourceFor(url: string): Source {
  return {
    id: url,
    url,
    categories: [],
    tags: [],
    timezone: 'UTC',
    schedule: { defaultMs: HOUR, minMs: 10 * MINUTE, maxMs: DAY },
    fetch: SETTINGS,
    content: 'full',
    headers: {},
    rules: [],
  };
}

/** What the job makes of an outcome, without posts and stores. */
function resultOf(outcome: FetchOutcome, state: SourceState, now: number): CheckResult {
  if (outcome.kind !== 'body') return { kind: 'no-body', outcome };
  const { body, ...response } = outcome;
  const bodyHash = createHash('sha1').update(body).digest('hex').slice(0, 16);
  if (bodyHash === state.bodyHash) return { kind: 'unchanged', response };
  const parsed = parseDocument({
    bytes: body,
    url: outcome.url,
    timezone: 'UTC',
    now,
    limits: { maxDepth: 100, maxEntries: 1000, maxAttributes: 100, maxTextLength: 1_000_000, maxTags: 50 },
    knownHashes: new Set(),
  });
  if (parsed.kind === 'failed') return { kind: 'unreadable', response, failure: parsed.failure };
  const { hints, entries } = parsed.feed;
  const publishedTimes = entries.flatMap(({ published }) => (published === undefined ? [] : [published]));
  const latest = state.publishedTimes[0] ?? -Infinity;
  const added = publishedTimes.filter((time) => time > latest).length;
  const facts = { bodyHash, hubs: [], hints, publishedTimes, entries: entries.length, added, changed: 0, issues: [] };
  return { kind: 'feed', response, facts };
}

beforeAll(async () => {
  origin = await startOrigin();
  for (const [path, behaviour] of Object.entries(BEHAVIOURS)) origin.on(path, serve(path, behaviour));
  const fetcher = createFetcher({ environment: {}, now: () => clock });
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  for (const path of Object.keys(BEHAVIOURS)) {
    const source = sourceFor(`${origin.url}${path}`);
    let state = FIRST_STATE;
    clock = START;
    for (let due = START; due < END && state.pausedAt === undefined; due = state.nextCheckAt) {
      clock = due + Math.floor(2000 * random());
      const request = buildRequest(source, state, { version: '1.0.0', contact: 'mailto:a@example.org', sources: 19 });
      const outcome = await fetcher.fetch(request, new AbortController().signal);
      const result = resultOf(outcome, state, clock);
      state = nextState({ source, state, checkedAt: due, now: clock, jitter: random(), result });
    }
  }
  await fetcher.close();
  await origin.close();
});

afterAll(() => {
  visits.clear();
});

describe.each(Object.entries(BEHAVIOURS))('over a week, %s', (path, { title, visits: [least, most] }) => {
  const seen = (): readonly Visit[] => visits.get(path) ?? [];

  it(`(${title}) is asked neither too often nor too seldom`, () => {
    expect(seen().length).toBeGreaterThanOrEqual(least);
    expect(seen().length).toBeLessThanOrEqual(most);
  });

  it('is never asked before it may be', () => {
    const early = seen().filter(({ at }, index) => at < (seen()[index - 1]?.answer.notBefore ?? 0));
    expect(early).toEqual([]);
  });

  it('gets exactly the validators that it gave last, and none that it did not give', () => {
    let [etag, lastModified]: (string | undefined)[] = [];
    for (const { request, answer } of seen()) {
      expect(request.headers['if-none-match']).toBe(etag);
      expect(request.headers['if-modified-since']).toBe(lastModified);
      const status = answer.status ?? 200;
      if (status === 200) [etag, lastModified] = [answer.headers?.['ETag'], answer.headers?.['Last-Modified']];
      if (status === 304) {
        [etag, lastModified] = [answer.headers?.['ETag'] ?? etag, answer.headers?.['Last-Modified'] ?? lastModified];
      }
    }
  });

  it('gets no cookie, no referrer, no other query, and our name', () => {
    for (const { request } of seen()) {
      const unwanted = ['cookie', 'referer', 'cache-control', 'pragma'].filter((name) => name in request.headers);
      expect(unwanted).toEqual([]);
      expect(request.path).toBe(path);
      expect(request.headers['user-agent']).toBe('Feedmill/1.0.0 (+mailto:a@example.org; 19 sources)');
    }
  });
});
