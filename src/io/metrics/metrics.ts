/** Which metrics does Prometheus get? */
import { collectDefaultMetrics, Counter, Gauge, type Histogram, Registry } from 'prom-client';
import type { ConfigState } from '../../model/recorded-config.ts';
import type { SystemState } from '../../model/system-state.ts';
import type { Requests } from './requests.ts';
import { FETCH_SECONDS, type SharedCounters, type CounterName } from './shared-counters.ts';

export interface MetricsOptions {
  readonly version: string;
  readonly requests: Requests;
  readonly counters: Pick<SharedCounters, 'read'>;
  /** @throws StoreError if Redis cannot be reached; then only the metrics of this process are returned. */
  readonly system: () => Promise<SystemState>;
  /** Of this process. */
  readonly configState: () => ConfigState;
}

export interface Metrics {
  readonly contentType: string;
  /** The text exposition format, version 0.0.4. */
  text(): Promise<string>;
}

const QUEUE_STATES = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;

/** Counters that all workers share: name, help, label. */
const SHARED: readonly (readonly [CounterName, string, string, string | undefined])[] = [
  ['fetches', 'feedmill_fetches_total', 'Requests for sources, redirects counted with them.', 'outcome'],
  ['fetched-bytes', 'feedmill_fetched_bytes_total', 'Bytes of bodies of sources, decompressed.', undefined],
  ['checks', 'feedmill_checks_total', 'Checks of sources.', 'outcome'],
  ['posts', 'feedmill_posts_total', 'Decisions on entries.', 'decision'],
  ['documents', 'feedmill_documents_published_total', 'Documents handed to a publisher.', 'publisher'],
  ['rendered', 'feedmill_documents_rendered_total', 'Documents rendered for publication.', 'kind'],
  ['compressed', 'feedmill_documents_compressed_total', 'Documents compressed for publication.', 'kind'],
  ['written', 'feedmill_documents_written_total', 'Documents that differed and were written.', 'kind'],
  ['failed-jobs', 'feedmill_job_failures_total', 'Attempts of jobs that failed.', 'queue'],
];

/**
 * Requests and process figures are those of this process. All others are of the whole system: all workers count them together
 * and they survive restarts, so every web server reports the same.
 */
export function createMetrics({ version, requests, counters, system, configState }: MetricsOptions): Metrics {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  new Gauge({
    name: 'feedmill_build_info',
    help: 'Always 1; the label is the version of Feedmill.',
    labelNames: ['version'],
    registers: [own],
  }).set({ version }, 1);
  new Counter({
    name: 'feedmill_http_requests_total',
    help: 'Requests for documents answered by this process.',
    labelNames: ['route', 'code', 'cache'],
    registers: [own],
    collect() {
      this.reset();
      for (const { count, ...labels } of requests.counts()) this.inc(labels, count);
    },
  });
  new Counter({
    name: 'feedmill_http_sent_bytes_total',
    help: 'Bytes of bodies sent by this process.',
    registers: [own],
    collect() {
      this.reset();
      this.inc(requests.bytes());
    },
  });

  async function text(): Promise<string> {
    const shared = await Promise.all([counters.read(), system()]).catch((error: unknown) =>
      error instanceof Error ? error : Promise.reject(new Error(String(error))),
    );
    const registry = new Registry();
    const isUp = !(shared instanceof Error);
    gauge(registry, 'feedmill_redis_up', 'Whether Redis answers: 1 or 0.', isUp ? 1 : 0);
    const { readAt, problems } = configState();
    gauge(
      registry,
      'feedmill_config_ok',
      'Whether the config files are valid, 1 or 0; the running config stays in use while they are not.',
      problems.length === 0 ? 1 : 0,
    );
    gauge(registry, 'feedmill_config_read_timestamp_seconds', 'When the running config was read.', readAt / 1_000);
    if (!(shared instanceof Error)) {
      shareCounts(registry, shared[0]);
      shareState(registry, shared[1]);
    }
    return `${await own.metrics()}${await registry.metrics()}`;
  }

  return { contentType: own.contentType, text };
}

function shareCounts(registry: Registry, counts: ReadonlyMap<string, number>): void {
  for (const [name, metric, help, label] of SHARED) {
    const counter = new Counter({
      name: metric,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
    });
    for (const [key, count] of counts) {
      const [known, value = ''] = key.split('|');
      if (known === name) counter.inc(label === undefined ? {} : { [label]: value }, count);
    }
  }
  // The library's histograms count by themselves; ours is a sum of what others counted. The registry needs only its
  // name and get().
  registry.registerMetric(fetchSeconds(counts) as unknown as Histogram);
}

function fetchSeconds(counts: ReadonlyMap<string, number>) {
  const name = 'feedmill_fetch_duration_seconds';
  let sum = 0;
  const buckets = [...FETCH_SECONDS, '+Inf' as const].map((le) => {
    sum += counts.get(`fetch-seconds|${le}`) ?? 0;
    return { metricName: `${name}_bucket`, labels: { le }, value: sum };
  });
  const values = [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: counts.get('fetch-seconds') ?? 0 },
    { metricName: `${name}_count`, labels: {}, value: sum },
  ];
  const help = 'Time from the request for a source to the end of the response.';
  return { name, get: () => Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' }) };
}

function shareState(registry: Registry, state: SystemState): void {
  const { sources } = state;
  gauge(registry, 'feedmill_sources', 'Sources in the config.', sources.total);
  gauge(registry, 'feedmill_sources_due', 'Sources whose next check is due.', sources.due);
  gauge(registry, 'feedmill_sources_late', 'Sources that have been due for more than a minute.', sources.late);
  gauge(registry, 'feedmill_sources_paused', 'Sources that are not checked.', sources.paused);
  gauge(registry, 'feedmill_sources_failing', 'Sources whose last check gave no feed.', state.failing);
  gauge(registry, 'feedmill_sources_held', 'Sources with held entries.', state.held);
  gauge(
    registry,
    'feedmill_source_lateness_seconds',
    'How long ago the source that has waited longest became due.',
    sources.latenessMs / 1_000,
  );
  const isOut = state.networkOutSince !== undefined;
  gauge(registry, 'feedmill_network_up', 'Whether hosts can be reached from the workers: 1 or 0.', isOut ? 0 : 1);
  gauge(registry, 'feedmill_posts', 'Posts that are stored.', state.posts);
  gauge(registry, 'feedmill_unpublished', 'Feeds and posts that must be published again.', state.unpublished);
  if (state.sweepAgeMs !== undefined) {
    gauge(
      registry,
      'feedmill_sweep_age_seconds',
      'Time since the last sweep for due sources.',
      state.sweepAgeMs / 1_000,
    );
  }
  const jobs = new Gauge({
    name: 'feedmill_queue_jobs',
    help: 'Jobs in the queue; failed ones are kept for a week.',
    labelNames: ['queue', 'state'],
    registers: [registry],
  });
  for (const [queue, counts] of Object.entries(state.queues)) {
    for (const name of QUEUE_STATES) jobs.set({ queue, state: name }, counts[name] ?? 0);
  }
}

function gauge(registry: Registry, name: string, help: string, value: number): void {
  new Gauge({ name, help, registers: [registry] }).set(value);
}
