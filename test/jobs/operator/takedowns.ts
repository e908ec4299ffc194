/** A store with published posts of several sources, for the tests of what the operator removes. */
import { ingestEntries } from '../../../src/jobs/ingest/ingest-entries.ts';
import { memoryOutbox } from '../../support/memory.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { documentOf, type EntryOf, sentences, settingsOf, T0 } from '../newsroom.ts';

/** An entry that no other is similar to, unless they share a number. */
export function entryOf(sourceId: string, number: number, more: EntryOf = {}): EntryOf {
  return {
    guid: `${sourceId}${number}`,
    url: `https://${sourceId}.example/${number}`,
    title: `Headline ${number} of ${sourceId}`,
    text: sentences(number, 12).join(''),
    ...more,
  };
}

/** Offers one document; entries whose post was removed permanently stay out. */
export async function offer(store: MemoryStore, sourceId: string, ...entries: readonly EntryOf[]) {
  return ingestEntries(documentOf(sourceId, ...entries), { ...store, settings: settingsOf() }, T0);
}

export function removeDeps(store: MemoryStore) {
  const { posts, takedowns, trace } = store;
  return { posts, takedowns, trace, outbox: memoryOutbox() };
}

/** Sources of each post, newest first: `a`, or `a+b` for a story. */
export function reported(store: MemoryStore): readonly string[] {
  return store
    .all()
    .map(({ source, alsoFrom }) => [source.id, ...alsoFrom.map((also) => also.source.id)].join('+'))
    .sort();
}
