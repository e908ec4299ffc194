/** What would another config change? Runs the steps of the jobs on stored data, through ports that write nothing. */
import type { Settings } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { TraceNote } from '../../model/trace.ts';
import type { AssignedCategories } from '../../ports/assigned-categories.ts';
import type { Checks } from '../../ports/checks.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { LastDocuments } from '../../ports/last-documents.ts';
import type { NearDuplicates } from '../../ports/near-duplicates.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { siteIdOf, type SiteRecord } from '../../model/site-id.ts';
import { isReadAlike } from '../../stages/identify/body.ts';
import { assignCategories } from '../ingest/assign-categories.ts';
import { type PreparedSource, runningConfigOf } from '../running-config.ts';
import { asFetched } from '../check/stored-response.ts';
import { type CategoryPlan, planCategories, type ServedDocuments } from './plan-feeds.ts';
import { planOver, type PlannedPosts } from './overlay-posts.ts';
import { readDocument } from '../check/read-document.ts';

export interface ConfigPlan {
  readonly site: SitePlan;
  readonly categories: readonly CategoryPlan[];
  readonly sources: readonly SourcePlan[];
}

export interface SitePlan {
  /** The prefix of the ids of feeds and posts. */
  readonly id: string;
  readonly url: string;
  /** The address that is published now, if it differs. */
  readonly movedFrom?: string;
  /** Redis belongs to the site with this id, not to that of the config: `start` refuses. */
  readonly belongsTo?: string;
}

export interface SourcePlan {
  readonly id: string;
  /**
   * `same`: no change for its posts. `read`: its last document was read again with the new config. The effect on the
   * others is known after their next fetch: `new`: never read. `moved`: another address. `no-document`: no document is
   * stored. `unreadable`: the stored document is not readable with the new config.
   */
  readonly kind: 'same' | 'read' | 'new' | 'moved' | 'no-document' | 'unreadable';
  /** When the document was fetched, epoch ms. */
  readonly documentAt?: number;
  /** The next check, when the change takes effect, epoch ms. */
  readonly nextCheckAt?: number;
  readonly added: number;
  readonly changed: number;
  readonly withdrawn: number;
  readonly message?: string;
}

export interface PlanDeps {
  readonly posts: Posts;
  readonly assigned: Pick<AssignedCategories, 'read' | 'readEntries'>;
  readonly lastDocuments: LastDocuments;
  readonly checks: Pick<Checks, 'read'>;
  /** The documents that are served now. */
  readonly documents: ServedDocuments;
  /** The site that Redis belongs to; undefined for an empty Redis. */
  readonly storedSite: SiteRecord | undefined;
}

/** Writes nothing. Does not look for near-duplicates among posts that would be new. */
export async function planConfig(settings: Settings, deps: PlanDeps, now: number): Promise<ConfigPlan> {
  const planned = planOver(deps.posts);
  const notes: TraceNote[] = [];
  const assigned = {
    read: () => deps.assigned.read(),
    readEntries: () => deps.assigned.readEntries(),
    write: () => Promise.resolve(),
    writeEntries: () => Promise.resolve(),
  };
  const config = runningConfigOf(settings);
  await assignCategories(config, { posts: planned, held: HOLDS_NOTHING, assigned }, now);
  const states = await deps.checks.read(settings.sources.map(({ id }) => id));
  const sources: SourcePlan[] = [];
  for (const [index, prepared] of [...config.sources.values()].entries()) {
    const found: TraceNote[] = [];
    const read = { ...deps, posts: planned, trace: collecting(found) };
    sources.push(await planSource(prepared, states[index], settings, read, found, now));
    for (const note of found) notes.push(note);
  }
  const categories = await planCategories(settings, { planned, stored: deps.posts, documents: deps.documents, notes });
  return { site: planSite(settings, deps.storedSite), categories, sources };
}

function planSite({ site }: Settings, stored: SiteRecord | undefined): SitePlan {
  const id = siteIdOf(site);
  return {
    id,
    url: site.url,
    ...(stored !== undefined && stored.url !== site.url && { movedFrom: stored.url }),
    ...(stored !== undefined && stored.id !== id && { belongsTo: stored.id }),
  };
}

async function planSource(
  prepared: PreparedSource,
  state: SourceState | undefined,
  settings: Settings,
  {
    posts,
    lastDocuments,
    trace,
  }: { readonly posts: PlannedPosts; readonly lastDocuments: LastDocuments; readonly trace: Trace },
  found: readonly TraceNote[],
  now: number,
): Promise<SourcePlan> {
  const { source } = prepared;
  const nothing = { id: source.id, added: 0, changed: 0, withdrawn: 0 };
  if (state?.bodyHash === undefined) return { ...nothing, kind: 'new' };
  const facts = { ...nothing, nextCheckAt: state.nextCheckAt };
  if (isReadAlike(state.entryHashes, source)) return { ...facts, kind: 'same' };
  const original = await lastDocuments.get(source.id);
  if (original === undefined) return { ...facts, kind: 'no-document' };
  if (original.sourceUrl !== source.url) return { ...facts, kind: 'moved' };
  const result = await readDocument(
    asFetched(original, { delta: false }),
    prepared,
    { ...state, bodyHash: '' },
    settings,
    {
      posts,
      trace,
      nearDuplicates: NOTHING_SIMILAR,
      lastDocuments: KEEPS_NOTHING,
      held: HOLDS_NOTHING,
      now: () => now,
    },
  );
  if (result.kind !== 'feed') {
    return { ...facts, kind: 'unreadable', ...(result.kind === 'unreadable' && { message: result.failure.message }) };
  }
  const count = (kind: TraceNote['decision']['kind']): number =>
    found.filter(({ decision }) => decision.kind === kind).length;
  return {
    ...facts,
    kind: 'read',
    documentAt: original.fetchedAt,
    added: count('added'),
    changed: count('changed'),
    withdrawn: count('withdrawn'),
  };
}

function collecting(notes: TraceNote[]): Trace {
  return {
    note: (more) => {
      for (const note of more) notes.push(note);
      return Promise.resolve();
    },
    find: () => Promise.resolve({ events: [], lost: 0 }),
  };
}

const NOTHING_SIMILAR: NearDuplicates = {
  rememberAndFind: (tellings) => Promise.resolve(tellings.map(() => [])),
  exclude: () => Promise.resolve(),
};

/** Entries that are new because of the config are no flood. */
const HOLDS_NOTHING: HeldStore = {
  hold: () => Promise.resolve(),
  summaries: () => Promise.resolve(new Map()),
  entries: () => Promise.resolve({ entries: [], contentless: [] }),
  replace: () => Promise.resolve(),
  forgetTombstones: () => Promise.resolve(),
  drop: () => Promise.resolve(),
};

const KEEPS_NOTHING: LastDocuments = { store: () => Promise.resolve(), get: () => Promise.resolve(undefined) };
