/** How long do we wait after a failure? */
import type { FetchFailure } from '../../model/fetch-outcome.ts';
import type { ParseFailure } from '../../model/feed.ts';
import type { ScheduleSettings } from '../../model/settings.ts';

const DAY_MS = 86_400_000;
const JITTER_SHARE = 0.2;

/**
 * Delay before the next check of a failing source: doubled with each failure, and never the last word.
 *
 * A fault that tends to pass by itself starts from the shortest interval that the source may have, any other (a missing document,
 * a refusal, a bad certificate, a page instead of a feed) from the default one: asking sooner would not mend it.
 *
 * @param failures  failed checks in a row, 1 or more
 * @param jitter    0 to 1; makes the wait up to a fifth longer, so that sources which failed together do not come back together
 * @returns         ms, between `schedule.minMs` and a day (or `schedule.minMs`, where that is more)
 */
export function backoffMs(failures: number, passing: boolean, schedule: ScheduleSettings, jitter: number): number {
  const first = passing ? schedule.minMs : Math.max(schedule.minMs, schedule.defaultMs);
  const doubled = first * 2 ** Math.min(failures - 1, 30);
  return Math.max(schedule.minMs, Math.min(DAY_MS, doubled * (1 + JITTER_SHARE * jitter)));
}

/** Whether a fault tends to pass by itself. */
export function isPassing(failure: FetchFailure | ParseFailure): boolean {
  switch (failure.kind) {
    case 'timeout':
    case 'dns':
    case 'connect':
    case 'cut-off':
    case 'protocol':
    case 'bad-encoding':
    case 'empty':
      return true;
    case 'http-status':
      return (failure.status ?? 0) >= 500;
    case 'tls':
    case 'challenge':
    case 'too-large':
    case 'too-many-redirects':
    case 'redirect-loop':
    case 'bad-redirect':
    case 'forbidden-address':
    case 'internal':
    case 'not-a-feed':
    case 'html':
    case 'malformed':
    case 'unknown-charset':
    case 'limit':
      return false;
  }
}
