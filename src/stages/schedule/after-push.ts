/** What is remembered after a hub pushed something? */
import type { CheckResult } from '../../model/check.ts';
import type { SourceState } from '../../model/source-state.ts';
import { rememberTimes } from './adaptive.ts';

/** Digits of one entry's hash. */
const HASH_CHARS = 16;
/** As many entries as a state remembers: 500, and how they were read. */
const MOST_HASH_CHARS = 501 * HASH_CHARS;

/**
 * The state after a notification was read. It is no check: when the next one is due, what failed, and the validators of the last
 * answer stay as they were. What could not be read changes nothing, for the next check looks for itself.
 */
export function afterPush(state: SourceState, result: CheckResult, now: number): SourceState {
  if (result.kind !== 'feed') return state;
  const { facts } = result;
  const { title, link, entryHashes, publishedTimes, added } = facts;
  return {
    ...state,
    bodyHash: facts.bodyHash,
    ...(title !== undefined && { title }),
    ...(link !== undefined && { link }),
    ...(entryHashes !== undefined && { entryHashes: joined(entryHashes, state.entryHashes ?? '') }),
    publishedTimes: rememberTimes(state.publishedTimes, publishedTimes, added, now),
  };
}

/**
 * A notification may hold only what is new: the entries that it leaves out are still there. The first hash says how entries were
 * read; what was read in another way is forgotten.
 */
function joined(pushed: string, known: string): string {
  if (pushed.slice(0, HASH_CHARS) !== known.slice(0, HASH_CHARS)) return pushed;
  const all = pushed + known;
  const hashes = new Set<string>();
  for (let at = 0; at < all.length; at += HASH_CHARS) hashes.add(all.slice(at, at + HASH_CHARS));
  return [...hashes].join('').slice(0, MOST_HASH_CHARS);
}
