/** An origin that goes on publishing: what does each source offer, and what was it asked for? */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Offered {
  /** Its title, too, which no other entry has. */
  readonly guid: string;
  /** Epoch ms; absent: the entry has no date. */
  readonly at?: number;
}

export interface YearOrigin {
  readonly url: string;
  /** Adds entries, newest first from then on. A document lists the newest `LISTED`. */
  offer(sourceId: string, entries: readonly Offered[]): void;
  /** The path of a source from now on; the one before is gone. */
  move(sourceId: string): void;
  pathOf(sourceId: string): string;
  /** Titles that were in a document that was asked for, by source. */
  readonly given: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

const LISTED = 12;
/** Near-duplicates are not the subject: no two texts have much in common. */
const WORDS =
  'tram harbour budget school bridge election museum storm wheat engine river mayor train glass orchard'.split(' ');

export async function startYearOrigin(): Promise<YearOrigin> {
  const entries = new Map<string, readonly Offered[]>();
  const moves = new Map<string, number>();
  const given = new Map<string, Set<string>>();
  const pathOf = (sourceId: string) => `/${sourceId}/${moves.get(sourceId) ?? 0}`;

  const server = createServer((request, response) => {
    const { url = '' } = request;
    const sourceId = url.split('/')[1] ?? '';
    if (url !== pathOf(sourceId)) {
      response.writeHead(404).end();
      return;
    }
    const listed = (entries.get(sourceId) ?? []).slice(0, LISTED);
    const known = given.get(sourceId) ?? new Set<string>();
    for (const { guid } of listed) known.add(guid);
    given.set(sourceId, known);
    response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(document(sourceId, listed));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    offer: (sourceId, added) => {
      entries.set(sourceId, [...added, ...(entries.get(sourceId) ?? [])].slice(0, 2 * LISTED));
    },
    move: (sourceId) => {
      moves.set(sourceId, (moves.get(sourceId) ?? 0) + 1);
    },
    pathOf,
    given,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function document(sourceId: string, entries: readonly Offered[]): string {
  const items = entries.map(({ guid, at }) => {
    const date = at === undefined ? '' : `<pubDate>${new Date(at).toUTCString()}</pubDate>`;
    return `<item><guid isPermaLink="false">${guid}</guid><title>${guid}</title><link>https://${sourceId}.example/${guid}</link><description>${textOf(guid)}</description>${date}</item>`;
  });
  return `<rss version="2.0"><channel><title>${sourceId}</title>${items.join('')}</channel></rss>`;
}

function textOf(guid: string): string {
  let number = Buffer.from(guid).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7);
  return Array.from({ length: 12 }, () => {
    number = (number * 48_271) % 2_147_483_647;
    return `${WORDS[number % WORDS.length]}${number % 97}`;
  }).join(' ');
}
