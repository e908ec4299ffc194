import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formsOf, redacted } from '../../../src/io/log/log.ts';
import { limitRepeats } from '../../../src/io/log/repeats.ts';

let lines: string[] = [];
let now = 0;

const line = (level: string) => (facts: object, message: string) => {
  const { times } = facts as { times?: number };
  lines.push(`${level} ${message}${times === undefined ? '' : ` x${times}`}`);
};
const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };

function pass(ms: number): void {
  now += ms;
  vi.advanceTimersByTime(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  now = 0;
});
afterEach(() => vi.useRealTimers());

describe('limitRepeats', () => {
  it('writes one line when a fault begins, one a minute with a count, and one when it is over', () => {
    const limited = limitRepeats(log, () => now);
    for (let second = 0; second < 70; second += 1) {
      for (let i = 0; i < 100; i += 1)
        limited.error({ queue: 'refresh', job: String(i), error: 'boom' }, 'a job failed');
      pass(1_000);
    }
    pass(30_000);
    expect(lines).toEqual([
      'error a job failed',
      'error still: a job failed x5999',
      'info over since 31 s: a job failed x7000',
    ]);
  });

  it('takes every refusal of Redis for one fault, whichever command met it', () => {
    const limited = limitRepeats(log, () => now);
    limited.error(
      { queue: 'refresh', error: "OOM command not allowed when used memory > 'maxmemory'." },
      'a job failed',
    );
    limited.error(
      { queue: 'publish', error: 'Redis: publishing documents failed: OOM command not allowed' },
      'a job failed',
    );
    limited.warn({ error: 'StoreError: counting failed: OOM command' }, 'the counters could not be written');
    expect(lines).toEqual(['error a job failed']);
  });

  it('reports a refusal of Redis again when a warning becomes an error, and only then', () => {
    const limited = limitRepeats(log, () => now);
    limited.warn({ source: 'a', error: 'Redis: saving posts failed: READONLY' }, 'a check failed');
    limited.warn({ source: 'b', error: 'Redis: saving posts failed: READONLY' }, 'a check failed');
    limited.error({ error: 'READONLY' }, 'the workers pause');
    limited.error({ error: 'READONLY' }, 'the workers pause');
    limited.warn({ source: 'a', error: 'Redis: saving posts failed: READONLY' }, 'a check failed');
    expect(lines).toEqual(['warn a check failed', 'error the workers pause']);
    pass(15_000);
    expect(lines.slice(2)).toEqual(['info over since 15 s: the workers pause x3']);
  });

  it('keeps faults of different sources and queues apart, and every line that reports no fault at work', () => {
    const limited = limitRepeats(log, () => now);
    limited.warn({ source: 'a' }, 'timeout');
    limited.warn({ source: 'b' }, 'timeout');
    limited.error({ queue: 'hub', error: 'x' }, 'a job failed');
    limited.error({ queue: 'refresh', error: 'x' }, 'a job failed');
    limited.error({}, 'config/a.yaml:1:1: wrong');
    limited.error({}, 'config/a.yaml:1:1: wrong');
    expect(lines).toHaveLength(6);
  });

  it('says nothing more about a fault that occurred once', () => {
    const limited = limitRepeats(log, () => now);
    limited.warn({ source: 'a' }, 'timeout');
    pass(120_000);
    expect(lines).toEqual(['warn timeout']);
  });
});

describe('redacted', () => {
  it.each([
    ['as it is', 'AUTH s3cret/+x failed', 'AUTH [hidden] failed'],
    ['in an address', 'redis://u:s3cret%2F%2Bx@host', 'redis://u:[hidden]@host'],
    ['twice', 's3cret/+x s3cret/+x', '[hidden] [hidden]'],
  ])('hides a secret %s', (_title, text, hidden) => {
    expect(redacted(text, formsOf(['s3cret/+x']))).toBe(hidden);
  });

  it('hides a secret as JSON writes it, and leaves texts too short to be one', () => {
    expect(redacted(JSON.stringify({ a: 'pa"ss\\word' }), formsOf(['pa"ss\\word', 'a']))).toBe('{"a":"[hidden]"}');
  });
});
