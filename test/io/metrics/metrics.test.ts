import type { HttpSettings } from '../../../src/model/settings.ts';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/io/metrics/metrics.ts';
import { createRequests } from '../../../src/io/metrics/requests.ts';
import { createLoginThrottle } from '../../../src/io/web/login-throttle.ts';
import { registerMetrics } from '../../../src/io/web/metrics.ts';
import { StoreError } from '../../../src/model/errors.ts';
import type { SystemState } from '../../../src/model/system-state.ts';
import { openSite } from '../web/site.ts';

const SYSTEM: SystemState = {
  sources: { total: 10, due: 4, late: 2, paused: 1, latenessMs: 90_500 },
  failing: 3,
  held: 1,
  posts: 1_234,
  unpublished: 5,
  sweepAgeMs: 250,
  queues: { refresh: { waiting: 7, active: 2, delayed: 1, failed: 0, completed: 9 } },
};

const COUNTS = new Map([
  ['fetches|body', 5],
  ['fetches|timeout', 2],
  ['fetch-seconds|0.1', 4],
  ['fetch-seconds|1', 2],
  ['fetch-seconds|+Inf', 1],
  ['fetch-seconds', 41.5],
  ['fetched-bytes', 12_345],
  ['checks|feed', 5],
  ['posts|added', 40],
  ['documents|site', 12],
  ['failed-jobs|publish', 1],
]);

function metricsOf(changes: Partial<Parameters<typeof createMetrics>[0]> = {}) {
  return createMetrics({
    version: '1.2.3',
    requests: createRequests(),
    counters: { read: () => Promise.resolve(COUNTS) },
    system: () => Promise.resolve(SYSTEM),
    configState: () => ({ readAt: 1_764_000_000_000, problems: [] }),
    ...changes,
  });
}

/** Series and value of each line; every series has a HELP and a TYPE before it, and stands there once. */
function seriesOf(text: string): ReadonlyMap<string, number> {
  const described = new Set<string>();
  const found = new Map<string, number>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, keyword, name = ''] = /^# (HELP|TYPE) (\S+)/u.exec(line) ?? [];
    if (keyword !== undefined) {
      described.add(`${keyword} ${name}`);
      continue;
    }
    const [, series = '', value = ''] = /^([a-z_][a-z0-9_]*(?:\{[^}]*\})?) (\S+)$/u.exec(line) ?? [];
    const family = series.replace(/\{.*/u, '');
    const owners = [family, family.replace(/_(?:bucket|sum|count)$/u, '')];
    expect(
      owners.some((owner) => described.has(`HELP ${owner}`) && described.has(`TYPE ${owner}`)),
      line,
    ).toBe(true);
    expect(found.has(series), `${series} stands there twice`).toBe(false);
    found.set(series, Number(value));
  }
  return found;
}

describe('createMetrics', () => {
  it.each([
    ['feedmill_fetches_total{outcome="body"}', 5],
    ['feedmill_fetches_total{outcome="timeout"}', 2],
    ['feedmill_fetched_bytes_total', 12_345],
    ['feedmill_fetch_duration_seconds_bucket{le="0.05"}', 0],
    ['feedmill_fetch_duration_seconds_bucket{le="0.1"}', 4],
    ['feedmill_fetch_duration_seconds_bucket{le="30"}', 6],
    ['feedmill_fetch_duration_seconds_bucket{le="+Inf"}', 7],
    ['feedmill_fetch_duration_seconds_sum', 41.5],
    ['feedmill_fetch_duration_seconds_count', 7],
    ['feedmill_checks_total{outcome="feed"}', 5],
    ['feedmill_posts_total{decision="added"}', 40],
    ['feedmill_documents_published_total{publisher="site"}', 12],
    ['feedmill_job_failures_total{queue="publish"}', 1],
    ['feedmill_sources', 10],
    ['feedmill_sources_due', 4],
    ['feedmill_sources_late', 2],
    ['feedmill_sources_paused', 1],
    ['feedmill_sources_failing', 3],
    ['feedmill_sources_held', 1],
    ['feedmill_source_lateness_seconds', 90.5],
    ['feedmill_posts', 1_234],
    ['feedmill_unpublished', 5],
    ['feedmill_sweep_age_seconds', 0.25],
    ['feedmill_queue_jobs{queue="refresh",state="waiting"}', 7],
    ['feedmill_queue_jobs{queue="refresh",state="failed"}', 0],
    ['feedmill_redis_up', 1],
    ['feedmill_build_info{version="1.2.3"}', 1],
  ])('tells %s', async (series, value) => {
    expect(seriesOf(await metricsOf().text()).get(series)).toBe(value);
  });

  it('has what every Node process tells', async () => {
    const names = [...seriesOf(await metricsOf().text()).keys()];
    expect(names).toEqual(
      expect.arrayContaining([
        'process_resident_memory_bytes',
        'process_start_time_seconds',
        'nodejs_eventloop_lag_seconds',
      ]),
    );
  });

  it('tells of this process alone where Redis is out of reach', async () => {
    const system = () => Promise.reject(new StoreError('Redis: reading failed'));
    const series = seriesOf(await metricsOf({ system }).text());
    expect(series.get('feedmill_redis_up')).toBe(0);
    expect(series.has('process_resident_memory_bytes')).toBe(true);
    expect(series.has('feedmill_sources')).toBe(false);
  });

  it('is the same when it is asked twice', async () => {
    const requests = createRequests();
    const metrics = metricsOf({ requests });
    requests.note('/', 200, 10, 'hit');
    await metrics.text();
    const series = seriesOf(await metrics.text());
    expect(series.get('feedmill_http_requests_total{route="home",code="200",cache="hit"}')).toBe(1);
    expect(series.get('feedmill_http_sent_bytes_total')).toBe(10);
  });
});

describe('createRequests', () => {
  it.each([
    ['/', 'home'],
    ['/category/x.rss', 'category'],
    ['/all.json?before=1-0000000000000000', 'all'],
    ['/tag/%E8%82%A1.html', 'tag'],
    ['/source/a.atom', 'source'],
    ['/post/0000000000000000.html', 'post'],
    ['/opml.xml', 'opml'],
    ['/sources.opml', 'opml'],
    ['/websub', 'websub'],
    ['/admin/sources', 'admin'],
    ['/style.css', 'other'],
    ['/wp-login.php', 'other'],
  ])('counts %s as %s', (path, route) => {
    const requests = createRequests();
    requests.note(path, 304, 0, 'hit');
    expect(requests.counts()).toEqual([{ route, code: 304, cache: 'hit', count: 1 }]);
  });
});

describe('/metrics', () => {
  async function ask(
    token: string | undefined,
    headers: Record<string, string>,
    attempts = createLoginThrottle(),
    http: Partial<HttpSettings> = {},
  ) {
    const requests = createRequests();
    const site = await openSite({
      onResponse: (path, { status, bytes }, cache) => {
        requests.note(path, status, bytes, cache);
      },
      prepare: (app, settings) => {
        registerMetrics(app, metricsOf({ requests }), {
          settings,
          access: () => (token === undefined ? { kind: 'this-machine' } : { kind: 'token', token }),
          attempts,
          now: () => 0,
        });
      },
    });
    try {
      site.settings = { ...site.settings, http: { ...site.settings.http, ...http } };
      await site.ask('/nothing.html');
      return await site.ask('/metrics', { headers });
    } finally {
      await site.close();
    }
  }

  it('answers on this machine, in the text format, with what was asked for', async () => {
    const { status, headers, text } = await ask(undefined, {});
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(seriesOf(text).get('feedmill_http_requests_total{route="other",code="404",cache="miss"}')).toBe(1);
  });

  it.each([
    ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['another name for this machine', { host: 'evil.example' }],
  ])('does not answer %s without a token', async (_title, headers) => {
    expect(await ask(undefined, headers)).toMatchObject({ status: 403 });
    const refused = await ask('secret', headers);
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="Feedmill"' } });
    expect(await ask('secret', { ...headers, authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
  });

  it('lets an address wait that guesses', async () => {
    const attempts = createLoginThrottle();
    const guess = { host: 'news.example', authorization: 'Bearer wrong' };
    for (let time = 1; time <= 10; time += 1)
      expect(await ask('secret', guess, attempts)).toMatchObject({ status: 401 });
    const right = { ...guess, authorization: 'Bearer secret' };
    expect(await ask('secret', right, attempts)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
  });

  it('asks for the token on this machine too', async () => {
    expect(await ask('secret', {})).toMatchObject({ status: 401 });
  });

  it.each<[string, Partial<HttpSettings>, Record<string, string>, number]>([
    ['answers a network of http.metrics.allow', { metricsAllow: ['127.0.0.0/8'] }, {}, 200],
    ['refuses other networks', { metricsAllow: ['10.0.0.0/8'] }, {}, 401],
    [
      'refuses what comes through a proxy that is not trusted',
      { metricsAllow: ['127.0.0.0/8'] },
      { 'x-forwarded-for': '127.0.0.1' },
      401,
    ],
    [
      'goes by the client behind a trusted proxy',
      { metricsAllow: ['127.0.0.0/8'], trustProxy: 1 },
      { 'x-forwarded-for': '203.0.113.9' },
      401,
    ],
    [
      'answers a client in the network behind a trusted proxy',
      { metricsAllow: ['10.0.0.0/8'], trustProxy: ['127.0.0.0/8'] },
      { 'x-forwarded-for': '10.1.2.3' },
      200,
    ],
  ])('%s', async (_title, http, headers, status) => {
    expect(await ask('secret', headers, createLoginThrottle(), http)).toMatchObject({ status });
  });

  it.each([
    ['Bearer', 'Bearer secret'],
    ['Basic, under any name', `Basic ${Buffer.from('prometheus:secret').toString('base64')}`],
  ])('answers from anywhere to the token as %s', async (_title, authorization) => {
    expect(await ask('secret', { host: 'news.example', authorization })).toMatchObject({ status: 200 });
  });
});
