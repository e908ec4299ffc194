/** What is remembered after a hub pushed something? */
import type { CheckResult } from '../../model/check.ts';
import { joinEntryHashes } from '../../model/entry-hashes.ts';
import type { SourceState } from '../../model/source-state.ts';
import { rememberTimes } from './adaptive.ts';

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
    ...(entryHashes !== undefined && { entryHashes: joinEntryHashes(entryHashes, state.entryHashes) }),
    publishedTimes: rememberTimes(state.publishedTimes, publishedTimes, added, now),
  };
}
