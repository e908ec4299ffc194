import { beforeEach, describe, expect, it } from 'vitest';
import { createConcurrencyLimit } from '../../../src/jobs/check/concurrency-limit.ts';
import { type BatchDeps, checkBatch } from '../../../src/jobs/check/check-batch.ts';
import { InvariantError } from '../../../src/model/errors.ts';
import type { DueSource } from '../../../src/ports/checks.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { JobResult, ParkedCheck } from '../../../src/ports/queue.ts';

const NOW = Date.UTC(2026, 0, 1);
const done: JobResult = { kind: 'done' };
const never = new AbortController().signal;

const due = (sourceId: string): DueSource => ({ sourceId, dueAt: NOW });
const all = (...ids: readonly string[]) => ids.map(due);

let parked: ParkedCheck[];
let warnings: string[];

beforeEach(() => {
  parked = [];
  warnings = [];
});

/** The host of a source is the letter that its id begins with. */
function deps(check: BatchDeps['check'], more: Partial<BatchDeps> = {}): BatchDeps {
  const silent = (): void => undefined;
  const log: Log = { debug: silent, info: silent, error: silent, warn: (_facts, text) => void warnings.push(text) };
  return {
    check,
    budgetOf: ({ sourceId }) => ({
      key: sourceId.charAt(0),
      budget: { concurrency: 2, delayMs: 0, scope: 'host' },
    }),
    limit: createConcurrencyLimit(100),
    queue: { park: (checks) => (parked.push(...checks), Promise.resolve()) },
    now: () => NOW,
    log,
    ...more,
  };
}

const parkedIds = (): readonly string[] => parked.map(({ due: { sourceId } }) => sourceId).sort();

describe('refreshBatch', () => {
  it('checks every source once, as the holder that the check is named by', async () => {
    const holders: string[] = [];
    const refresh = (_due: DueSource, holder: string) => (holders.push(holder), Promise.resolve(done));
    expect(await checkBatch(all('a1', 'a2', 'a3', 'b1'), deps(refresh), never)).toEqual(done);
    expect(holders.sort()).toEqual([`a1@${NOW}`, `a2@${NOW}`, `a3@${NOW}`, `b1@${NOW}`]);
    expect(parked).toEqual([]);
  });

  it('begins no more checks of a host than its budget allows, and begins the next when one ends', async () => {
    let under = 0;
    let most = 0;
    const refresh = async () => {
      most = Math.max(most, (under += 1));
      await new Promise(setImmediate);
      under -= 1;
      return done;
    };
    await checkBatch(all('a1', 'a2', 'a3', 'a4', 'a5'), deps(refresh), never);
    expect(most).toBe(2);
  });

  it('makes no more checks at once than the worker may', async () => {
    let under = 0;
    let most = 0;
    const refresh = async () => {
      most = Math.max(most, (under += 1));
      await new Promise(setImmediate);
      under -= 1;
      return done;
    };
    const limit = createConcurrencyLimit(3);
    const batches = [all('a', 'b', 'c', 'd'), all('e', 'f', 'g')].map((sources) =>
      checkBatch(sources, deps(refresh, { limit }), never),
    );
    await Promise.all(batches);
    expect(most).toBe(3);
  });

  it('parks what must wait until its time, while the others go on', async () => {
    const refresh = ({ sourceId }: DueSource): Promise<JobResult> =>
      Promise.resolve(sourceId === 'b1' ? { kind: 'later', atMs: NOW + 5_000 } : done);
    await checkBatch(all('a1', 'b1', 'c1'), deps(refresh), never);
    expect(parked).toEqual([{ due: due('b1'), atMs: NOW + 5_000 }]);
  });

  it.each([
    ['a fault of the store', new Error('Redis is loading')],
    ['a mistake of ours', new InvariantError('cannot be')],
  ])('gives a source that met %s a job of its own; the others never hear of it', async (_title, error) => {
    const seen: string[] = [];
    const refresh = ({ sourceId }: DueSource) =>
      sourceId === 'b1' ? Promise.reject(error) : (seen.push(sourceId), Promise.resolve(done));
    expect(await checkBatch(all('a1', 'b1', 'c1'), deps(refresh), never)).toEqual(done);
    expect(seen).toEqual(['a1', 'c1']);
    expect(parked).toEqual([{ due: due('b1'), atMs: NOW + 1_000 }]);
    expect(warnings).toEqual(['a check failed; it will be repeated']);
  });

  it('parks what was under way and what was not begun when the worker stops', async () => {
    const stopping = new AbortController();
    const refresh = ({ sourceId }: DueSource, _holder: string, signal: AbortSignal): Promise<JobResult> => {
      if (sourceId === 'a1') return Promise.resolve(done);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('stopped'));
        });
      });
    };
    const batch = checkBatch(all('a1', 'a2', 'a3', 'a4', 'b1'), deps(refresh), stopping.signal);
    await new Promise(setImmediate);
    stopping.abort();
    expect(await batch).toEqual(done);
    expect(parkedIds()).toEqual(['a2', 'a3', 'a4', 'b1']);
    expect(warnings).toEqual([]);
  });

  it('fails as a whole when a source can be neither checked nor given back', async () => {
    const refresh = () => Promise.reject(new Error('Redis is gone'));
    const queue = { park: () => Promise.reject(new Error('Redis is gone')) };
    await expect(checkBatch(all('a1'), deps(refresh, { queue }), never)).rejects.toThrow('Redis is gone');
  });

  it('leaves out what is not in the config any more', async () => {
    const seen: string[] = [];
    const refresh = ({ sourceId }: DueSource) => (seen.push(sourceId), Promise.resolve(done));
    const budget = { concurrency: 2, delayMs: 0, scope: 'host' } as const;
    const budgetOf = ({ sourceId }: DueSource) => (sourceId === 'gone' ? undefined : { key: sourceId, budget });
    await checkBatch(all('a1', 'gone'), deps(refresh, { budgetOf }), never);
    expect(seen).toEqual(['a1']);
  });

  it('goes back to the queue as it is when the worker has no room', async () => {
    const limit = { ...createConcurrencyLimit(1), waitForCapacity: () => Promise.resolve(false) };
    const refresh = () => Promise.reject(new Error('nobody is asked'));
    expect(await checkBatch(all('a1'), deps(refresh, { limit }), never)).toEqual({ kind: 'later', atMs: NOW });
    expect(warnings).toEqual([]);
  });
});
