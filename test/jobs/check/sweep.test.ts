import { describe, expect, it } from 'vitest';
import { BULK_KEY } from '../../../src/jobs/publish/publish.ts';
import { CHECK_LEASE_MS, sweep, type SweepDeps } from '../../../src/jobs/check/sweep.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { compileRules } from '../../../src/stages/filter/filter.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';
import { memoryChecks, memoryOutbox, recordedQueue } from '../../support/memory.ts';

const NOW = 1_000_000;

function depsOf(
  states: readonly (readonly [string, SourceState])[],
  { touched = [], backlog = 0 }: { readonly touched?: readonly string[]; readonly backlog?: number } = {},
) {
  const sources = states.map(([id], index) => sampleSource({ id, url: `https://host${index % 2}.example/${id}` }));
  const checks = memoryChecks(new Map(states));
  const queue = recordedQueue(backlog);
  const deps: SweepDeps = {
    config: () => ({
      settings: sampleSettings({ sources }),
      sources: new Map(sources.map((source) => [source.id, { source, rules: compileRules([]) }])),
    }),
    // A sweep opens and closes nothing.
    checks,
    outbox: memoryOutbox(...touched),
    queue,
  };
  return { deps, checks, queue };
}

const dueAt = (nextCheckAt: number): SourceState => ({ ...FIRST_STATE, nextCheckAt });

describe('sweep', () => {
  it('hands over what is due, not what is ahead or paused', async () => {
    const { deps, queue } = depsOf([
      ['now', dueAt(NOW)],
      ['ahead', dueAt(NOW + 1)],
      ['late', dueAt(NOW - 60_000)],
      ['paused', { ...dueAt(0), pausedAt: 1 }],
    ]);
    expect(await sweep(deps, NOW)).toEqual({ due: 2, touched: 0 });
    expect(queue.refreshes.map(({ sourceId, dueAt: at }) => [sourceId, at])).toEqual([
      ['late', NOW - 60_000],
      ['now', NOW],
    ]);
    expect(queue.publishes).toEqual([]);
  });

  it('claims each source once, until its lease ends', async () => {
    const { deps, queue } = depsOf([['a', dueAt(0)]]);
    await sweep(deps, NOW);
    await sweep(deps, NOW + CHECK_LEASE_MS - 1);
    expect(queue.refreshes).toHaveLength(1);
    await sweep(deps, NOW + CHECK_LEASE_MS);
    expect(queue.refreshes).toHaveLength(2);
  });

  it('goes on until nothing is due, and lets sources of one host stand together', async () => {
    const { deps, queue } = depsOf(
      Array.from({ length: 1_200 }, (_, number) => [`s${number}`, dueAt(number)] as const),
    );
    expect((await sweep(deps, NOW)).due).toBe(1_200);
    const hosts = queue.refreshes.slice(0, 500).map(({ sourceId }) => Number(sourceId.slice(1)) % 2);
    expect(hosts).toEqual([...hosts].sort());
  });

  it('hands over nothing more where enough waits already', async () => {
    const { deps, queue } = depsOf([['a', dueAt(0)]], { backlog: 20_000 });
    expect((await sweep(deps, NOW)).due).toBe(0);
    expect(queue.refreshes).toEqual([]);
  });

  it('has each touched feed published, and the many in one job', async () => {
    const { deps, queue } = depsOf([], { touched: ['all', 'category:a', 'tag:x', 'post:1', 'source:s'] });
    expect(await sweep(deps, NOW)).toEqual({ due: 0, touched: 5 });
    expect(queue.publishes).toEqual(['all', 'category:a', BULK_KEY]);
  });
});
