/** A whole site with every route, and a judge of its answers to requests that nobody should send. */
import { createRequests } from '../../src/io/metrics/requests.ts';
import { registerAdmin } from '../../src/io/web/admin.ts';
import { registerHubCallback } from '../../src/io/web/hub-callback.ts';
import { registerHub } from '../../src/io/web/hub.ts';
import { createLoginThrottle } from '../../src/io/web/login-throttle.ts';
import { registerMetrics } from '../../src/io/web/metrics.ts';
import { renderAdminPage } from '../../src/stages/render/admin.ts';
import { seededRandom } from '../../bench/fuzz/random.ts';
import { openSite, type Site } from '../io/web/site.ts';
import { samplePost } from '../stages/render/samples.ts';
import { createRawClient, type RawAnswer } from './raw-http.ts';
import { randomRequest } from './random-requests.ts';

const TOKEN = 'a token of twenty-four bytes'.replaceAll(' ', '-');
const WITHIN_MS = 20_000;
const UNKNOWN = { status: 410, text: 'There is no such subscription.\n' };

export async function openFuzzedSite(): Promise<Site> {
  const requests = createRequests();
  const site = await openSite({
    // What is made on request: a thousand tags, as large as such pages are.
    render: (path) =>
      Promise.resolve(
        /^\/tag\/tag-\d{1,3}\./u.test(path)
          ? { path, mediaType: 'text/html; charset=utf-8', body: Buffer.alloc(20_000, path), modifiedAt: 1 }
          : undefined,
      ),
    onResponse: (path, { status, bytes }, cache) => {
      requests.note(path, status, bytes, cache);
    },
    prepare: (app, settings) => {
      const attempts = createLoginThrottle();
      const access = () => ({ kind: 'token', token: TOKEN }) as const;
      const shared = { settings, access, attempts, now: () => site.clock.now };
      const log = (): void => undefined;
      registerAdmin(app, {
        ...shared,
        version: '0',
        view: () => Promise.resolve(undefined),
        render: renderAdminPage,
        css: '',
        act: () => Promise.resolve('done'),
        split: () => Promise.resolve('done'),
        takeDown: () => Promise.resolve('done'),
        log: { debug: log, info: log, warn: log, error: log },
      });
      registerMetrics(app, { contentType: 'text/plain', text: () => Promise.resolve('up 1\n') }, shared);
      registerHub(app, {
        isOpen: () => true,
        take: () => Promise.resolve({ status: 202, text: '' }),
        requesterOf: () => '127.0.0.1',
      });
      registerHubCallback(app, {
        question: () => Promise.resolve(UNKNOWN),
        limitBytes: (id) => Promise.resolve(id === 'abc' ? 100 : undefined),
        push: () => Promise.resolve(UNKNOWN),
      });
    },
  });
  site.settings = {
    ...site.settings,
    site: { ...site.settings.site, formerUrls: ['https://old.example.org'] },
    http: { ...site.settings.http, redirects: { '/feed.xml': '/all.rss' }, trustProxy: 1 },
  };
  await site.publish(Array.from({ length: 20 }, (_, number) => samplePost(number)));
  return site;
}

export interface FuzzCount {
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What must not be, with the request. */
  readonly findings: readonly string[];
}

/** @param onProgress  called after each thousand */
export async function fuzzSite(
  site: Site,
  { requests, seed, clients }: { readonly requests: number; readonly seed: number; readonly clients: number },
  onProgress: (done: number) => void = () => undefined,
): Promise<FuzzCount> {
  const statuses = new Map<number, number>();
  const findings: string[] = [];
  const port = Number(new URL(site.origin).port);
  let left = requests;
  let done = 0;

  async function work(number: number): Promise<void> {
    const random = seededRandom(seed + number);
    const client = createRawClient(port, WITHIN_MS);
    while (left > 0 && findings.length < 20) {
      left -= 1;
      const { method, bytes } = randomRequest(random);
      const problem = await client.ask(method, bytes).then(
        (answer) => {
          const status = answer?.status ?? 0;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          return answer === undefined ? 'no answer' : wrongIn(answer);
        },
        (error: unknown) => String(error),
      );
      if (problem !== undefined)
        findings.push(`${problem} to ${JSON.stringify(bytes.toString('latin1').slice(0, 600))}`);
      done += 1;
      if (done % 1_000 === 0) onProgress(done);
    }
    client.close();
  }

  await Promise.all(Array.from({ length: clients }, (_, number) => work(number)));
  return { statuses, findings };
}

/** No fault of ours, and no way to another site. */
function wrongIn({ status, headers }: RawAnswer): string | undefined {
  // Refused because four are rendered already; a fault of ours asks for more patience.
  const isBusy = status === 503 && headers.get('retry-after') === '5';
  if (status >= 500 && !isBusy) return `status ${status}`;
  const location = headers.get('location');
  if (location === undefined) return undefined;
  const target = new URL(location, 'https://news.example.org/admin/x');
  return target.origin === 'https://news.example.org' ? undefined : `a redirect to ${location}`;
}
