/** What is recorded about a source after a document: usual number of entries, guid quality, frequent edits? */
import type { FeedFacts } from '../../model/check.ts';
import type { Draft } from '../../model/post.ts';
import type { Source } from '../../model/settings.ts';
import type { ChurningState, SourceState } from '../../model/source-state.ts';
import { nextUsual } from '../../stages/classify/flood.ts';
import { repeatedGuid } from '../../stages/identify/repeated.ts';
import { nextIdentity } from '../../stages/identify/trust.ts';
import type { EntryDecision } from './entry-decision.ts';
import type { Ingested } from './ingest-entries.ts';

/**
 * @param drafts  of the document, as they were read
 * @param state   of the source, before the document
 */
export function rememberedOf(
  drafts: readonly Draft[],
  { added, joined, decisions, evidence }: Ingested,
  { source, state, at }: { readonly source: Source; readonly state: SourceState; readonly at: number },
): NonNullable<FeedFacts['remembered']> {
  const repeated = repeatedGuid(drafts);
  const { byGuid, renamed, renamedByLink } = evidence ?? { byGuid: 0, renamed: 0, renamedByLink: 0 };
  const shown = { read: drafts.length, byGuid, renamed, renamedByLink, ...(repeated !== undefined && { repeated }) };
  const identity = nextIdentity(source, state.identity, shown, at);
  const churning = nextChurning(state.churning, decisions, at);
  return {
    usual: nextUsual(state.usual, source.url, added + joined),
    ...(identity !== undefined && { identity }),
    ...(churning !== undefined && { churning }),
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
