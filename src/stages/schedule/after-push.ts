/** How does a notification of a hub change the state of a source? */
import type { CheckResult } from '../../model/check.ts';
import { joinEntryHashes } from '../../model/entry-hashes.ts';
import type { SourceState } from '../../model/source-state.ts';
import { rememberTimes } from './adaptive.ts';

/**
 * The state after a notification was read. It is not a check: the time of the next check, failures and validators stay as they
 * were. A notification that could not be read changes nothing; the next check reads the feed anyway.
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
