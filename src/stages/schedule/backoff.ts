/** How long is the wait after a failure? */
import { millisecondsInDay } from 'date-fns/constants';
import type { FetchFailure } from '../../model/fetch-outcome.ts';
import type { ParseFailure } from '../../model/feed.ts';
import type { ScheduleSettings } from '../../model/settings.ts';

const JITTER_SHARE = 0.2;

/**
 * Delay before the next check of a failing source: doubled with each failure, up to a day.
 *
 * A transient failure starts from the shortest interval of the source. Other failures (a missing document, a refusal, a bad
 * certificate, a page instead of a feed) start from the default interval, because they rarely end by themselves.
 *
 * @param failures  failed checks in a row, 1 or more
 * @param jitter    0 to 1; adds up to a fifth, so that sources that failed together are not checked together
 * @returns         ms, between `schedule.minMs` and a day (or `schedule.minMs` if that is longer)
 */
export function backoffMs(failures: number, transient: boolean, schedule: ScheduleSettings, jitter: number): number {
  const first = transient ? schedule.minMs : Math.max(schedule.minMs, schedule.defaultMs);
  const doubled = first * 2 ** Math.min(failures - 1, 30);
  return Math.max(schedule.minMs, Math.min(millisecondsInDay, doubled * (1 + JITTER_SHARE * jitter)));
}

/** True for a failure that usually ends by itself. */
export function isTransient(failure: FetchFailure | ParseFailure): boolean {
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
