import { describe, expect, it } from 'vitest';
import { ingestEntries } from '../../../src/jobs/ingest/ingest-entries.ts';
import { withdrawPosts } from '../../../src/jobs/ingest/withdraw-posts.ts';
import type { RuleSettings } from '../../../src/model/settings.ts';
import { compileRules } from '../../../src/stages/filter/filter.ts';
import { Killed, memoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { documentOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from '../newsroom.ts';

const DAY = 24 * HOUR;
const entry = (guid: string, more: EntryOf = {}): EntryOf => ({
  guid,
  url: `https://a.example/${guid}`,
  title: `Bonds ${guid}`,
  text: sentences(Number(guid), 4).join(''),
  ...more,
});

async function publish(store: MemoryStore, sourceId: string, ...entries: readonly EntryOf[]): Promise<void> {
  await ingestEntries(documentOf(sourceId, ...entries), { ...store, settings: settingsOf() }, T0);
}

const KEYWORD = { type: 'keyword', field: 'title', any: ['Bonds'], then: 'drop' };

/** Offers the entries again under rules that drop them. */
function withdraw(store: MemoryStore, entries: readonly EntryOf[], rule: object = KEYWORD, sourceId = 'a') {
  const dropped = documentOf(sourceId, ...entries).map((one) => ({
    entry: one,
    rule: 'rules[0]',
    reason: 'has Bonds',
  }));
  return withdrawPosts(dropped, sourceId, compileRules([rule as RuleSettings]), store.posts);
}

describe('withdrawPosts', () => {
  it('removes a published post that a rule drops, and the entry is new again under the same id', async () => {
    const store = memoryStore();
    await publish(store, 'a', entry('1'), entry('2'));
    const withdrawn = await withdraw(store, [entry('1')]);
    expect(withdrawn.map(({ post }) => post.title)).toEqual(['Bonds 1']);
    expect(store.all().map(({ title }) => title)).toEqual(['Bonds 2']);
    await publish(store, 'a', entry('1'));
    expect(store.all().map(({ id }) => id)).toContain(withdrawn[0]?.post.id);
  });

  it('of nothing takes no round trip', async () => {
    const store = memoryStore();
    expect(await withdraw(store, [])).toEqual([]);
    expect(store.writes).toEqual([]);
  });

  it('leaves an entry alone that was never published', async () => {
    const store = memoryStore();
    expect(await withdraw(store, [entry('1')])).toEqual([]);
  });

  it('keeps a post that another source reports too, and one that is part of the story of another', async () => {
    const store = memoryStore();
    const text = sentences(9, 12).join('');
    await publish(store, 'a', entry('1', { text }));
    await publish(store, 'b', entry('1', { url: 'https://b.example/1', text }));
    expect(store.all()).toHaveLength(1);
    expect(await withdraw(store, [entry('1', { text })])).toEqual([]);
    expect(await withdraw(store, [entry('1', { url: 'https://b.example/1', text })], KEYWORD, 'b')).toEqual([]);
    expect(store.all()).toHaveLength(1);
  });

  it('withdraws nothing because of time alone: age counts as of the day on which the post was added', async () => {
    const store = memoryStore();
    await publish(store, 'a', entry('1', { publishedAt: T0 - HOUR }));
    expect(await withdraw(store, [entry('1', { publishedAt: T0 - HOUR })], { type: 'maxAge', age: '1d' })).toEqual([]);
    const older = entry('2', { publishedAt: T0 - 2 * DAY });
    await publish(store, 'a', older);
    expect(await withdraw(store, [older], { type: 'maxAge', age: '1d' })).toHaveLength(1);
  });

  it('may be repeated after a crash', async () => {
    const store = memoryStore();
    await publish(store, 'a', entry('1'), entry('2'));
    store.killAfter(1);
    await expect(withdraw(store, [entry('1'), entry('2')])).rejects.toThrow(Killed);
    store.killAfter(undefined);
    await withdraw(store, [entry('1'), entry('2')]);
    expect(store.all()).toEqual([]);
  });
});
