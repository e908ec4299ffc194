/** Is what deltas are cut from bounded? */
import { describe, expect, it } from 'vitest';
import { createVersions, VERSION_LIMITS, type Versions } from '../../../src/io/web/delta.ts';
import { prepare, type Prepared } from '../../../src/io/web/prepared-response.ts';

/** A version of a feed that consists of these entries, one letter each. */
function version(tag: string, letters: string): Prepared {
  const body = Buffer.from(`<${letters}>`);
  const entries = Array.from(letters).map((letter, index) => ({ key: letter, start: index + 1, end: index + 2 }));
  return prepare(
    {
      path: '/all.rss',
      mediaType: 'application/rss+xml',
      body,
      modifiedAt: 1,
      etag: `"${tag}"`,
      serving: { maxAgeSeconds: 1, entries },
    },
    '',
  );
}

function cutFrom(versions: Versions, path: string, tag: string, current: Prepared): string | undefined {
  const delta = versions.since(path, [tag], current, 'identity');
  return delta && Buffer.from(delta.body).toString();
}

const current = version('now', 'abcd');

describe('createVersions', () => {
  it('keeps 24 versions of 2,000 feeds, 300,000 keys and 32 MB of deltas', () => {
    expect(VERSION_LIMITS).toEqual({ feeds: 2_000, versions: 24, keys: 300_000, deltaBytes: 33_554_432 });
  });

  it('forgets the oldest version of a feed first', () => {
    const versions = createVersions(() => '', { ...VERSION_LIMITS, versions: 2 });
    for (const tag of ['1', '2', '3']) versions.remember('/all.rss', version(tag, 'ab'));
    expect(['1', '2', '3'].map((tag) => cutFrom(versions, '/all.rss', tag, current))).toEqual([
      undefined,
      '<cd>',
      '<cd>',
    ]);
  });

  it('forgets the feed that changed longest ago first, however often it is asked for', () => {
    const versions = createVersions(() => '', { ...VERSION_LIMITS, feeds: 2 });
    for (const path of ['/a.rss', '/b.rss']) versions.remember(path, version('1', 'ab'));
    expect(cutFrom(versions, '/a.rss', '1', current)).toBe('<cd>');
    versions.remember('/c.rss', version('1', 'ab'));
    const found = ['/a.rss', '/b.rss', '/c.rss'].map((path) => cutFrom(versions, path, '1', current));
    expect(found).toEqual([undefined, '<cd>', '<cd>']);
  });

  it('keeps no more keys than the limit, of many feeds and of many versions of one', () => {
    const versions = createVersions(() => '', { ...VERSION_LIMITS, keys: 5 });
    for (const path of ['/a.rss', '/b.rss', '/c.rss']) versions.remember(path, version('1', 'ab'));
    expect(['/a.rss', '/b.rss', '/c.rss'].map((path) => cutFrom(versions, path, '1', current) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    for (const tag of ['2', '3', '4']) versions.remember('/c.rss', version(tag, 'ab'));
    expect(['1', '2', '3', '4'].map((tag) => cutFrom(versions, '/c.rss', tag, current) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // A version remembered again is counted once.
    for (let times = 0; times < 10; times += 1) versions.remember('/c.rss', version('4', 'ab'));
    expect(cutFrom(versions, '/c.rss', '3', current)).toBe('<cd>');
  });

  it('keeps the same delta for all who ask for it, and lets go of others where there are too many', () => {
    const versions = createVersions(() => '', { ...VERSION_LIMITS, deltaBytes: 2_500 });
    for (const tag of ['1', '2', '3']) versions.remember('/all.rss', version(tag, 'ab'));
    const first = versions.since('/all.rss', ['1'], current, 'identity');
    expect(versions.since('/all.rss', ['1'], current, 'identity')).toBe(first);
    for (const tag of ['2', '3']) versions.since('/all.rss', [tag], current, 'identity');
    expect(versions.since('/all.rss', ['1'], current, 'identity')).not.toBe(first);
  });
});
