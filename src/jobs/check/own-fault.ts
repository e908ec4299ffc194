/** What follows if our own code fails on what an origin or a hub sent? */
import type { CheckResult } from '../../model/check.ts';
import { PublishError, StoreError } from '../../model/errors.ts';
import type { Source } from '../../model/settings.ts';
import type { Log } from '../../ports/log.ts';

/**
 * The outcome of a document that our code cannot take. It would be read again at once, for ever, if the job were tried
 * again: the source is shown as failing instead, and waits longer with each failure.
 *
 * @throws the error itself if it concerns the store or a stop, for the queue
 */
export function ownFault(error: unknown, source: Source, log: Log, signal: AbortSignal): CheckResult {
  if (signal.aborted || error instanceof StoreError || error instanceof PublishError) throw error;
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  log.error({ source: source.id, error: found, stack }, 'a document could not be read by a fault of Feedmill');
  const message = `Feedmill failed on this document (${found}); please report it with the line of the log`;
  return {
    kind: 'no-body',
    outcome: { kind: 'failed', failure: { kind: 'internal', message }, hints: {}, redirects: [] },
  };
}
