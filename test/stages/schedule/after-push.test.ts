import { describe, expect, it } from 'vitest';
import type { CheckResult, FeedFacts } from '../../../src/model/check.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { afterPush } from '../../../src/stages/schedule/after-push.ts';

const T0 = Date.UTC(2026, 0, 1);
const hash = (digit: string): string => digit.repeat(16);
const [READING, OTHER_READING] = [hash('a'), hash('b')];

const before: SourceState = {
  ...FIRST_STATE,
  nextCheckAt: T0 + 1000,
  reason: 'websub',
  failures: 2,
  etag: '"one"',
  validatorsFor: 'https://news.example/feed',
  bodyHash: hash('0'),
  entryHashes: READING + hash('1') + hash('2'),
  publishedTimes: [T0 - 5000],
};

function feed(more: Partial<FeedFacts> = {}): CheckResult {
  const response = {
    kind: 'body',
    status: 200,
    url: 'https://news.example/feed',
    redirects: [],
    hints: {},
    links: { hubs: [] },
    delta: true,
  } as const;
  const facts: FeedFacts = {
    bodyHash: hash('9'),
    entryHashes: READING + hash('3'),
    hubs: [],
    hints: { skipHours: [], skipDays: [] },
    publishedTimes: [T0 - 1000],
    entries: 1,
    added: 1,
    changed: 0,
    issues: [],
    ...more,
  };
  return { kind: 'feed', response, facts };
}

describe('afterPush', () => {
  it('is no check: what checks go by stays as it was', () => {
    const { nextCheckAt, reason, failures, etag, validatorsFor, last, lastCheckAt } = afterPush(before, feed(), T0);
    expect({ nextCheckAt, reason, failures, etag, validatorsFor, last, lastCheckAt }).toEqual({
      nextCheckAt: T0 + 1000,
      reason: 'websub',
      failures: 2,
      etag: '"one"',
      validatorsFor: 'https://news.example/feed',
      last: undefined,
      lastCheckAt: undefined,
    });
  });

  it('remembers the entries that came and those that were left out', () => {
    expect(afterPush(before, feed(), T0).entryHashes).toBe(READING + hash('3') + hash('1') + hash('2'));
  });

  it('remembers an entry that came again once', () => {
    const again = feed({ entryHashes: READING + hash('3') + hash('1') });
    expect(afterPush(before, again, T0).entryHashes).toBe(READING + hash('3') + hash('1') + hash('2'));
  });

  it('forgets entries that were read in another way', () => {
    const other = feed({ entryHashes: OTHER_READING + hash('3') });
    expect(afterPush(before, other, T0).entryHashes).toBe(OTHER_READING + hash('3'));
  });

  it('remembers no more than 500 entries', () => {
    const many = READING + Array.from({ length: 600 }, (_, index) => index.toString(16).padStart(16, '0')).join('');
    expect(afterPush(before, feed({ entryHashes: many }), T0).entryHashes).toHaveLength(501 * 16);
  });

  it('counts into the rhythm of the source', () => {
    expect(afterPush(before, feed(), T0).publishedTimes).toEqual([T0 - 1000, T0 - 5000]);
  });

  it('changes nothing where the document could not be read', () => {
    const { response } = feed() as Extract<CheckResult, { kind: 'feed' }>;
    const failure = { kind: 'html', message: 'a page', feedLinks: [] } as const;
    expect(afterPush(before, { kind: 'unreadable', response, failure }, T0)).toBe(before);
    expect(afterPush(before, { kind: 'unchanged', response }, T0)).toBe(before);
  });
});
