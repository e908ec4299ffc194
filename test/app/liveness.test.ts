import { describe, expect, it } from 'vitest';
import { liveness } from '../../src/app/liveness.ts';

const answers = { ok: true, message: '/healthz answers 200' };

describe('liveness', () => {
  it.each([
    ['a web server that answers is alive', { web: answers, isRedisInReach: true }, true, '/healthz answers 200'],
    [
      'a web server that does not answer is not, however its jobs go',
      { web: { ok: false, message: 'no answer' }, jobLoopMs: 0, isRedisInReach: true },
      false,
      'no answer',
    ],
    ['a worker whose loop ran is alive', { jobLoopMs: 2_400, isRedisInReach: true }, true, 'the job loop ran 2 s ago'],
    [
      'a worker whose loop hangs is not',
      { jobLoopMs: 61_000, isRedisInReach: true },
      false,
      'the job loop has not run for 61 s',
    ],
    [
      'a worker that waits for Redis is alive: a restart would not help',
      { jobLoopMs: 600_000, isRedisInReach: false },
      true,
      'the job loop waits for Redis, which cannot be reached',
    ],
    [
      'both are said of a process that does both',
      { web: answers, jobLoopMs: 0, isRedisInReach: true },
      true,
      '/healthz answers 200; the job loop ran 0 s ago',
    ],
  ])('%s', (_title, facts, ok, message) => {
    expect(liveness(facts)).toEqual({ ok, message });
  });
});
