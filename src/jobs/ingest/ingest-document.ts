/** How do the drafts of one document become posts, and what is recorded about them? */
import type { FeedFacts } from '../../model/check.ts';
import type { Draft, Post } from '../../model/post.ts';
import type { Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { applyRules, lookBackOf, type CompiledRules, type FilterDecision } from '../../stages/filter/filter.ts';
import type { LookBack } from '../../stages/filter/rule.ts';
import { type Basis, basisOf, identify } from '../../stages/identify/identify.ts';
import { type Ingested, ingestEntries, type IngestDeps } from './ingest-entries.ts';
import { rememberedOf } from './source-memory.ts';
import { appliedRules, type Dropped, type TracedDocument, traceEvents } from './trace-events.ts';
import { withdrawPosts } from './withdraw-posts.ts';

export interface IngestDocumentDeps extends IngestDeps {
  readonly posts: Posts;
  readonly trace: Trace;
}

export interface OfferedDocument extends TracedDocument {
  /** The config has changed how the source is read since its last document. */
  readonly isReadAnew: boolean;
  /** Of the source, before the document. */
  readonly state: SourceState;
  /** All entries of the document, known ones included. */
  readonly entries: number;
  /** The drafts of all entries, including those that need not be read again; seldom needed. */
  readonly whole: () => readonly Draft[];
}

export interface IngestedDocument {
  readonly ingested: Ingested;
  readonly remembered: NonNullable<FeedFacts['remembered']>;
}

/** filter -> identify -> ingest -> withdraw -> note. Nothing is withdrawn or noted if all entries are known. */
export async function ingestDocument(
  drafts: readonly Draft[],
  { source, rules }: { readonly source: Source; readonly rules: CompiledRules },
  document: OfferedDocument,
  deps: IngestDocumentDeps,
): Promise<IngestedDocument> {
  const { at, state, isReadAnew } = document;
  const basis = basisOf(source, state.identity);
  const published = await publishedPosts(drafts, source, lookBackOf(rules), deps.posts, at);
  const decisions = applyRules(drafts, rules, at, published);
  const kept = keptOf(decisions);
  const whole = () => identify(keptOf(applyRules(document.whole(), rules, at, published)), source, basis);
  const isFirst = state.lastSuccessAt === undefined;
  const ingested = await ingestEntries(identify(kept, source, basis), deps, at, {
    document: { source, state, isReadAnew, entries: document.entries, whole },
    ...(isFirst && { archiveFrom: source.flood?.least ?? deps.settings.flood.least }),
  });
  const drops = dropped(decisions, source, basis);
  const withdrawn = isReadAnew ? await withdrawPosts(drops, source.id, rules, deps.posts) : [];
  const notes = traceEvents(
    { decisions: ingested.decisions, drops, withdrawn, applied: appliedRules(decisions) },
    document,
  );
  await deps.trace.note(notes, at);
  return { ingested, remembered: rememberedOf(kept, ingested, { source, state, at }) };
}

/** The newest posts that a rule compares drafts with; it never looks at more. */
const MOST_LOOKED_BACK = 1_000;

/** Nothing is read where no rule looks back, or nothing came. */
async function publishedPosts(
  drafts: readonly Draft[],
  source: Source,
  looks: readonly LookBack[],
  posts: Pick<Posts, 'latest'>,
  now: number,
): Promise<readonly Post[]> {
  if (drafts.length === 0 || looks.length === 0) return [];
  const oldestAt = drafts.reduce((oldest, { publishedAt = now }) => Math.min(oldest, publishedAt), now);
  const found = await Promise.all(
    looks.map(({ among, ms }) =>
      posts.latest({
        scope: among === 'all' ? { kind: 'all' } : { kind: 'source', id: source.id },
        limit: MOST_LOOKED_BACK,
        since: oldestAt - ms,
      }),
    ),
  );
  return [...new Map(found.flat().map((post) => [post.id, post])).values()].sort(
    (a, b) => b.publishedAt - a.publishedAt,
  );
}

function keptOf(decisions: readonly FilterDecision[]): readonly Draft[] {
  return decisions.flatMap((decision) => (decision.kind === 'keep' ? [decision.draft] : []));
}

function dropped(decisions: readonly FilterDecision[], source: Source, basis: Basis): readonly Dropped[] {
  const drops = decisions.flatMap((decision) => (decision.kind === 'drop' ? [decision] : []));
  const entries = identify(
    drops.map(({ draft }) => draft),
    source,
    basis,
  );
  return drops.flatMap(({ rule, reason }, index) => {
    const entry = entries[index];
    return entry === undefined ? [] : [{ entry, rule, reason }];
  });
}
