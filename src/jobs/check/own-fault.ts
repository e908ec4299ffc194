/** What happens if our own code fails on a document of an origin or a hub? */
import type { CheckResult } from '../../model/check.ts';
import { PublishError, StoreError } from '../../model/errors.ts';
import type { Source } from '../../model/settings.ts';
import type { Log } from '../../ports/log.ts';

/**
 * The outcome of a document on which our code fails. Retrying the job would fail again and again: the source is shown
 * as failing instead, and waits longer after each failure.
 *
 * @throws the error itself if it comes from the store or from a stop, for the queue
 */
export function ownFault(error: unknown, source: Source, log: Log, signal: AbortSignal): CheckResult {
  if (signal.aborted || error instanceof StoreError || error instanceof PublishError) throw error;
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  log.error({ source: source.id, error: found, stack }, 'a document could not be read because of an error in Feedmill');
  const message = `Feedmill failed on this document (${found}); please report it with the line of the log`;
  return {
    kind: 'no-body',
    outcome: { kind: 'failed', failure: { kind: 'internal', message }, hints: {}, redirects: [] },
  };
}
