/** How does the list of sources get the title of each source's feed? */
import { LRUCache } from 'lru-cache';
import type { SourceState } from '../../model/source-state.ts';
import type { Checks } from '../../ports/checks.ts';
import type { SiteFacts } from '../../ports/site-facts.ts';

/** Most names that are known to be stored; a forgotten one costs a round trip. */
const MOST_KNOWN = 50_000;

/**
 * Stores the title of a source when a check of it ends, before its state is written, so that a crash in between loses
 * none. A title in the state that a check opens with is therefore already stored.
 */
export function notingSourceNames(checks: Checks, siteFacts: Pick<SiteFacts, 'setSourceName'>): Checks {
  // Limited by size, because `max` would reserve the memory for all of them immediately.
  const noted = new LRUCache<string, string>({ maxSize: MOST_KNOWN, sizeCalculation: () => 1 });
  return {
    ...checks,
    open: async (opening) => {
      const opened = await checks.open(opening);
      if (opened.kind === 'open' && hasName(opened.state)) noted.set(opening.sourceId, nameIn(opened.state));
      return opened;
    },
    close: async (closing) => {
      const { sourceId } = closing;
      const { title, link } = closing.state;
      const name = nameIn(closing.state);
      if (noted.get(sourceId) !== name) {
        await siteFacts.setSourceName(sourceId, {
          ...(title !== undefined && { title }),
          ...(link !== undefined && { link }),
        });
        noted.set(sourceId, name);
      }
      return checks.close(closing);
    },
  };
}

function hasName({ title, link }: SourceState): boolean {
  return title !== undefined || link !== undefined;
}

function nameIn({ title, link }: SourceState): string {
  return JSON.stringify([title, link]);
}
