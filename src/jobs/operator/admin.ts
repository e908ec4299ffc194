/** What does the operator see of the running system, and what can be done about it? */
import type {
  ActionResult,
  AdminView,
  FailedJob,
  HeldTitle,
  SourceAction,
  SourceFilter,
  SourceRow,
} from '../../model/admin.ts';
import { SOURCE_ACTIONS, SOURCE_FILTERS } from '../../model/admin.ts';
import type { Settings, Source } from '../../model/settings.ts';
import { FIRST_STATE, type HeldState, type SourceState } from '../../model/source-state.ts';
import type { SystemState } from '../../model/system-state.ts';
import type { Checks } from '../../ports/checks.ts';
import type { Posts } from '../../ports/posts.ts';
import { type SplitDeps, splitStory } from './split-story.ts';
import { paused, requested, reset, resumed } from '../../stages/schedule/by-hand.ts';

const ROWS_A_PAGE = 100;
const MOST_TROUBLED = 100;
const MOST_JOBS = 50;
const POSTS_SHOWN = 20;
/** Stories with several sources are searched in this many of the latest posts. */
const STORIES_AMONG = 1_000;
const STORIES_SHOWN = 100;
/** States read in one step. */
const BATCH = 500;

export interface AdminDeps {
  readonly settings: () => Settings;
  readonly checks: Pick<Checks, 'read' | 'write'>;
  readonly posts: Pick<Posts, 'latest'>;
  readonly system: () => Promise<SystemState>;
  readonly failedJobs: (limit: number) => Promise<readonly FailedJob[]>;
  /** A worker is to look at our standing with the hubs of this source: it is paused, or no longer. */
  readonly touchHubs: (sourceId: string) => Promise<void>;
  readonly held: {
    /** By source. */
    summaries(): Promise<ReadonlyMap<string, HeldState>>;
    titles(sourceId: string): Promise<readonly HeldTitle[]>;
    release(sourceId: string): Promise<void>;
    discard(sourceId: string): Promise<void>;
  };
  readonly now: () => number;
}

/** @param path  below `/admin/`; undefined for a page that is not there */
export async function adminView(path: string, query: URLSearchParams, deps: AdminDeps): Promise<AdminView | undefined> {
  const [page = '', id, ...rest] = path.split('/');
  if (rest.length > 0 || (id !== undefined && page !== 'source')) return undefined;
  switch (page) {
    case '':
      return overview(deps);
    case 'sources':
      return sources(query, deps);
    case 'source':
      return source(id ?? '', query, deps);
    case 'queue': {
      const [system, failedJobs] = await Promise.all([deps.system(), deps.failedJobs(MOST_JOBS)]);
      return { kind: 'queue', system, failedJobs };
    }
    case 'stories': {
      const latest = await deps.posts.latest({ scope: { kind: 'all' }, limit: STORIES_AMONG });
      const posts = latest.filter(({ alsoFrom }) => alsoFrom.length > 0).slice(0, STORIES_SHOWN);
      const done = (['done', 'unknown'] as const).find((name) => name === query.get('result'));
      return { kind: 'stories', posts, ...(done !== undefined && { done }) };
    }
    default:
      return undefined;
  }
}

async function overview(deps: AdminDeps): Promise<AdminView> {
  const [system, rows, failedJobs] = await Promise.all([deps.system(), allRows(deps), deps.failedJobs(MOST_JOBS)]);
  const troubled = rows.filter((row) => isTroubled(row)).sort((a, b) => failuresOf(b) - failuresOf(a));
  return { kind: 'overview', system, troubled: troubled.slice(0, MOST_TROUBLED), failedJobs };
}

async function sources(query: URLSearchParams, deps: AdminDeps): Promise<AdminView> {
  const filter = SOURCE_FILTERS.find((name) => name === query.get('show')) ?? 'all';
  const configured = deps.settings().sources;
  // Of all sources, only those shown are read.
  const found = filter === 'all' ? configured : (await allRows(deps)).filter((row) => isShown(row, filter));
  const pages = Math.max(1, Math.ceil(found.length / ROWS_A_PAGE));
  const wanted = Number.parseInt(query.get('page') ?? '1', 10);
  const page = Math.min(pages, Math.max(1, Number.isNaN(wanted) ? 1 : wanted));
  const shown = found.slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE);
  const rows = await rowsOf(
    shown.map((item) => ('source' in item ? item.source : item)),
    deps,
  );
  return { kind: 'sources', filter, rows, page, pages, total: found.length };
}

async function source(id: string, query: URLSearchParams, deps: AdminDeps): Promise<AdminView | undefined> {
  const found = deps.settings().sources.find((each) => each.id === id);
  if (found === undefined) return undefined;
  const [rows, posts] = await Promise.all([
    rowsOf([found], deps),
    deps.posts.latest({ scope: { kind: 'source', id }, limit: POSTS_SHOWN }),
  ]);
  const [row = { source: found }] = rows;
  const heldEntries = row.held === undefined ? [] : await deps.held.titles(id);
  const action = SOURCE_ACTIONS.find((name) => name === query.get('done'));
  const result = (['busy', 'unknown'] as const).find((name) => name === query.get('result')) ?? 'done';
  return { kind: 'source', row, heldEntries, posts, ...(action !== undefined && { done: { action, result } }) };
}

async function allRows(deps: AdminDeps): Promise<readonly SourceRow[]> {
  const all = deps.settings().sources;
  const rows: SourceRow[] = [];
  for (let from = 0; from < all.length; from += BATCH)
    for (const row of await rowsOf(all.slice(from, from + BATCH), deps)) rows.push(row);
  return rows;
}

async function rowsOf(list: readonly Source[], { checks, held }: AdminDeps): Promise<readonly SourceRow[]> {
  const [states, summaries] = await Promise.all([checks.read(list.map(({ id }) => id)), held.summaries()]);
  return list.map((each, index) => {
    const state = states[index];
    const summary = summaries.get(each.id);
    return {
      source: each,
      ...(state !== undefined && { state }),
      ...(summary !== undefined && { held: summary }),
    };
  });
}

function failuresOf({ state }: SourceRow): number {
  return state?.failures ?? 0;
}

function isTroubled(row: SourceRow): boolean {
  return isShown(row, 'failing') || isShown(row, 'paused') || isShown(row, 'held');
}

function isShown({ state, held }: SourceRow, filter: SourceFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'failing':
      return (state?.failures ?? 0) > 0 && state?.pausedAt === undefined;
    case 'paused':
      return state?.pausedAt !== undefined;
    case 'held':
      return held !== undefined;
  }
}

const BY = 'on the admin page';

/** Does it to one source. @throws StoreError */
export async function adminAct(action: SourceAction, id: string, deps: AdminDeps): Promise<ActionResult> {
  if (!deps.settings().sources.some((each) => each.id === id)) return 'unknown';
  switch (action) {
    case 'fetch':
      return edit(id, requested, deps);
    case 'pause':
      return edit(id, paused, deps);
    case 'resume':
      return edit(id, resumed, deps);
    case 'reset':
      return edit(id, reset, deps);
    case 'release':
    case 'discard':
      if (!(await deps.held.summaries()).has(id)) return 'unknown';
      await deps.held[action](id);
      return 'done';
  }
}

/** Splits a telling from its story permanently. @throws StoreError */
export async function adminSplit(entryId: string, deps: SplitDeps, now: number): Promise<ActionResult> {
  return (await splitStory(entryId, deps, now)).kind === 'split' ? 'done' : 'unknown';
}

type Edit = (state: SourceState, now: number, by: string) => SourceState;

/** Not while a check is under way: it would write over it. */
async function edit(id: string, change: Edit, { checks, touchHubs, now }: AdminDeps): Promise<ActionResult> {
  const [before = FIRST_STATE] = await checks.read([id]);
  const at = now();
  if (!(await checks.write(id, change(before, at, BY), at))) return 'busy';
  await touchHubs(id);
  return 'done';
}
