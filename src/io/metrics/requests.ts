/** Which HTTP requests were served, and how? */

/** Paths are grouped into a few kinds, so that addresses create no new series. */
const ROUTES = [
  ['/category/', 'category'],
  ['/post/', 'post'],
  ['/tag/', 'tag'],
  ['/source/', 'source'],
  ['/all', 'all'],
  ['/websub', 'websub'],
  ['/admin', 'admin'],
  ['/opml.xml', 'opml'],
  ['/sources.opml', 'opml'],
] as const;

/** Whether the document was in the cache, ready to be sent. */
export type CacheResult = 'hit' | 'miss';

export interface RequestCount {
  readonly route: string;
  readonly code: number;
  readonly cache: CacheResult;
  readonly count: number;
}

export interface Requests {
  note(path: string, status: number, bytes: number, cache: CacheResult): void;
  counts(): readonly RequestCount[];
  /** Sum of all sent bodies, before TLS. */
  bytes(): number;
}

/** Fast for the usual request: one addition in a small table. */
export function createRequests(): Requests {
  const hits = new Map<string, Map<number, number>>();
  const misses = new Map<string, Map<number, number>>();
  let sent = 0;

  return {
    note(path, status, bytes, cache) {
      const route = routeOf(path);
      const byRoute = cache === 'hit' ? hits : misses;
      let byStatus = byRoute.get(route);
      if (byStatus === undefined) byRoute.set(route, (byStatus = new Map<number, number>()));
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      sent += bytes;
    },
    counts: () =>
      [['hit', hits] as const, ['miss', misses] as const].flatMap(([cache, byRoute]) =>
        [...byRoute].flatMap(([route, byStatus]) =>
          [...byStatus].map(([code, count]) => ({ route, code, cache, count })),
        ),
      ),
    bytes: () => sent,
  };
}

function routeOf(path: string): string {
  for (const [start, route] of ROUTES) if (path.startsWith(start)) return route;
  return path === '/' ? 'home' : 'other';
}
