/** What expires regularly, by age or by number? */
import { expirePosts } from '../jobs/ingest/expire-posts.ts';
import { forgetEntries } from '../jobs/ingest/forget-entries.ts';
import { discardOld } from '../jobs/operator/held-entries.ts';
import { purgeRemovedSources } from '../jobs/operator/purge-source.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import type { Trace } from '../ports/trace.ts';
import type { Stores } from './stores.ts';

/** Most batches of posts that one run expires; the next run is in ten minutes, or the next `feedmill once`. */
const EXPIRE_BATCHES = 20;
/** Most hub subscriptions that one run expires. */
const EXPIRED_SUBSCRIPTIONS = 5_000;

export interface ExpireOldDeps {
  readonly config: () => RunningConfig;
  readonly stores: Pick<
    Stores,
    'hubSubscriptions' | 'held' | 'posts' | 'trace' | 'entryMemory' | 'outbox' | 'assigned'
  >;
  /** For held entries. */
  readonly trace: Trace;
  readonly now: () => number;
}

/**
 * Expires posts, posts of removed sources, held entries, hub subscriptions and records of entries. Bounded work; may
 * be repeated.
 */
export async function expireOld({ config, stores, trace, now }: ExpireOldDeps): Promise<void> {
  const { hubSubscriptions, held, posts, entryMemory, outbox, assigned } = stores;
  await hubSubscriptions.expire(now(), EXPIRED_SUBSCRIPTIONS);
  await discardOld(config().settings.keep.postsMs, { held, trace }, now());
  await purgeRemovedSources(config().settings, { posts, outbox, assigned }, now());
  for (let batch = 0; batch < EXPIRE_BATCHES; batch += 1) {
    const { more } = await expirePosts(config().settings, { posts, trace: stores.trace }, now());
    if (!more) break;
  }
  await forgetEntries(config().settings, entryMemory, now());
}
