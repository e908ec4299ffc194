/** What has a document shown of its source's guids, and what are its entries told apart by from now on? */
import type { Source } from '../../model/settings.ts';
import type { IdentityState } from '../../model/source-state.ts';

/** What the entries of one document that were read showed. */
export interface Evidence {
  readonly read: number;
  /** Of these, how many were known by their guid. */
  readonly byGuid: number;
  /** Of these, how many were known, but under another guid, ... */
  readonly renamed: number;
  /** ... and how many of those by their link. */
  readonly renamedByLink: number;
  /** A guid that several entries of the document had, and how many. */
  readonly repeated?: { readonly guid: string; readonly entries: number };
}

/** So many documents in a row with new guids for known entries are no move of the site, but a habit. */
const HABIT = 2;
/** One entry in so many may have a new guid for reasons of its own. */
const FEWEST_RENAMED = 2;
const LONGEST_GUID = 60;

/**
 * What is remembered of a source's guids after a document. Pure.
 *
 * Guids that several entries share are taken together with the link; guids that change from document to document give way to the
 * link, or to the text where there are no links. What was found unfit stays unfit until the source is reset; what the
 * operator has set is not argued with.
 */
export function nextIdentity(
  source: Source,
  before: IdentityState | undefined,
  evidence: Evidence,
  now: number,
): IdentityState | undefined {
  if (source.identity !== undefined) return undefined;
  const { read, byGuid, renamed, renamedByLink, repeated } = evidence;
  if (before?.by === 'link' || before?.by === 'content') return before;
  const isRenamed = renamed >= FEWEST_RENAMED && renamed > byGuid;
  const regenerated = isRenamed ? (before?.regenerated ?? 0) + 1 : byGuid > 0 ? 0 : (before?.regenerated ?? 0);
  if (regenerated >= HABIT) {
    const by = 2 * renamedByLink >= renamed ? 'link' : 'content';
    const reason = `entries that were known came under new guids in ${regenerated} documents in a row, ${renamed} of ${read} in the last`;
    return { by, since: now, reason, regenerated };
  }
  const counted = regenerated > 0 ? { regenerated } : {};
  if (before?.by !== undefined) return { ...withoutCount(before), ...counted };
  if (repeated !== undefined) {
    const guid = repeated.guid.length > LONGEST_GUID ? `${repeated.guid.slice(0, LONGEST_GUID)}…` : repeated.guid;
    const reason = `${repeated.entries} entries of one document had the guid ${guid}`;
    return { by: 'guid and link', since: now, reason, ...counted };
  }
  return regenerated > 0 ? counted : undefined;
}

function withoutCount({ regenerated, ...rest }: IdentityState): IdentityState {
  return rest;
}
