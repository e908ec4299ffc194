/** What happens if Redis loses its data, if the clock is set back, or if the sweep stops? */
import { setClockBack } from '../jobs/check/clock-set-back.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import type { Log } from '../ports/log.ts';
import { isSetBackDue } from '../stages/schedule/clock-set-back.ts';
import type { Stores } from './stores.ts';

const LOOK_EVERY_MS = 2_000;
/** The sweep runs every second; after this silence it is scheduled again. */
const SWEEP_SILENT_MS = 10_000;

export interface WatchStoreDeps {
  readonly config: () => RunningConfig;
  readonly stores: Pick<Stores, 'checks' | 'queues' | 'status' | 'sourceSubscriptions' | 'importMark'>;
  /** False while another process runs a later config of the site: that process then owns the schedule. */
  readonly isLatest: () => Promise<boolean>;
  /** @throws PublishError */
  readonly tendCopies: () => Promise<void>;
  /** Brings the store in line with the running config. */
  readonly reconcile: () => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

/** Checks every two seconds, one check at a time. @returns a function that stops it, after a running check has ended */
export function watchStore(deps: WatchStoreDeps): () => Promise<void> {
  const { config, stores, isLatest, tendCopies, reconcile, now, log } = deps;
  const { checks, queues, status, sourceSubscriptions, importMark } = stores;
  const clockOf = () => now() - performance.now();
  let clock = clockOf();
  let setBackAt = Number.NEGATIVE_INFINITY;
  let scheduledAt = performance.now();
  let wasEmptied = false;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    // The schedule is being replaced, and all work pauses.
    if ((await importMark.underWay()) !== undefined) return;
    const sweptAt = await status.sweptAt();
    const stepMs = clock - clockOf();
    clock = clockOf();
    const at = performance.now();
    if (isSetBackDue(stepMs, sweptAt, at - setBackAt, now())) {
      setBackAt = at;
      await setBack(Math.max(stepMs, (sweptAt ?? 0) - now()));
    }
    await refill();
    await tendCopies().catch((error: unknown) => {
      log.warn(
        { error: String(error) },
        'a copy of the site cannot be reached; it is filled as soon as it can be reached again',
      );
    });
    const silentMs = Math.min(Math.abs(now() - (sweptAt ?? 0)), at - scheduledAt);
    if (silentMs < SWEEP_SILENT_MS) return;
    log.warn({ silentMs: Math.round(silentMs) }, 'the sweep has stopped; scheduling it again');
    scheduledAt = at;
    await schedule();
  }

  async function setBack(aheadMs: number): Promise<void> {
    const moved = await setClockBack(config(), checks, now());
    await queues.clockSetBack(now());
    await sourceSubscriptions.touch(await sourceSubscriptions.all(), now());
    await status.swept(now());
    log.warn(
      { aheadSeconds: Math.round(aheadMs / 1_000), sources: moved },
      'the clock was set back, or the clock of another worker is ahead; what was scheduled by it is scheduled again',
    );
  }

  /** Twice in a row, so that a config that is just taking effect is not mistaken for a loss. */
  async function refill(): Promise<void> {
    const wanted = config().sources.size;
    const scheduled = await checks.count();
    const isEmptied = scheduled < wanted;
    if (isEmptied && wasEmptied && (await isLatest())) {
      log.error(
        { scheduled, sources: wanted },
        'Redis has lost data: sources are missing from the schedule; adding them again',
      );
      await reconcile();
      await schedule();
    }
    wasEmptied = isEmptied && !wasEmptied;
  }

  async function schedule(): Promise<void> {
    await queues.scheduleSweep();
    await queues.scheduleRetention();
  }

  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => {
        log.warn({ error: String(error) }, 'could not check the schedule; trying again');
      })
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
