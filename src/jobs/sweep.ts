/** What is due now? Sources to be checked, and feeds to be published because a post of theirs was touched. */
import type { Checks, JobQueue, Outbox } from '../ports.ts';
import { REST_KEY } from './publish.ts';

/** Sources claimed in one step; a step is one round trip, whatever the number of sources that are not due. */
const CLAIM_BATCH = 500;

/** The most claimed by one sweep: the next one is a second away. */
const MOST_CLAIMED = 20_000;

/** A claimed source whose check never ends is due again after this; longer than any check and its retries may take. */
export const CHECK_LEASE_MS = 5 * 60_000;

export interface SweepDeps {
  readonly checks: Checks;
  readonly outbox: Outbox;
  readonly queue: JobQueue;
}

export interface Swept {
  readonly due: number;
  readonly touched: number;
}

/** May run twice at once: what is claimed is claimed once, and what waits in the queue is not added again. */
export async function sweep({ checks, outbox, queue }: SweepDeps, now: number): Promise<Swept> {
  let due = 0;
  while (due < MOST_CLAIMED) {
    const claimed = await checks.claimDue(now, CLAIM_BATCH, CHECK_LEASE_MS);
    if (claimed.length > 0) await queue.addRefreshes(claimed);
    due += claimed.length;
    if (claimed.length < CLAIM_BATCH) break;
  }
  const [touched, rest] = await Promise.all([outbox.touched(), outbox.restCount()]);
  const keys = [...touched.map(({ key }) => key), ...(rest > 0 ? [REST_KEY] : [])];
  if (keys.length > 0) await queue.addPublishes(keys);
  return { due, touched: touched.length + rest };
}
