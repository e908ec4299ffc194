/** What do the admin pages show, and which actions do they run? */
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
import type { Hold } from '../../model/hold.ts';
import type { ConfigHistory } from '../../model/recorded-config.ts';
import type { Settings, Source } from '../../model/settings.ts';
import { sourceAddress } from '../../model/source-address.ts';
import { FIRST_STATE, type HeldState, type SourceState } from '../../model/source-state.ts';
import type { SystemState } from '../../model/system-state.ts';
import type { Checks, HostBudgets, HostWait } from '../../ports/checks.ts';
import type { Posts } from '../../ports/posts.ts';
import { type SplitDeps, splitStory } from './split-story.ts';
import { budgetKey } from '../../stages/request/request.ts';
import { type ByHand, holdOf, paused, requested, reset, resumed } from '../../stages/schedule/by-hand.ts';

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
  readonly budgets: Pick<HostBudgets, 'waits'>;
  /** Time of the last sweep, epoch ms. */
  readonly sweptAt: () => Promise<number | undefined>;
  readonly system: () => Promise<SystemState>;
  readonly failedJobs: (limit: number) => Promise<readonly FailedJob[]>;
  /** Has a worker update the subscriptions of this source, after it was paused or resumed. */
  readonly touchHubs: (sourceId: string) => Promise<void>;
  readonly held: {
    /** By source. */
    summaries(): Promise<ReadonlyMap<string, HeldState>>;
    titles(sourceId: string): Promise<readonly HeldTitle[]>;
    release(sourceId: string): Promise<void>;
    discard(sourceId: string): Promise<void>;
  };
  readonly config: () => Promise<ConfigHistory>;
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
  const [system, rows, failedJobs, config] = await Promise.all([
    deps.system(),
    allRows(deps),
    deps.failedJobs(MOST_JOBS),
    deps.config(),
  ]);
  const troubled = rows.filter((row) => isTroubled(row)).sort((a, b) => failuresOf(b) - failuresOf(a));
  return { kind: 'overview', system, troubled: troubled.slice(0, MOST_TROUBLED), failedJobs, config };
}

async function sources(query: URLSearchParams, deps: AdminDeps): Promise<AdminView> {
  const filter = SOURCE_FILTERS.find((name) => name === query.get('show')) ?? 'all';
  const configured = deps.settings().sources;
  // Only the sources that are shown are read.
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
  if (action === undefined) return { kind: 'source', row, heldEntries, posts };
  const hold = ASKS_FOR_A_CHECK.has(action) ? await holdNow(found, row.state, deps) : undefined;
  return { kind: 'source', row, heldEntries, posts, done: { action, result }, ...(hold !== undefined && { hold }) };
}

const ASKS_FOR_A_CHECK: ReadonlySet<SourceAction> = new Set(['fetch', 'resume', 'reset']);

async function holdNow(
  of: Source,
  state: SourceState = FIRST_STATE,
  { budgets, sweptAt, now }: AdminDeps,
): Promise<Hold | undefined> {
  const at = now();
  const [wait, swept] = await Promise.all([hostWait(of, state, budgets, at), sweptAt()]);
  const surroundings = { ...wait, budget: of.fetch.host, ...(swept !== undefined && { sweptAt: swept }) };
  return holdOf(state, surroundings, at);
}

async function hostWait(of: Source, state: SourceState, budgets: AdminDeps['budgets'], at: number): Promise<HostWait> {
  const [wait = { inUse: 0 }] = await budgets.waits([budgetKey(sourceAddress(of, state), of.fetch.host.scope)], at);
  return wait;
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

/** Runs an action on one source. @throws StoreError */
export async function adminAct(action: SourceAction, id: string, deps: AdminDeps): Promise<ActionResult> {
  const found = deps.settings().sources.find((each) => each.id === id);
  if (found === undefined) return 'unknown';
  switch (action) {
    case 'fetch':
      return edit(found, requested, deps);
    case 'pause':
      return edit(found, paused, deps);
    case 'resume':
      return edit(found, resumed, deps);
    case 'reset':
      return edit(found, reset, deps);
    case 'release':
    case 'discard':
      if (!(await deps.held.summaries()).has(id)) return 'unknown';
      await deps.held[action](id);
      return 'done';
  }
}

/** Splits an entry from its story permanently. @throws StoreError */
export async function adminSplit(entryId: string, deps: SplitDeps, now: number): Promise<ActionResult> {
  return (await splitStory(entryId, deps, now)).kind === 'split' ? 'done' : 'unknown';
}

type Edit = (state: SourceState, asked: ByHand) => SourceState;

/** Not while a check is running: it would overwrite the change. */
async function edit(of: Source, change: Edit, deps: AdminDeps): Promise<ActionResult> {
  const { settings, checks, budgets, touchHubs, now } = deps;
  const [before = FIRST_STATE] = await checks.read([of.id]);
  const at = now();
  // After a reset, the address of the config is requested.
  const { restsUntil } = await hostWait(of, change === reset ? FIRST_STATE : before, budgets, at);
  const asked = {
    by: BY,
    now: at,
    timezone: settings().site.timezone,
    ...(restsUntil !== undefined && { restsUntil }),
  };
  if (!(await checks.write(of.id, change(before, asked), at))) return 'busy';
  await touchHubs(of.id);
  return 'done';
}
