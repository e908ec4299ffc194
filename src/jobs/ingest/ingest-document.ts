/** How do the drafts of one document become posts, and how is it remembered what became of each? */
import type { Draft } from '../../model/post.ts';
import type { Settings, Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { Trace } from '../../ports/trace.ts';
import { applyRules, type CompiledRules, type FilterDecision } from '../../stages/filter/filter.ts';
import { basisOf, identify } from '../../stages/identify/identify.ts';
import { type Ingested, ingest, type IngestDeps } from './ingest-entries.ts';
import { newcomers, type NewcomersDeps } from './source-history.ts';
import { appliedRules, type Dropped, type TracedDocument, traceNotes } from './trace-events.ts';
import { withdraw } from './withdraw-posts.ts';

export interface TakeInDeps extends NewcomersDeps, Pick<IngestDeps, 'similar'> {
  readonly settings: Pick<Settings, 'html' | 'duplicates' | 'edits' | 'flood' | 'categories'>;
  readonly posts: NewcomersDeps['posts'];
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

export interface TakenIn {
  readonly ingested: Ingested;
  readonly remembered: ReturnType<ReturnType<typeof newcomers>['remembered']>;
}

/** filter -> identify -> ingest -> withdraw -> note. Nothing is withdrawn or noted where all is known. */
export async function takeIn(
  drafts: readonly Draft[],
  { source, rules }: { readonly source: Source; readonly rules: CompiledRules },
  document: OfferedDocument,
  deps: TakeInDeps,
): Promise<TakenIn> {
  const { at } = document;
  const decisions = applyRules(drafts, rules, at);
  const whole = () => keptOf(applyRules(document.whole(), rules, at));
  const offered = newcomers(keptOf(decisions), { ...document, source, whole }, deps);
  const ingested = await ingest(offered.identified, { ...deps, ...offered.deps }, at);
  const drops = dropped(decisions, source, document.state);
  const withdrawn = document.isReadAnew ? await withdraw(drops, source.id, rules, deps.posts, at) : [];
  const notes = traceNotes(
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
