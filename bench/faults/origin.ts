/** An origin that adds entries as it is asked: what has it offered? */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Entries per document: enough that none leaves before it was read, with any fault. */
const LISTED = 150;

export interface GrowingOrigin {
  readonly url: string;
  /** 0 to 1: how often an answer has a new entry. */
  setLoad(share: number): void;
  /** Titles of all entries that were in an answer that left. */
  offered(): ReadonlySet<string>;
  /** From now on, what was offered before and is not listed any more is not asked for: the store has lost its data. */
  forgetUnlisted(): void;
  close(): Promise<void>;
}

export async function startGrowingOrigin(random: () => number): Promise<GrowingOrigin> {
  const counts = new Map<string, number>();
  const firsts = new Map<string, number>();
  let load = 0.5;
  const server = createServer((request, response) => {
    const source = request.url?.slice(1) ?? '';
    const count = (counts.get(source) ?? 0) + (random() < load ? 1 : 0);
    // Offered when the answer has left: before that nobody may have read it.
    response.on('finish', () => counts.set(source, Math.max(count, counts.get(source) ?? 0)));
    response.setHeader('Content-Type', 'application/rss+xml').end(documentOf(source, count));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    setLoad: (share) => {
      load = share;
    },
    offered: () => {
      const titles = new Set<string>();
      for (const [source, count] of counts) {
        for (let index = firsts.get(source) ?? 0; index < count; index += 1) titles.add(titleOf(source, index));
      }
      return titles;
    },
    forgetUnlisted: () => {
      for (const [source, count] of counts) firsts.set(source, Math.max(0, count - LISTED));
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function titleOf(source: string, index: number): string {
  return `Entry ${source}-${index}`;
}

function documentOf(source: string, count: number): string {
  const items: string[] = [];
  for (let index = count - 1; index >= Math.max(0, count - LISTED); index -= 1) {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toUTCString();
    items.push(
      `<item><guid isPermaLink="false">${source}-${index}</guid><title>${titleOf(source, index)}</title><pubDate>${at}</pubDate>` +
        `<link>http://news.example/${source}/${index}</link><description>Text of ${source} ${index}.</description></item>`,
    );
  }
  return `<rss version="2.0"><channel><title>${source}</title>${items.join('')}</channel></rss>`;
}
