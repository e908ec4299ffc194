/** Which new entries are too old to be published? */
import type { KeepSettings } from '../../model/settings.ts';

/**
 * New entries older than `keep.posts` that are not among the newest `keep.perSource` of their source. Pure.
 *
 * @param dates   dates of the new entries, epoch ms
 * @param stored  dates of the newest posts of the source
 * @returns       indexes into `dates`
 */
export function expiredAtOnce(
  dates: readonly number[],
  stored: readonly number[],
  { postsMs, perSource }: Pick<KeepSettings, 'postsMs' | 'perSource'>,
  now: number,
): readonly number[] {
  const newestFirst = dates.map((at, index) => ({ at, index })).sort((a, b) => b.at - a.at || a.index - b.index);
  const before = [...stored].sort((a, b) => b - a);
  return newestFirst.flatMap(({ at, index }, rank) => {
    const newer = rank + before.filter((other) => other >= at).length;
    return at < now - postsMs && newer >= perSource ? [index] : [];
  });
}
