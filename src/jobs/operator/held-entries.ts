/** How are entries released or discarded that the flood guard held back? */
import type { HeldEntry } from '../../model/held-entry.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { TraceDecision, TraceNote } from '../../model/trace.ts';
import type { Checks } from '../../ports/checks.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { lookupKeys } from '../../stages/identify/lookups.ts';
import type { IngestDeps } from '../ingest/ingest-entries.ts';
import { offered, traceEvents } from '../ingest/trace-events.ts';

export interface HeldDeps extends IngestDeps {
  readonly posts: Posts;
  readonly held: HeldStore;
  readonly checks: Pick<Checks, 'read' | 'write'>;
  readonly trace: Trace;
}

export interface Released {
  /** Number of new posts. */
  readonly published: number;
  /** Number of entries whose content was too much to store: the source is read again for them. */
  readonly readAgain: number;
}

/** Publishes the held entries of a source as if they had just arrived. May be repeated after a failure. */
export async function releaseHeld(sourceId: string, deps: HeldDeps, now: number): Promise<Released> {
  const { held, trace, settings } = deps;
  const { entries, contentless } = await held.entries(sourceId);
  const ordered = [...entries].sort((a, b) => a.place - b.place);
  const ids = [...ordered.map(({ id }) => id), ...contentless];
  // Tombstones are forgotten before publishing, and entries are published before they are dropped: a crash in between
  // leaves all of them held.
  await held.forgetTombstones(ids);
  const { ingestEntries } = await import('../ingest/ingest-entries.ts');
  const ingested = await ingestEntries(ordered, deps, now, { archiveFrom: settings.flood.least });
  const offered = { decisions: ingested.decisions, drops: [], withdrawn: [], applied: new Map<never, never>() };
  const document = { sourceId, url: ordered[0]?.draft.source.feedUrl ?? sourceId, at: now };
  const released = notes(ordered, sourceId, { kind: 'released' }, now);
  await trace.note([...released, ...traceEvents(offered, document)], now);
  if (contentless.length > 0) await readAgain(sourceId, deps.checks, now);
  await held.drop(sourceId, ids);
  return { published: ingested.added, readAgain: contentless.length };
}

/** Discards the held entries of a source; they are not new again while the source still lists them. */
export async function discardHeld(
  sourceId: string,
  { held, trace }: Pick<HeldDeps, 'held' | 'trace'>,
  now: number,
  reason = 'by command',
): Promise<number> {
  const { entries, contentless } = await held.entries(sourceId);
  await trace.note(notes(entries, sourceId, { kind: 'discarded', reason }, now), now);
  await held.drop(sourceId, [...entries.map(({ id }) => id), ...contentless]);
  return entries.length + contentless.length;
}

/** Held entries without a decision are discarded after the time that posts are kept. */
export async function discardOld(keepMs: number, deps: Pick<HeldDeps, 'held' | 'trace'>, now: number): Promise<void> {
  for (const [sourceId, { at }] of await deps.held.summaries()) {
    if (at < now - keepMs) await discardHeld(sourceId, deps, now, 'nobody decided within the time that posts are kept');
  }
}

/** Forgets the last document, so that the next one is read whole and not compared with a usual number. */
async function readAgain(sourceId: string, checks: HeldDeps['checks'], now: number): Promise<void> {
  const [state] = await checks.read([sourceId]);
  // A running check would overwrite it; the entries then come when the source changes.
  if (state !== undefined) await checks.write(sourceId, unread(state, now), now);
}

function unread(state: SourceState, now: number): SourceState {
  const { bodyHash, entryHashes, etag, lastModified, validatorsFor, usual, ...rest } = state;
  return { ...rest, nextCheckAt: now, reason: 'requested', reasonText: 'Held entries were released.' };
}

function notes(
  entries: readonly HeldEntry[],
  sourceId: string,
  decision: TraceDecision,
  now: number,
): readonly TraceNote[] {
  return entries.map(({ id, draft }) => ({
    at: now,
    postId: id,
    sourceId,
    decision,
    entry: offered(draft),
    lookups: lookupKeys(draft),
  }));
}
