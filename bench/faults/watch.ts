/** What do readers and a load balancer see, all the time? */
import type { GrowingOrigin } from './origin.ts';

/** A system may be silent for so long before it must say that it is not ready. */
const STANDSTILL_MS = 20_000;
const LOOK_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 5_000;

export interface Seen {
  readonly titles: readonly string[];
  readonly at: number;
}

export interface Watch {
  /** What should not have been, since the last call. */
  violations(): readonly string[];
  /** Readers may get errors, and feeds may shrink, from now on until `strict`. */
  lenient(): void;
  strict(): void;
  /** How many times it has looked: of the second look from now on, it is sure that it began after now. */
  looks(): number;
  /** The newest answers. */
  isReady(): boolean;
  titles(): readonly string[];
  /** Forgets what was published: it may be published again. */
  forget(): void;
  stop(): Promise<void>;
}

export function watch(site: string, origin: GrowingOrigin): Watch {
  let found: string[] = [];
  let isStrict = false;
  let isReady = false;
  let seen: ReadonlySet<string> = new Set();
  let list: readonly string[] = [];
  let grewAt = performance.now();
  let looks = 0;
  const stopping = new AbortController();

  async function look(): Promise<void> {
    const [ready, feed] = await Promise.all([get('/readyz'), get('/category/news.json')]);
    looks += 1;
    isReady = ready.status === 200;
    if (feed.status === 200) read(feed.body);
    else if (isStrict) found.push(`the feed answered ${feed.status} ${feed.body.slice(0, 80)}`);
    const isBehind = [...origin.offered()].some((title) => !seen.has(title));
    if (!isBehind) grewAt = performance.now();
    const silentMs = performance.now() - grewAt;
    if (isReady && silentMs > STANDSTILL_MS) {
      found.push(`ready, but nothing was published for ${Math.round(silentMs / 1000)} s`);
      grewAt = performance.now();
    }
  }

  function read(body: string): void {
    // Our own feed, whose form other tests check.
    const { items } = JSON.parse(body) as { readonly items: readonly { readonly title: string }[] };
    list = items.map(({ title }) => title);
    const now = new Set(list);
    if (now.size < list.length) found.push(`${list.length - now.size} entries were published twice`);
    const lost = [...seen].filter((title) => !now.has(title));
    if (lost.length > 0 && isStrict) found.push(`the feed shrank by ${lost.length}: ${lost.slice(0, 3).join(', ')}`);
    if ([...now].some((title) => !seen.has(title))) grewAt = performance.now();
    seen = now;
  }

  async function get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    try {
      const answer = await fetch(site + path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      return { status: 0, body: String(error) };
    }
  }

  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  })();

  return {
    violations: () => {
      const before = found;
      found = [];
      return before;
    },
    lenient: () => {
      isStrict = false;
    },
    strict: () => {
      isStrict = true;
    },
    looks: () => looks,
    isReady: () => isReady,
    titles: () => list,
    forget: () => {
      seen = new Set();
    },
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}
