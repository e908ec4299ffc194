/** What is the current state of the whole system? */
import type { DueCounts, JobCounts, SystemState } from '../../model/system-state.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Posts } from '../../ports/posts.ts';

export interface SystemStateDeps {
  readonly posts: Pick<Posts, 'count'>;
  readonly outbox: Pick<Outbox, 'dirty' | 'bulkCount' | 'behindCount'>;
  readonly due: (now: number) => Promise<DueCounts>;
  readonly failing: () => Promise<number>;
  /** Sources with held entries. */
  readonly held: () => Promise<number>;
  /** Time of the last sweep, epoch ms. */
  readonly sweptAt: () => Promise<number | undefined>;
  readonly networkOutSince: (now: number) => Promise<number | undefined>;
  readonly jobs: () => Promise<JobCounts>;
}

/** A dozen concurrent round trips, independent of the number of sources. @throws StoreError */
export async function systemState(deps: SystemStateDeps, now: number): Promise<SystemState> {
  const [sources, failing, held, posts, touched, rest, behind, sweptAt, networkOutSince, queues] = await Promise.all([
    deps.due(now),
    deps.failing(),
    deps.held(),
    deps.posts.count({ kind: 'all' }),
    deps.outbox.dirty(),
    deps.outbox.bulkCount(),
    deps.outbox.behindCount(),
    deps.sweptAt(),
    deps.networkOutSince(now),
    deps.jobs(),
  ]);
  return {
    sources,
    failing,
    held,
    posts,
    unpublished: touched.length + rest + behind,
    ...(sweptAt !== undefined && { sweepAgeMs: Math.max(0, now - sweptAt) }),
    ...(networkOutSince !== undefined && { networkOutSince }),
    queues,
  };
}
