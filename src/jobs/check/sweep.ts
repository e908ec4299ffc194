/** What is due now: sources to check, and dirty keys to publish? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { Checks, DueSource } from '../../ports/checks.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { JobQueue } from '../../ports/queue.ts';
import { BULK_KEY, COPIES_KEY } from '../publish/publish.ts';
import type { RunningConfig } from '../running-config.ts';
import { budgetOf } from './check-source.ts';

/** Sources claimed per step; a step is one round trip, however many sources are not due. */
const CLAIM_BATCH = 500;

/** At most this many checks wait for a worker; further due sources stay due, in their order. */
const MOST_WAITING = 20_000;

/**
 * Lease of a claimed source: if its check never ends, it is due again after this. Longer than any check with its
 * retries.
 */
export const CHECK_LEASE_MS = 5 * millisecondsInMinute;

export interface SweepDeps {
  readonly config: () => RunningConfig;
  readonly checks: Checks;
  readonly outbox: Outbox;
  readonly queue: JobQueue;
}

export interface SweepResult {
  readonly due: number;
  readonly touched: number;
}

/** May run twice at the same time: each source is claimed once, and waiting jobs are not added again. */
export async function sweep({ config, checks, outbox, queue }: SweepDeps, now: number): Promise<SweepResult> {
  const room = MOST_WAITING - (await queue.refreshBacklog());
  let due = 0;
  while (due < room) {
    const claimed = await checks.claimDue(now, CLAIM_BATCH, CHECK_LEASE_MS);
    if (claimed.length > 0) await queue.addRefreshes(byHost(claimed, config()));
    due += claimed.length;
    if (claimed.length < CLAIM_BATCH) break;
  }
  const [touched, rest, behind] = await Promise.all([outbox.dirty(), outbox.bulkCount(), outbox.behindCount()]);
  const keys = [...touched.map(({ key }) => key), ...(rest > 0 ? [BULK_KEY] : []), ...(behind > 0 ? [COPIES_KEY] : [])];
  if (keys.length > 0) await queue.addPublishes(keys);
  return { due, touched: touched.length + rest };
}

/** Sources of one host side by side, so that one worker asks them one after another; hosts by their first due source. */
function byHost(claimed: readonly DueSource[], plan: RunningConfig): readonly DueSource[] {
  const hosts = new Map<string, DueSource[]>();
  for (const due of claimed) {
    const host = budgetOf(due, plan)?.key ?? '';
    const others = hosts.get(host);
    if (others === undefined) hosts.set(host, [due]);
    else others.push(due);
  }
  return [...hosts.values()].flat();
}
