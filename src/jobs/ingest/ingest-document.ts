/** How do the drafts of one document become posts, and how is it remembered what became of each? */
import type { Draft } from '../../model/post.ts';
import type { Settings, Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { Trace } from '../../ports/trace.ts';
import { applyRules, type CompiledRules, type FilterDecision } from '../../stages/filter/filter.ts';
import { basisOf, identify } from '../../stages/identify/identify.ts';
import { type Ingested, ingestEntries, type IngestDeps } from './ingest-entries.ts';
import { sourceHistory, type HistoryDeps } from './source-history.ts';
import { appliedRules, type Dropped, type TracedDocument, traceEvents } from './trace-events.ts';
import { withdrawPosts } from './withdraw-posts.ts';

export interface IngestDocumentDeps extends HistoryDeps, Pick<IngestDeps, 'nearDuplicates'> {
  readonly settings: Pick<Settings, 'html' | 'duplicates' | 'edits' | 'flood' | 'categories'>;
  readonly posts: HistoryDeps['posts'];
  readonly trace: Trace;
}

export interface OfferedDocument extends TracedDocument {
  /** The config says something else of the source than when it was read last. */
  readonly isReadAnew: boolean;
  /** Of the source, before the document. */
  readonly state: SourceState;
  /** All entries of the document, known ones included. */
  readonly entries: number;
  /** The drafts of all entries, those that need not be read again included; asked for seldom. */
  readonly whole: () => readonly Draft[];
}

export interface IngestedDocument {
  readonly ingested: Ingested;
  readonly remembered: ReturnType<ReturnType<typeof sourceHistory>['remembered']>;
}

/** filter -> identify -> ingest -> withdraw -> note. Nothing is withdrawn or noted where all is known. */
export async function ingestDocument(
  drafts: readonly Draft[],
  { source, rules }: { readonly source: Source; readonly rules: CompiledRules },
  document: OfferedDocument,
  deps: IngestDocumentDeps,
): Promise<IngestedDocument> {
  const { at } = document;
  const decisions = applyRules(drafts, rules, at);
  const whole = () => keptOf(applyRules(document.whole(), rules, at));
  const offered = sourceHistory(keptOf(decisions), { ...document, source, whole }, deps);
  const ingested = await ingestEntries(offered.identified, { ...deps, ...offered.deps }, at);
  const drops = dropped(decisions, source, document.state);
  const withdrawn = document.isReadAnew ? await withdrawPosts(drops, source.id, rules, deps.posts, at) : [];
  const notes = traceEvents(
    { decisions: ingested.decisions, drops, withdrawn, applied: appliedRules(decisions) },
    document,
  );
  await deps.trace.note(notes, at);
  return { ingested, remembered: offered.remembered(ingested) };
}

function keptOf(decisions: readonly FilterDecision[]): readonly Draft[] {
  return decisions.flatMap((decision) => (decision.kind === 'keep' ? [decision.draft] : []));
}

function dropped(decisions: readonly FilterDecision[], source: Source, state: SourceState): readonly Dropped[] {
  const drops = decisions.flatMap((decision) => (decision.kind === 'drop' ? [decision] : []));
  const entries = identify(
    drops.map(({ draft }) => draft),
    source,
    basisOf(source, state.identity),
  );
  return drops.flatMap(({ rule, reason }, index) => {
    const entry = entries[index];
    return entry === undefined ? [] : [{ entry, rule, reason }];
  });
}
