/** What has a document shown about the guids of its source, and how are its entries identified from now on? */
import type { Source } from '../../model/settings.ts';
import type { IdentityState } from '../../model/source-state.ts';

/** Counts over the entries of one document that were read. */
export interface Evidence {
  readonly read: number;
  /** Number of entries recognised by their guid. */
  readonly byGuid: number;
  /** Number of known entries with another guid. */
  readonly renamed: number;
  /** Number of those that were recognised by their link. */
  readonly renamedByLink: number;
  /** A guid that several entries of the document had, and their number. */
  readonly repeated?: { readonly guid: string; readonly entries: number };
}

/** After this many documents in a row with new guids for known entries, the guids are not used any more. */
const HABIT = 2;
/** At least this many entries must have new guids; a single one may have another cause. */
const FEWEST_RENAMED = 2;
const LONGEST_GUID = 60;

/**
 * The new `identity` of a source after a document. Pure.
 *
 * A guid that several entries share is used together with the link. Guids that change from document to document are replaced
 * by the link, or by the text if there are no links. This stays so until the source is reset; a setting of the operator is
 * never overridden.
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
    const reason = `known entries had new guids in ${regenerated} documents in a row, ${renamed} of ${read} in the last`;
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
