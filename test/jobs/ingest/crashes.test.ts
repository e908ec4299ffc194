/** Where may a process die while a document is ingested, and what does the next run make of it? */
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/jobs/check/read-document.ts';
import { asFetched } from '../../../src/jobs/check/stored-response.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { compileRules } from '../../../src/stages/filter/filter.ts';
import { nextState } from '../../../src/stages/schedule/next-state.ts';
import { Killed, memoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { DAY, documentOf, HOUR, type Item, itemsOf, settingsWith, storyOf, T0 } from '../check-slots.ts';

/** One check of a source. */
interface Visit {
  readonly sourceId: string;
  readonly items: readonly Item[];
  readonly at: number;
  readonly settings?: Settings;
}

async function check({ sourceId, items, at, settings = settingsWith() }: Visit, store: MemoryStore): Promise<void> {
  const source = settings.sources.find(({ id }) => id === sourceId);
  if (source === undefined) throw new Error(`there is no source ${sourceId}`);
  const state = (await store.states.get(sourceId)) ?? FIRST_STATE;
  const document = { url: source.url, body: Buffer.from(documentOf(items)), contentType: 'application/rss+xml' };
  const prepared = { source, rules: compileRules(source.rules) };
  const result = await readDocument(asFetched(document, { delta: false }), prepared, state, settings, {
    ...store,
    now: () => at,
  });
  // Posts before state: a crash in between reads the document again.
  await store.states.set(sourceId, nextState({ source, state, checkedAt: at, now: at, jitter: 0.5, result }));
}

/** What readers and the operator see; what is to be published again. */
async function outcome(store: MemoryStore): Promise<unknown> {
  const posts = store.all();
  const stories = await store.posts.stories(posts.map(({ id }) => id));
  const held = await store.held.entries('a');
  return {
    posts,
    tellings: stories.map(({ tellings }) => tellings.map(({ telling }) => telling)),
    held: held.entries.map(({ id, draft }) => [id, draft.title]),
    dirty: [...store.dirty].sort(),
  };
}

const [first, second, third] = itemsOf(3, T0 - HOUR);
const item = (of: Item | undefined, more: Item = {}): Item => ({ ...of, ...more });
const edited = item(first, { text: `${storyOf(70)} ${storyOf(71)}` });
const renamed = item(second, { guid: 'another guid' });
const copied = item(first, { guid: 'b1', link: 'https://b.example/1', title: 'A copy of it' });
const linked = item(third, { guid: 'b2', title: 'Another headline', text: storyOf(80) });
const unnamed = itemsOf(1, T0 - 2 * HOUR, 40).map(({ title, ...rest }) => rest);

const before: readonly Visit[] = [{ sourceId: 'a', items: [item(first), item(second), item(third)], at: T0 }];
const settled: readonly Visit[] = [
  ...before,
  { sourceId: 'a', items: itemsOf(12, T0 + 6 * HOUR, 500), at: T0 + DAY },
  { sourceId: 'a', items: itemsOf(12, T0 + 7 * HOUR, 501), at: T0 + 2 * DAY },
];
const dropping = settingsWith('rules: [{ type: keyword, field: title, any: [Headline], then: drop }]');

const cases: readonly (readonly [string, readonly Visit[], Visit])[] = [
  ['the first document of a source', [], before[0] as Visit],
  [
    'an edit, a new guid and a new entry',
    before,
    { sourceId: 'a', items: [edited, renamed, ...unnamed], at: T0 + HOUR },
  ],
  ['a copy and a shared link of another source', before, { sourceId: 'b', items: [copied, linked], at: T0 + HOUR }],
  [
    'a telling that makes one story of two posts',
    [...before, { sourceId: 'b', items: [item(copied, { text: storyOf(90) })], at: T0 + HOUR }],
    { sourceId: 'b', items: [item(copied, { guid: 'b3', link: 'https://a.example/posts/0' })], at: T0 + 2 * HOUR },
  ],
  ['a flood', settled, { sourceId: 'a', items: itemsOf(60, T0 - 40 * DAY, 900), at: T0 + 3 * DAY }],
  [
    'a rule that withdraws what was published',
    before,
    { sourceId: 'a', items: [item(first), item(second), item(third)], at: T0 + HOUR, settings: dropping },
  ],
  [
    'two entries of one text and different guids',
    before,
    {
      sourceId: 'a',
      items: [1, 2].map((number) => ({ guid: `t${number}`, title: 'One title', text: storyOf(60) })),
      at: T0 + HOUR,
    },
  ],
];

describe('a process that dies while a document is ingested', () => {
  it.each(cases)(
    '%s: the next run ends in the same posts, after whichever write it died',
    async (_title, past, visit) => {
      const prepare = async () => {
        const store = memoryStore();
        for (const one of past) await check(one, store);
        return store;
      };
      const whole = await prepare();
      const from = whole.writes.length;
      await check(visit, whole);
      const steps = whole.writes.slice(from);
      const expected = await outcome(whole);
      expect(steps.length).toBeGreaterThan(2);
      expect(steps.at(-1)).toBe('state');
      for (let write = 1; write <= steps.length; write += 1) {
        const store = await prepare();
        store.killAfter(write);
        await expect(check(visit, store)).rejects.toThrow(Killed);
        store.killAfter(undefined);
        await check(visit, store);
        expect({ write, ...((await outcome(store)) as object) }).toEqual({ write, ...(expected as object) });
      }
    },
  );

  it('dies in every kind of step in these cases', async () => {
    const seen = new Set<string>();
    for (const [, past, visit] of cases) {
      const store = memoryStore();
      for (const one of [...past, visit]) await check(one, store);
      store.writes.forEach((name) => seen.add(name));
    }
    expect([...seen].sort()).toEqual([
      'assign keys',
      'hold',
      'look up',
      'note',
      'remember texts',
      'save',
      'state',
      'store document',
      'withdraw',
    ]);
  });
});
