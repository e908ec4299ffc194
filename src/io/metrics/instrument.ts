/** How is what passes through a port counted? */
import type { Checks } from '../../ports/checks.ts';
import type { Fetcher } from '../../ports/fetch.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { Trace } from '../../ports/trace.ts';
import type { Tally } from './shared-counters.ts';

export function measuredFetcher(fetcher: Fetcher, tally: Tally): Fetcher {
  return {
    fetch: async (request, signal) => {
      const startedAt = performance.now();
      const outcome = await fetcher.fetch(request, signal);
      tally.observeFetch((performance.now() - startedAt) / 1_000);
      tally.add('fetches', outcome.kind === 'failed' ? outcome.failure.kind : outcome.kind);
      if (outcome.kind === 'body') tally.add('fetched-bytes', undefined, outcome.body.length);
      return outcome;
    },
    close: () => fetcher.close(),
  };
}

/** Counts how checks end, which is when they are closed. */
export function measuredChecks(checks: Checks, tally: Tally): Checks {
  return {
    ...checks,
    close: async (closing) => {
      const { sourceId, state, now } = closing;
      const { last, failures } = state;
      // A check that was put off leaves the outcome of the one before.
      if (last !== undefined && state.lastCheckAt === now) tally.add('checks', last.kind);
      tally.noteHealth(sourceId, failures > 0);
      return checks.close(closing);
    },
  };
}

/** @param place  where the documents go, one word */
export function measuredPublisher<P extends Publisher>(publisher: P, place: string, tally: Tally): P {
  return {
    ...publisher,
    publish: async (documents) => {
      await publisher.publish(documents);
      tally.add('documents', place, documents.length);
    },
  };
}

/** Counts what becomes of entries, which is when it is noted. */
export function measuredTrace(trace: Trace, tally: Tally): Trace {
  return {
    ...trace,
    note: async (notes, now) => {
      await trace.note(notes, now);
      for (const { decision } of notes) tally.add('posts', decision.kind);
    },
  };
}
