/** Which hosts asked the running Feedmill to wait (Retry-After), so that a trial does not request them? */
import { createLog } from '../io/log/log.ts';
import { connectRedis, NoDataError } from '../io/redis/connect.ts';
import { createChecks } from '../io/store/checks.ts';
import { createHostBudgets } from '../io/store/host-budgets.ts';
import { StoreError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { sourceAddress } from '../model/source-address.ts';
import { FIRST_STATE } from '../model/source-state.ts';
import { budgetKey } from '../stages/request/request.ts';

export interface KnownQuiet {
  /** By source id: until when the host of the source asked to wait (Retry-After), epoch ms. */
  readonly untilMs: ReadonlyMap<string, number>;
  /** Why this could not be found out. */
  readonly problem?: string;
}

/** A Redis that does not answer within this time is ignored: the trial continues without it. */
const CONNECT_WITHIN_MS = 3_000;

/** Reads from Redis and writes nothing. If Feedmill has not run yet, it starts nothing and returns nothing. */
export async function knownQuiet(settings: Settings, now: number): Promise<KnownQuiet> {
  try {
    return { untilMs: await quietSources(settings, now) };
  } catch (error) {
    if (error instanceof NoDataError) return { untilMs: new Map() };
    if (error instanceof StoreError) return { untilMs: new Map(), problem: error.message };
    throw error;
  }
}

async function quietSources({ redis: at, sources }: Settings, now: number): Promise<ReadonlyMap<string, number>> {
  const options = { shared: true, mayCreate: false, startTimeoutMs: CONNECT_WITHIN_MS };
  const redis = await connectRedis(at, createLog('warn'), options);
  try {
    const prefix = `${redis.prefix}:`;
    const states = await createChecks(redis.client, prefix).read(sources.map(({ id }) => id));
    // The trial requests the address of the config, which may redirect to the one that was adopted for it.
    const asked = sources.flatMap((source, index) => {
      const addresses = new Set([source.url, sourceAddress(source, states[index] ?? FIRST_STATE)]);
      return [...addresses].map((url) => ({ id: source.id, key: budgetKey(url, source.fetch.host.scope) }));
    });
    const waits = await createHostBudgets(redis.client, prefix).waits(
      asked.map(({ key }) => key),
      now,
    );
    const untilMs = new Map<string, number>();
    asked.forEach(({ id }, index) => {
      const restsUntil = waits[index]?.restsUntil;
      if (restsUntil !== undefined) untilMs.set(id, Math.max(restsUntil, untilMs.get(id) ?? 0));
    });
    return untilMs;
  } finally {
    await redis.close();
  }
}
