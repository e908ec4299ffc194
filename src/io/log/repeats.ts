/** How does the log stay readable if an error repeats many times a second? */
import type { Log } from '../../ports/log.ts';
import { redisRefusal } from '../../syntax/redis-refusal.ts';

/** Interval at which a lasting error is reported again. */
const EVERY_MS = 60_000;
/** An error that did not occur for this long is over. */
const OVER_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 5_000;
/** Most different errors that are remembered. */
const MOST = 1_000;

interface Fault {
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly facts: object;
  readonly beganAt: number;
  lastAt: number;
  reportedAt: number;
  /** Since it was last reported. */
  unreported: number;
  total: number;
}

/**
 * For warnings and errors: one line when an error begins, one a minute with a count while it lasts, one when it is
 * over. Lines about different queues, sources or addresses are different errors. A warning that becomes an error is
 * reported again immediately, with its new text.
 *
 * @param now  ms on a clock that never goes back
 */
export function limitRepeats(log: Log, now: () => number = () => performance.now()): Log {
  const faults = new Map<string, Fault>();
  let looking: NodeJS.Timeout | undefined;

  function note(level: 'warn' | 'error', facts: object, message: string): void {
    const key = keyOf(level, facts, message);
    if (key === undefined) {
      log[level](facts, message);
      return;
    }
    const at = now();
    const known = faults.get(key);
    const isWorse = known?.level === 'warn' && level === 'error';
    if (known !== undefined && !isWorse) {
      known.lastAt = at;
      known.unreported += 1;
      known.total += 1;
      return;
    }
    log[level](facts, message);
    const [oldest] = faults.keys();
    if (faults.size >= MOST && oldest !== undefined) faults.delete(oldest);
    faults.set(key, { level, message, facts, beganAt: at, lastAt: at, reportedAt: at, unreported: 0, total: 1 });
    looking ??= setInterval(look, LOOK_EVERY_MS).unref();
  }

  function look(): void {
    const at = now();
    for (const [key, fault] of faults) {
      if (at - fault.lastAt >= OVER_AFTER_MS) {
        faults.delete(key);
        if (fault.total === 1) continue;
        const seconds = Math.round((fault.lastAt - fault.beganAt) / 1_000);
        log.info(
          { ...fault.facts, times: fault.total, seconds },
          `over since ${Math.round((at - fault.lastAt) / 1_000)} s: ${fault.message}`,
        );
      } else if (at - fault.reportedAt >= EVERY_MS && fault.unreported > 0) {
        log[fault.level]({ ...fault.facts, times: fault.unreported }, `still: ${fault.message}`);
        fault.reportedAt = at;
        fault.unreported = 0;
      }
    }
    if (faults.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  return {
    debug: (facts, message) => {
      log.debug(facts, message);
    },
    info: (facts, message) => {
      log.info(facts, message);
    },
    warn: (facts, message) => {
      note('warn', facts, message);
    },
    error: (facts, message) => {
      note('error', facts, message);
    },
  };
}

/**
 * Key by which two lines report the same error; undefined for lines that report no runtime error, such as one about
 * the config.
 */
function keyOf(level: string, facts: object, message: string): string | undefined {
  const { error, err, queue, source, address, url, key, name }: Readonly<Record<string, unknown>> = { ...facts };
  const found = [error, err instanceof Error ? err.message : undefined]
    .filter((text) => typeof text === 'string')
    .join(' ');
  const refusal = redisRefusal(`${found} ${message}`);
  if (refusal !== undefined) return `redis ${refusal}`;
  const named = [queue, source, address, url, key, name].filter((value) => typeof value === 'string');
  return found === '' && named.length === 0 ? undefined : [level, message, ...named].join('|');
}
