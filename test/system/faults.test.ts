/** Everything that can be wrong with an origin, at once, beside five hundred healthy sources: who is harmed? */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/io/redis/connect.ts';
import { createChecks } from '../../src/io/store/checks.ts';
import { FIRST_STATE } from '../../src/model/source-state.ts';
import { FAULTS, type FaultyOrigin, startFaultyOrigin } from '../support/faulty-origin.ts';
import { SILENT_LOG } from '../support/memory.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const HEALTHY = 500;
/** Each fault at several sources at the same time. */
const EACH = 3;
/** What all of it together may add to the memory of the worker: a few bodies at their limit, and what is made of them. */
const MOST_ADDED_MB = 150;

const faulty = FAULTS.flatMap((fault) =>
  Array.from({ length: EACH }, (_, index) => {
    const id = `${fault.name.replace('/', '-')}-${index}`;
    const path = fault.name.startsWith('chain/') ? `chain/${index}/${fault.name.slice(6)}` : `${fault.name}/${index}`;
    return { id, path, fault };
  }),
);
const healthy = Array.from({ length: HEALTHY }, (_, index) => ({ id: `h${index}`, path: `healthy/${index}` }));

let origin: FaultyOrigin;
let workplace: Workplace;

beforeAll(async () => {
  origin = await startFaultyOrigin();
  workplace = await makeWorkplace();
  const written = ({ id, path }: { readonly id: string; readonly path: string }, more: string): string =>
    `  - { id: ${id}, url: "${origin.url}/${path}", categories: [news]${more} }`;
  const sources = [
    ...healthy.map((source) => written(source, ', schedule: { default: 1s, min: 1s, max: 1s }')),
    ...faulty.map((source) => written(source, '')),
  ];
  await workplace.write(
    'config/feedmill.yaml',
    `
site: { title: News, url: http://127.0.0.1:1, language: en, timezone: UTC }
http: { host: 127.0.0.1, port: 0 }
fetch:
  allow: [127.0.0.0/8]
  timeout: 8s
  maxBytes: 4MB
  host: { concurrency: 2, delay: 0s, scope: url }
categories: [{ slug: news, title: News }]
sources:
${sources.join('\n')}
`,
  );
});
afterAll(async () => {
  await workplace.close();
  origin.close();
});

/** Resident memory of a process, MB; undefined where there is no /proc. */
function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

interface Shown {
  readonly id: string;
  readonly failures?: number;
  readonly title?: string;
  readonly last?: { readonly kind: string; readonly message?: string };
}

async function shown(): Promise<ReadonlyMap<string, Shown>> {
  const { stdout } = await workplace.run(['sources', '--json']);
  return new Map((JSON.parse(stdout) as Shown[]).map((source) => [source.id, source]));
}

const timesOf = (path: string): readonly number[] => origin.asked.get(`/${path}`) ?? [];

describe('faulty sources', () => {
  it('come to the outcome they deserve, while healthy ones keep their schedule and memory stays level', async () => {
    const running = workplace.start(['start']);
    await running.logged(/"msg":"running"/u);
    const redis = await connectRedis({ urls: [], directory: workplace.path('data/redis') }, SILENT_LOG, {
      shared: true,
    });
    const checks = createChecks(redis.client, `${redis.prefix}:`);
    // The first checks would be spread over half a minute: healthy ones are due at once, the others wait for their cue.
    const dueAt = async (which: readonly { readonly id: string }[], at: number): Promise<void> => {
      await Promise.all(which.map(({ id }) => checks.write(id, { ...FIRST_STATE, nextCheckAt: at }, Date.now())));
    };
    await dueAt(faulty, Date.now() + 3_600_000);
    await dueAt(healthy, Date.now());
    await expect.poll(() => healthy.filter(({ path }) => timesOf(path).length < 2).length, { timeout: 60_000 }).toBe(0);
    const before = memoryMb(running.process.pid ?? 0, 'VmRSS') ?? 0;
    const begin = Date.now();
    await dueAt(faulty, begin);
    const states = () => checks.read(faulty.map(({ id }) => id));
    await expect
      .poll(async () => (await states()).filter((state) => (state?.last?.at ?? 0) < begin).length, { timeout: 60_000 })
      .toBe(0);

    // The slow ones took their eight seconds, and nobody waited for them.
    const [drip] = await checks.read(['drip-0']);
    const late = healthy.filter(
      ({ path }) => timesOf(path).filter((at) => at > begin && at < (drip?.last?.at ?? 0)).length < 2,
    );
    expect(late).toEqual([]);

    const added = (memoryMb(running.process.pid ?? 0, 'VmHWM') ?? 0) - before;
    expect(added).toBeLessThan(MOST_ADDED_MB);

    const sources = await shown();
    const outcomes = faulty.map(({ id }) => [id, sources.get(id)?.last?.kind]);
    expect(outcomes).toEqual(faulty.map(({ id, fault }) => [id, fault.outcome]));
    for (const { id, fault } of faulty) {
      const { last, failures } = sources.get(id) ?? {};
      expect(failures, id).toBe(fault.outcome === 'feed' ? 0 : 1);
      if (fault.says !== undefined) expect(last?.message, id).toMatch(fault.says);
    }
    expect(sources.get('wrong-charset-0')?.title).toBe('财经要闻');
    for (const { id } of healthy) expect(sources.get(id)?.last?.kind, id).toMatch(/^(?:feed|not-modified)$/);
    // What keeps failing is asked less and less.
    expect(timesOf('500/0').filter((at) => at > begin)).toHaveLength(1);

    await redis.close();
    await running.stop();
  }, 120_000);
});
