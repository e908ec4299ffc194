/** Which trace events are recorded for the entries of one document? */
import type { Draft, Post } from '../../model/post.ts';
import type { TraceDecision, TracedEntry, TraceNote } from '../../model/trace.ts';
import type { FilterDecision } from '../../stages/filter/filter.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import { lookupKeys } from '../../stages/identify/lookups.ts';
import { changedFields } from './changed-fields.ts';
import type { EntryDecision } from './entry-decision.ts';

/** The document that offered the entries. */
export interface TracedDocument {
  readonly sourceId: string;
  readonly url: string;
  /** When it was read, epoch ms. */
  readonly at: number;
}

/** A draft that a rule dropped, with the id it would have had. */
export interface Dropped {
  readonly entry: Identified;
  readonly rule: string;
  readonly reason: string;
}

/** A published post that a rule drops now. */
export interface Withdrawn extends Dropped {
  readonly post: Post;
}

export interface Outcome {
  readonly decisions: readonly EntryDecision[];
  readonly drops: readonly Dropped[];
  readonly withdrawn: readonly Withdrawn[];
  /** The effects of the rules on each draft that was kept. */
  readonly applied: ReadonlyMap<Draft, readonly string[]>;
}

/**
 * Events for entries that are new, changed, joined, held, dropped or withdrawn; none for known ones, so a document of
 * known entries has none.
 */
export function traceEvents(
  { decisions, drops, withdrawn, applied }: Outcome,
  document: TracedDocument,
): readonly TraceNote[] {
  return [
    ...decisions.flatMap((decision) => {
      const made = decisionOf(decision);
      if (made === undefined) return [];
      const rules = applied.get(decision.entry.draft) ?? [];
      return [{ ...noteOf(decision, made, document), ...(rules.length > 0 && { rules }) }];
    }),
    ...drops
      .filter(({ entry }) => !withdrawn.some((other) => other.entry === entry))
      .map(({ entry, rule, reason }): TraceNote => ({
        ...placeOf(document),
        postId: entry.id,
        decision: { kind: 'dropped', rule, reason },
        entry: offered(entry.draft),
        lookups: lookupKeys(entry.draft),
        once: true,
      })),
    ...withdrawn.map(({ entry, post, rule, reason }): TraceNote => ({
      ...placeOf(document),
      postId: post.id,
      decision: { kind: 'withdrawn', rule, reason },
      entry: offered(entry.draft),
      lookups: lookupKeys(entry.draft),
    })),
  ];
}

/** The effects of the rules on each draft that they kept. */
export function appliedRules(decisions: readonly FilterDecision[]): ReadonlyMap<Draft, readonly string[]> {
  return new Map(decisions.flatMap((one) => (one.kind === 'keep' ? [[one.draft, one.applied] as const] : [])));
}

function decisionOf({
  kind,
  announced,
  edit,
  likeness,
  before,
  after,
  reason = '',
}: EntryDecision): TraceDecision | undefined {
  switch (kind) {
    case 'added':
      return { kind };
    case 'changed': {
      const what = before === undefined || after === undefined ? [] : changedFields(before, after);
      return what.length === 0 && announced !== true
        ? undefined
        : {
            kind,
            announced: announced === true,
            ...(edit !== undefined && edit !== 'announced' && { quiet: edit }),
            what,
            revision: after?.revision ?? 1,
          };
    }
    case 'duplicate':
      return before === after ? undefined : { kind: 'joined' };
    case 'similar':
      return before === after
        ? undefined
        : { kind: 'joined', ...(likeness !== undefined && { score: likeness.score, of: likeness.entryId }) };
    case 'held':
      return { kind, reason };
    case 'known':
    case 'forgotten':
      return undefined;
  }
}

function noteOf(
  { entry, entryId, postId, matched }: EntryDecision,
  decision: TraceDecision,
  document: TracedDocument,
): TraceNote {
  const key = entry.keys[matched ?? 0]?.name;
  // An entry without a post of its own is also found under its own id.
  const ids = [postId, entryId].filter((id, place, all) => all.indexOf(id) === place);
  const [id = postId, ...others] = ids;
  return {
    ...placeOf(document),
    postId: id,
    decision,
    lookups: decision.kind === 'changed' ? others : [...others, ...lookupKeys(entry.draft)],
    ...((decision.kind === 'joined' || decision.kind === 'held') && { entry: offered(entry.draft) }),
    ...(key !== undefined && { key }),
    ...(decision.kind === 'held' && { once: true }),
  };
}

function placeOf({ sourceId, url, at }: TracedDocument) {
  return { at: Math.floor(at / 1000) * 1000, sourceId, documentUrl: url };
}

/** An entry as offered; a guid that equals the link is not repeated. */
export function offered({ title, url, guid }: Pick<Draft, 'title' | 'url' | 'guid'>): TracedEntry {
  return { title, ...(url !== undefined && { url }), ...(guid !== undefined && guid !== url && { guid }) };
}
