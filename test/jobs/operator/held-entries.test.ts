import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/jobs/check/read-document.ts';
import { asFetched } from '../../../src/jobs/check/stored-response.ts';
import { discardHeld, discardOld, type HeldDeps, releaseHeld } from '../../../src/jobs/operator/held-entries.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { compileRules } from '../../../src/stages/filter/filter.ts';
import { nextState } from '../../../src/stages/schedule/next-state.ts';
import { memoryChecks } from '../../support/memory.ts';
import { Killed, memoryStore } from '../../support/memory-store.ts';
import { DAY, documentOf, HOUR, type Item, itemsOf, settingsWith, T0 } from '../check-slots.ts';

const settings = settingsWith();
const NOW = T0 + 3 * DAY;

/** A source whose last document came with 60 old entries as new: they are held. */
async function flooded() {
  const store = memoryStore();
  const [source] = settings.sources;
  if (source === undefined) throw new Error('there is a source');
  let state: SourceState = FIRST_STATE;
  const read = async (items: readonly Item[], at: number): Promise<void> => {
    const document = { url: source.url, body: Buffer.from(documentOf(items)), contentType: 'application/rss+xml' };
    const prepared = { source, rules: compileRules(source.rules) };
    const result = await readDocument(asFetched(document, { delta: false }), prepared, state, settings, {
      ...store,
      now: () => at,
    });
    state = nextState({ source, state, checkedAt: at, now: at, jitter: 0.5, result });
  };
  await read(itemsOf(3, T0 - HOUR), T0);
  await read(itemsOf(12, T0 + 6 * HOUR, 500), T0 + DAY);
  await read(itemsOf(12, T0 + 7 * HOUR, 501), T0 + 2 * DAY);
  await read(itemsOf(60, T0 - 40 * DAY, 900), NOW);
  const checks = memoryChecks(new Map([['a', state]]));
  const deps: HeldDeps = { ...store, settings, checks };
  return { store, deps, checks };
}

describe('releaseHeld', () => {
  it('makes every held entry a post, and holds nothing any more', async () => {
    const { store, deps } = await flooded();
    const before = store.all().length;
    expect((await store.held.summaries()).get('a')?.count).toBe(60);
    expect(await releaseHeld('a', deps, NOW)).toEqual({ published: 60, readAgain: 0 });
    expect(store.all()).toHaveLength(before + 60);
    expect((await store.held.summaries()).size).toBe(0);
  });

  it('ends in the same posts after whichever write the process dies', async () => {
    const whole = await flooded();
    const from = whole.store.writes.length;
    await releaseHeld('a', whole.deps, NOW);
    const steps = whole.store.writes.slice(from);
    expect([steps[0], steps.at(-1)]).toEqual(['forget tombstones', 'drop']);
    for (let write = 1; write <= steps.length; write += 1) {
      const { store, deps } = await flooded();
      store.killAfter(write);
      await expect(releaseHeld('a', deps, NOW)).rejects.toThrow(Killed);
      store.killAfter(undefined);
      await releaseHeld('a', deps, NOW);
      expect({ write, posts: store.all() }).toEqual({ write, posts: whole.store.all() });
    }
  });

  it('has the source read again for entries of which the text was not kept', async () => {
    const { deps, checks } = await flooded();
    const held = { ...deps.held, entries: () => Promise.resolve({ entries: [], contentless: ['0'.repeat(16)] }) };
    expect(await releaseHeld('a', { ...deps, held }, NOW)).toEqual({ published: 0, readAgain: 1 });
    expect(checks.states.get('a')).toMatchObject({ nextCheckAt: NOW, reason: 'requested' });
    expect(checks.states.get('a')).not.toHaveProperty('bodyHash');
    expect(checks.states.get('a')).not.toHaveProperty('usual');
  });
});

describe('discardHeld', () => {
  it('drops what is held and makes no posts of it', async () => {
    const { store, deps } = await flooded();
    const before = store.all();
    expect(await discardHeld('a', deps, NOW)).toBe(60);
    expect((await store.held.summaries()).size).toBe(0);
    expect(store.all()).toEqual(before);
  });
});

describe('discardOld', () => {
  it.each([
    ['waits as long as posts are kept', 1 * DAY, 1],
    ['then discards', 1 * DAY + 1, 0],
  ])('%s', async (_title, laterMs, left) => {
    const { store, deps } = await flooded();
    await discardOld(DAY, deps, NOW + laterMs);
    expect((await store.held.summaries()).size).toBe(left);
  });
});
