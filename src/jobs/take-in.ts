/** How do the drafts of one document become posts, and how is it remembered what became of each? */
import type { Draft } from '../model/post.ts';
import type { Source } from '../model/settings.ts';
import type { Posts, Trace } from '../ports.ts';
import { applyRules, type CompiledRules, type FilterDecision } from '../stages/filter/filter.ts';
import { identify } from '../stages/identify/identify.ts';
import { type Ingested, ingest, type IngestDeps } from './ingest.ts';
import { appliedRules, type Dropped, type TracedDocument, traceNotes } from './trace-notes.ts';
import { withdraw } from './withdraw.ts';

export interface TakeInDeps extends IngestDeps {
  readonly posts: Posts;
  readonly trace: Trace;
}

export interface OfferedDocument extends TracedDocument {
  /** The config says something else of the source than when it was read last. */
  readonly isReadAnew: boolean;
}

/** filter -> identify -> ingest -> withdraw -> note. Nothing is withdrawn or noted where all is known. */
export async function takeIn(
  drafts: readonly Draft[],
  { source, rules }: { readonly source: Source; readonly rules: CompiledRules },
  document: OfferedDocument,
  deps: TakeInDeps,
): Promise<Ingested> {
  const { at } = document;
  const decisions = applyRules(drafts, rules, at);
  const kept = decisions.flatMap((decision) => (decision.kind === 'keep' ? [decision.draft] : []));
  const ingested = await ingest(identify(kept, source), deps, at);
  const drops = dropped(decisions, source);
  const withdrawn = document.isReadAnew ? await withdraw(drops, source.id, rules, deps.posts, at) : [];
  const notes = traceNotes(
    { decisions: ingested.decisions, drops, withdrawn, applied: appliedRules(decisions) },
    document,
  );
  await deps.trace.note(notes, at);
  return ingested;
}

function dropped(decisions: readonly FilterDecision[], source: Source): readonly Dropped[] {
  const drops = decisions.flatMap((decision) => (decision.kind === 'drop' ? [decision] : []));
  const entries = identify(
    drops.map(({ draft }) => draft),
    source,
  );
  return drops.flatMap(({ rule, reason }, index) => {
    const entry = entries[index];
    return entry === undefined ? [] : [{ entry, rule, reason }];
  });
}
