import { describe, expect, it } from 'vitest';
import { notingSourceNames } from '../../../src/jobs/publish/source-names.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { memoryChecks, memorySiteFacts } from '../../support/memory.ts';

const closing = (title: string) => ({
  sourceId: 'a',
  holder: 'job',
  budgetKey: 'a.example',
  state: { ...FIRST_STATE, title, link: 'https://a.example/' },
  now: 1,
});

describe('notingSourceNames', () => {
  it('notes a name before the state is written, and once while it stays the same', async () => {
    const facts = memorySiteFacts();
    const steps: string[] = [];
    const checks = { ...memoryChecks(), close: () => (steps.push('state'), Promise.resolve([])) };
    const noting = notingSourceNames(checks, {
      setSourceName: (id, name) => (steps.push('name'), facts.setSourceName(id, name)),
    });
    for (const title of ['A', 'A', 'B']) await noting.close(closing(title));
    expect(steps).toEqual(['name', 'state', 'state', 'name', 'state']);
    expect((await facts.sourceNames()).get('a')).toEqual({ title: 'B', link: 'https://a.example/' });
  });

  it('does not note the name with which a check begins, since it was noted before that state was written', async () => {
    const noted: string[] = [];
    const checks = memoryChecks(new Map([['a', closing('A').state]]));
    const noting = notingSourceNames(checks, { setSourceName: (id) => (noted.push(id), Promise.resolve()) });
    const { sourceId, holder, budgetKey } = closing('A');
    const budget = { concurrency: 1, delayMs: 0, scope: 'host' } as const;
    const opened = await noting.open({ sourceId, holder, budgetKey, dueAt: 1, budget, now: 1, leaseMs: 1_000 });
    expect(opened.kind).toBe('open');
    await noting.close(closing('A'));
    expect(noted).toEqual([]);
    await noting.close(closing('B'));
    expect(noted).toEqual(['a']);
  });

  it('notes it again after a failure', async () => {
    let calls = 0;
    const noting = notingSourceNames(memoryChecks(), {
      setSourceName: () => ((calls += 1), calls === 1 ? Promise.reject(new Error('no Redis')) : Promise.resolve()),
    });
    await expect(noting.close(closing('A'))).rejects.toThrow('no Redis');
    await noting.close(closing('A'));
    expect(calls).toBe(2);
  });
});
