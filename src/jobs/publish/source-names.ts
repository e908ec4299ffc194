/** How does the list of sources learn what each source calls itself? */
import { LRUCache } from 'lru-cache';
import type { Checks } from '../../ports/checks.ts';
import type { SiteFacts } from '../../ports/site-facts.ts';

/** Names known to be noted, at most; forgetting them costs a round trip each. */
const MOST_KNOWN = 50_000;

/** Notes the name of a source when a check of it ends, before its state is written: a crash in between loses none. */
export function notingSourceNames(checks: Checks, siteFacts: Pick<SiteFacts, 'setSourceName'>): Checks {
  // By size, since `max` would take the room for all of them at once.
  const noted = new LRUCache<string, string>({ maxSize: MOST_KNOWN, sizeCalculation: () => 1 });
  return {
    ...checks,
    close: async (closing) => {
      const { sourceId } = closing;
      const { title, link } = closing.state;
      const name = JSON.stringify([title, link]);
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
