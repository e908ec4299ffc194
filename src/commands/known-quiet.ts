/** Which hosts asked the running Feedmill for quiet, so that a trial leaves them alone? */
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
  /** By source id: until when a host of the source asked for quiet (Retry-After), epoch ms. */
  readonly untilMs: ReadonlyMap<string, number>;
  /** Why nothing is known, though there may be something to know. */
  readonly problem?: string;
}

/** A Redis that does not answer by then is not waited for: the trial goes on without it. */
const CONNECT_WITHIN_MS = 3_000;

/** Reads from Redis and writes nothing. Where Feedmill has not run yet, nothing is started and nothing is known. */
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
    // The trial asks the address of the config, which may redirect to the one that was adopted for it.
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
