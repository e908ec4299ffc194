/** What does a source's past say about the entries that it offers now, and what is remembered of them? */
import type { FeedFacts } from '../../model/check.ts';
import type { Settings, Source } from '../../model/settings.ts';
import type { ChurningState, SourceState } from '../../model/source-state.ts';
import type { Draft } from '../../model/post.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { Posts, Renames } from '../../ports/posts.ts';
import { basisOf, identify, type Identified } from '../../stages/identify/identify.ts';
import { repeatedGuid } from '../../stages/identify/repeated.ts';
import { nextIdentity } from '../../stages/identify/trust.ts';
import { floodReason, hasHistory, nextUsual } from '../../stages/classify/flood.ts';
import type { EntryDecision, ClassifiedEntry } from './entry-decision.ts';
import type { IngestDeps, Ingested } from './ingest-entries.ts';
import { resolveIdentity, type ResolvedIdentity } from './resolve-identity.ts';

export interface HistoryDeps {
  readonly settings: Pick<Settings, 'flood'>;
  readonly posts: Posts;
  readonly held: HeldStore;
  readonly renames: Renames;
}

export interface HistoryDocument {
  readonly source: Source;
  /** Before the document. */
  readonly state: SourceState;
  readonly at: number;
  /** The config says something else of the source than when it was read last. */
  readonly isReadAnew: boolean;
  /** All entries of the document, known ones included. */
  readonly entries: number;
  /** The drafts of all entries, those that need not be read again included; asked for seldom. */
  readonly whole: () => readonly Draft[];
}

export interface SourceHistory {
  readonly identified: readonly Identified[];
  /** For `ingest`. */
  readonly deps: Pick<IngestDeps, 'resolveIdentity' | 'holdBack' | 'archiveFrom'>;
  /** Once it is done. */
  remembered(ingested: Ingested): NonNullable<FeedFacts['remembered']>;
}

/** @param drafts  that are to be read, after the rules */
export function sourceHistory(drafts: readonly Draft[], document: HistoryDocument, deps: HistoryDeps): SourceHistory {
  const { source, state, at, isReadAnew } = document;
  const settings = { ...deps.settings.flood, ...source.flood };
  const basis = basisOf(source, state.identity);
  const identified = identify(drafts, source, basis);
  const isFirst = state.lastSuccessAt === undefined;
  let shown: ResolvedIdentity | undefined;

  async function settled(
    entries: readonly Identified[],
    claimed: ResolvedIdentity['claimed'],
  ): Promise<ResolvedIdentity['claimed']> {
    const found = await resolveIdentity(
      entries,
      claimed,
      { whole: () => identify(document.whole(), source, basis) },
      deps,
      at,
    );
    // What is claimed anew, because somebody else wrote meanwhile, is known by its guid by then.
    shown ??= found;
    return found.claimed;
  }

  /** What the operator's own change makes new is no flood. */
  async function holdBack(judged: readonly ClassifiedEntry[]): Promise<ReadonlyMap<string, string>> {
    const fresh = judged.filter(({ classification }) => classification.kind === 'new');
    const { publishedTimes, lastSuccessAt, usual } = state;
    const history = { publishedTimes, lastSuccessAt, usual };
    if (fresh.length === 0 || isReadAnew || !hasHistory(history, source.url)) return new Map();
    const newDates = fresh.map(({ entry: { draft } }) => draft.publishedAt);
    const reason = floodReason({ newDates, entries: document.entries }, history, settings, at);
    if (reason === undefined) return new Map();
    const entries = fresh.map(({ entry, id, place }) => ({ ...entry, id, place }));
    await deps.held.hold(source.id, reason, entries, at);
    return new Map(fresh.map(({ id }) => [id, reason]));
  }

  function remembered({ added, joined, decisions }: Ingested): NonNullable<FeedFacts['remembered']> {
    const repeated = repeatedGuid(drafts);
    const { byGuid = 0, renamed = 0, renamedByLink = 0 } = shown ?? {};
    const evidence = {
      read: drafts.length,
      byGuid,
      renamed,
      renamedByLink,
      ...(repeated !== undefined && { repeated }),
    };
    const identity = nextIdentity(source, state.identity, evidence, at);
    const churning = nextChurning(state.churning, decisions, at);
    return {
      usual: nextUsual(state.usual, source.url, added + joined),
      ...(identity !== undefined && { identity }),
      ...(churning !== undefined && { churning }),
    };
  }

  return {
    identified,
    deps: { resolveIdentity: settled, holdBack, ...(isFirst && { archiveFrom: settings.least }) },
    remembered,
  };
}

function nextChurning(
  before: ChurningState | undefined,
  decisions: readonly EntryDecision[],
  now: number,
): ChurningState | undefined {
  const churned = decisions.filter(({ edit }) => edit === 'churning');
  const title = churned.at(-1)?.entry.draft.title;
  if (title === undefined) return before;
  return { at: now, count: (before?.count ?? 0) + churned.length, title };
}
