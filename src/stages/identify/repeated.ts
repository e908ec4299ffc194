/** Which guid do several entries of one document share? */
import type { Draft } from '../../model/post.ts';
import type { Evidence } from './trust.ts';

/** The guid that most entries share. Entries with the same link and title count as one entry listed twice. */
export function repeatedGuid(drafts: readonly Draft[]): Evidence['repeated'] {
  const entries = new Map<string, Set<string>>();
  for (const { guid, url, title } of drafts) {
    if (guid === undefined || guid === '') continue;
    const same = entries.get(guid) ?? new Set();
    entries.set(guid, same.add(`${url ?? ''}\n${title}`));
  }
  const counts = [...entries].map(([guid, same]) => ({ guid, entries: same.size }));
  const most = counts.reduce((a, b) => (b.entries > a.entries ? b : a), { guid: '', entries: 1 });
  return most.entries > 1 ? most : undefined;
}
