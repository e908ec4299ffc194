import { describe, expect, it } from 'vitest';
import { type AdminDeps, adminAct, adminView } from '../../../src/jobs/operator/admin.ts';
import type { AdminView } from '../../../src/model/admin.ts';
import type { Post } from '../../../src/model/post.ts';
import { FIRST_STATE, type HeldState, type SourceState } from '../../../src/model/source-state.ts';
import type { HostWait } from '../../../src/ports/checks.ts';
import { memoryChecks, memoryPosts } from '../../support/memory.ts';
import { samplePost, sampleSettings, sampleSource } from '../../stages/render/samples.ts';

const NOW = 1_000_000;

const SYSTEM = {
  sources: { total: 0, due: 0, late: 0, paused: 0, latenessMs: 0 },
  failing: 0,
  held: 0,
  posts: 0,
  unpublished: 0,
  queues: {},
};

function office(states: Readonly<Record<string, SourceState | undefined>>, posts: Post[] = []) {
  const known = Object.entries(states).flatMap(([id, state]) => (state === undefined ? [] : [[id, state] as const]));
  const checks = memoryChecks(new Map(known));
  const held = new Map<string, HeldState>();
  const calls: string[] = [];
  const settings = sampleSettings({ sources: Object.keys(states).map((id) => sampleSource({ id })) });
  const surroundings: { wait: HostWait; sweptAt: number | undefined } = { wait: { inUse: 0 }, sweptAt: NOW };
  const deps: AdminDeps = {
    settings: () => settings,
    checks,
    budgets: { waits: (keys) => Promise.resolve(keys.map(() => surroundings.wait)) },
    sweptAt: () => Promise.resolve(surroundings.sweptAt),
    posts: memoryPosts(posts),
    system: () => Promise.resolve(SYSTEM),
    failedJobs: () => Promise.resolve([]),
    touchHubs: (id) => {
      calls.push(`hubs of ${id}`);
      return Promise.resolve();
    },
    held: {
      summaries: () => Promise.resolve(held),
      titles: (id) => Promise.resolve([{ title: `An entry of ${id}` }]),
      release: (id) => {
        held.delete(id);
        calls.push(`released ${id}`);
        return Promise.resolve();
      },
      discard: (id) => {
        held.delete(id);
        calls.push(`discarded ${id}`);
        return Promise.resolve();
      },
    },
    config: () => Promise.resolve({ readAt: NOW, problems: ['config/a.yaml:1:1: is wrong'], changes: [] }),
    now: () => NOW,
  };
  return { deps, checks, held, calls, surroundings };
}

async function see<Kind extends AdminView['kind']>(path: string, kind: Kind, deps: AdminDeps) {
  const [name = '', query = ''] = path.split('?');
  const view = await adminView(name, new URLSearchParams(query), deps);
  if (view?.kind !== kind) throw new Error(`expected ${kind}, found ${view?.kind ?? 'nothing'}`);
  // Just compared.
  return view as Extract<AdminView, { kind: Kind }>;
}

const failing = (failures: number): SourceState => ({ ...FIRST_STATE, failures });
const pausedState: SourceState = { ...FIRST_STATE, pausedAt: 1, failures: 2 };

describe('adminView', () => {
  it('shows first what fails most', async () => {
    const { deps, held } = office({
      fine: FIRST_STATE,
      one: failing(1),
      many: failing(9),
      paused: pausedState,
      flood: FIRST_STATE,
    });
    held.set('flood', { at: 1, reason: 'too many', count: 50 });
    const { troubled } = await see('', 'overview', deps);
    expect(troubled.map(({ source }) => source.id)).toEqual(['many', 'paused', 'one', 'flood']);
  });

  it.each([
    ['sources', ['fine', 'bad', 'paused', 'new']],
    ['sources?show=all', ['fine', 'bad', 'paused', 'new']],
    ['sources?show=failing', ['bad']],
    ['sources?show=paused', ['paused']],
    ['sources?show=held', ['fine']],
    ['sources?show=nonsense', ['fine', 'bad', 'paused', 'new']],
  ])('%s lists %j', async (path, ids) => {
    const { deps, held } = office({ fine: FIRST_STATE, bad: failing(1), paused: pausedState, new: undefined });
    held.set('fine', { at: 1, reason: 'too many', count: 50 });
    const { rows, total } = await see(path, 'sources', deps);
    expect(rows.map(({ source }) => source.id)).toEqual(ids);
    expect(total).toBe(ids.length);
  });

  it.each([
    ['', 1, 'a0', 100],
    ['&page=3', 3, 'a200', 50],
    ['&page=99', 3, 'a200', 50],
    ['&page=-1', 1, 'a0', 100],
    ['&page=x', 1, 'a0', 100],
  ])('shows a hundred sources a page: %s', async (query, page, first, count) => {
    const ids = Array.from({ length: 250 }, (_, number) => [`a${number}`, FIRST_STATE] as const);
    const view = await see(`sources?show=all${query}`, 'sources', office(Object.fromEntries(ids)).deps);
    expect([view.page, view.pages, view.total]).toEqual([page, 3, 250]);
    expect([view.rows[0]?.source.id, view.rows.length]).toEqual([first, count]);
  });

  it('shows one source with its posts, and what is held of it', async () => {
    const posts = [samplePost(1, { source: { id: 'a', feedUrl: 'https://a.example/' } })];
    const { deps, held } = office({ a: FIRST_STATE }, posts);
    expect(await see('source/a', 'source', deps)).toMatchObject({ posts, heldEntries: [] });
    held.set('a', { at: 1, reason: 'too many', count: 50 });
    const view = await see('source/a?done=pause&result=busy', 'source', deps);
    expect(view.heldEntries).toEqual([{ title: 'An entry of a' }]);
    expect(view.done).toEqual({ action: 'pause', result: 'busy' });
  });

  it('shows the stories with several sources', async () => {
    const other = { source: { id: 'b', feedUrl: 'https://b.example/' }, url: 'https://b.example/1' };
    const story = samplePost(1, { alsoFrom: [other] });
    const { posts } = await see('stories', 'stories', office({}, [story, samplePost(2)]).deps);
    expect(posts).toEqual([story]);
  });

  it.each(['nothing', 'source', 'source/unknown', 'source/a/b', 'sources/a', 'queue/x', '__proto__'])(
    'has no page %s',
    async (path) => {
      expect(await adminView(path, new URLSearchParams(), office({ a: FIRST_STATE }).deps)).toBeUndefined();
    },
  );
});

describe('adminAct', () => {
  it.each([
    ['fetch', FIRST_STATE, { nextCheckAt: NOW, reason: 'requested', reasonText: 'Asked for on the admin page.' }],
    ['pause', FIRST_STATE, { pausedAt: NOW, pauseReason: 'Paused on the admin page.', reason: 'paused' }],
    ['resume', { ...pausedState, goneSightings: 3 }, { nextCheckAt: NOW, goneSightings: 0, failures: 2 }],
    ['reset', { ...failing(9), etag: '"1"' }, { nextCheckAt: NOW, failures: 0 }],
  ] as const)('can %s, and tells the hubs', async (action, before, after) => {
    const { deps, checks, calls } = office({ a: before });
    expect(await adminAct(action, 'a', deps)).toBe('done');
    expect(checks.states.get('a')).toMatchObject(after);
    expect(calls).toEqual(['hubs of a']);
  });

  it.each(['fetch', 'resume', 'reset'] as const)(
    'puts off the check of a %s until the end of the quiet that the host asked for',
    async (action) => {
      const { deps, checks, surroundings } = office({ a: failing(2) });
      surroundings.wait = { restsUntil: NOW + 60_000, inUse: 0 };
      expect(await adminAct(action, 'a', deps)).toBe('done');
      expect(checks.states.get('a')).toMatchObject({ nextCheckAt: NOW + 60_000, reason: 'retry-after' });
      const { hold } = await see(`source/a?done=${action}`, 'source', deps);
      expect(hold).toEqual({ kind: 'host-rests', untilMs: NOW + 60_000 });
    },
  );

  it('leaves a paused source as it is when a check is asked for', async () => {
    const { deps, checks } = office({ a: pausedState });
    await adminAct('fetch', 'a', deps);
    expect(checks.states.get('a')).toEqual(pausedState);
    expect((await see('source/a?done=fetch', 'source', deps)).hold).toEqual({ kind: 'paused' });
  });

  it('takes the pause away when it resumes, and everything when it resets', async () => {
    const { deps, checks } = office({ a: pausedState, b: { ...failing(9), etag: '"1"' } });
    await adminAct('resume', 'a', deps);
    await adminAct('reset', 'b', deps);
    expect(checks.states.get('a')).not.toHaveProperty('pausedAt');
    expect(checks.states.get('b')).not.toHaveProperty('etag');
  });

  it('changes nothing while a check is under way', async () => {
    const { deps, checks, calls } = office({ a: FIRST_STATE });
    checks.busy.add('a');
    expect(await adminAct('pause', 'a', deps)).toBe('busy');
    expect(checks.states.get('a')).toBe(FIRST_STATE);
    expect(calls).toEqual([]);
  });

  it.each(['release', 'discard'] as const)('can %s what is held, once', async (action) => {
    const { deps, held, calls } = office({ a: FIRST_STATE });
    held.set('a', { at: 1, reason: 'too many', count: 50 });
    expect(await adminAct(action, 'a', deps)).toBe('done');
    expect(await adminAct(action, 'a', deps)).toBe('unknown');
    expect(calls).toHaveLength(1);
  });

  it('knows no source that is not in the config', async () => {
    expect(await adminAct('pause', 'b', office({ a: FIRST_STATE }).deps)).toBe('unknown');
  });
});
