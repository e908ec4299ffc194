import { describe, expect, it } from 'vitest';
import { createNetworkWatch } from '../../../src/jobs/check/network-watch.ts';
import { runningConfigOf } from '../../../src/jobs/running-config.ts';
import type { CheckResult } from '../../../src/model/check.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { nextState } from '../../../src/stages/schedule/next-state.ts';
import { SILENT_LOG } from '../../support/memory.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const failed = (kind: 'dns' | 'connect' | 'timeout' | 'internal'): CheckResult => ({
  kind: 'no-body',
  outcome: { kind: 'failed', failure: { kind, message: `${kind} failed` }, hints: {}, redirects: [] },
});
const gone: CheckResult = { kind: 'no-body', outcome: { kind: 'gone', url: 'https://h.example/', redirects: [] } };

function watch(hosts: number) {
  const lines: string[] = [];
  const published: (number | undefined)[] = [];
  const sources = Array.from({ length: hosts }, (_, n) =>
    sampleSource({ id: `s${n}`, url: `https://h${n}.example/feed` }),
  );
  const config = runningConfigOf(sampleSettings({ sources }));
  const network = createNetworkWatch({
    config: () => config,
    publish: (since) => {
      published.push(since);
      return Promise.resolve();
    },
    log: {
      ...SILENT_LOG,
      error: (_facts, message) => lines.push(message),
      info: (_facts, message) => lines.push(message),
    },
  });
  const note = (host: number, result: CheckResult, at = T0) =>
    network.note(`https://h${host}.example/feed`, result, at);
  return { note, lines, published };
}

describe('createNetworkWatch', () => {
  it('recognises that no host can be reached, and says so once', () => {
    const { note, lines, published } = watch(4);
    expect([note(0, failed('dns')), note(1, failed('connect')), note(0, failed('dns'))]).toEqual([false, false, false]);
    expect([note(2, failed('dns'), T0 + 1), note(3, failed('dns'))]).toEqual([true, true]);
    expect(lines).toHaveLength(1);
    expect(published.at(-1)).toBe(T0);
    expect(note(2, gone)).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/seems to be down/u), 'hosts can be reached again']);
    expect(published.at(-1)).toBeUndefined();
  });

  it.each<[string, number, readonly (readonly [number, CheckResult, number])[]]>([
    [
      'of one dead host',
      9,
      [
        [0, failed('dns'), 0],
        [0, failed('dns'), 1],
        [0, failed('dns'), 2],
        [0, failed('dns'), 3],
      ],
    ],
    [
      'if one host answered in between, whatever it answered',
      3,
      [
        [0, failed('dns'), 0],
        [1, failed('dns'), 1],
        [2, gone, 2],
        [2, failed('dns'), 3],
      ],
    ],
    [
      'of slow hosts',
      3,
      [
        [0, failed('timeout'), 0],
        [1, failed('timeout'), 1],
        [2, failed('timeout'), 2],
      ],
    ],
    [
      'of dead hosts that are tried now and then',
      3,
      [
        [0, failed('dns'), 0],
        [1, failed('dns'), 20],
        [2, failed('dns'), 40],
      ],
    ],
    ['of a few dead hosts among many', 40, Array.from({ length: 9 }, (_, n) => [n, failed('dns'), 0] as const)],
    [
      'of faults of our own',
      3,
      [
        [0, failed('internal'), 0],
        [1, failed('internal'), 0],
        [2, failed('internal'), 0],
      ],
    ],
  ])('does not blame the network %s', (_title, hosts, checks) => {
    const { note, lines } = watch(hosts);
    for (const [host, result, minutes] of checks) expect(note(host, result, T0 + minutes * MINUTE)).toBe(false);
    expect(lines).toEqual([]);
  });
});

describe('nextState while the network is out', () => {
  const check = (result: CheckResult, isNetworkOut: boolean, failures = 0) =>
    nextState({
      source: sampleSource(),
      state: { ...FIRST_STATE, failures },
      checkedAt: T0,
      now: T0,
      jitter: 0,
      result,
      isNetworkOut,
    });

  it('keeps the failures of a source as they were, and tries it again soon', () => {
    const after = check(failed('dns'), true, 2);
    expect(after).toMatchObject({ failures: 2, nextCheckAt: T0 + 5 * MINUTE, last: { kind: 'dns' } });
    expect(after.reasonText).toContain('no host can be reached from here');
  });

  it('counts what a host answered', () => {
    expect(check(gone, true)).toMatchObject({ failures: 1 });
    expect(check(failed('dns'), false)).toMatchObject({ failures: 1 });
  });
});
