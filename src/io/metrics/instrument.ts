/** How are calls through a port counted? */
import type { Checks } from '../../ports/checks.ts';
import type { Fetcher } from '../../ports/fetch.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { Trace } from '../../ports/trace.ts';
import type { SharedCounters } from './shared-counters.ts';

export function instrumentedFetcher(fetcher: Fetcher, counters: SharedCounters): Fetcher {
  return {
    fetch: async (request, signal) => {
      const startedAt = performance.now();
      const outcome = await fetcher.fetch(request, signal);
      counters.observeFetch((performance.now() - startedAt) / 1_000);
      counters.add('fetches', outcome.kind === 'failed' ? outcome.failure.kind : outcome.kind);
      if (outcome.kind === 'body') counters.add('fetched-bytes', undefined, outcome.body.length);
      return outcome;
    },
    close: () => fetcher.close(),
  };
}

/** Counts how checks end, when they are closed. */
export function instrumentedChecks(checks: Checks, counters: SharedCounters): Checks {
  return {
    ...checks,
    close: async (closing) => {
      const { sourceId, state, now } = closing;
      const { last, failures } = state;
      // A check that was put off keeps the outcome of the one before.
      if (last !== undefined && state.lastCheckAt === now) counters.add('checks', last.kind);
      counters.noteHealth(sourceId, failures > 0);
      return checks.close(closing);
    },
  };
}

/** @param place  name of the publisher, one word */
export function instrumentedPublisher<P extends Publisher>(publisher: P, place: string, counters: SharedCounters): P {
  return {
    ...publisher,
    publish: async (documents) => {
      await publisher.publish(documents);
      counters.add('documents', place, documents.length);
    },
  };
}

/** Counts decisions on entries, when they are recorded. */
export function instrumentedTrace(trace: Trace, counters: SharedCounters): Trace {
  return {
    ...trace,
    note: async (notes, now) => {
      await trace.note(notes, now);
      for (const { decision } of notes) counters.add('posts', decision.kind);
    },
  };
}
