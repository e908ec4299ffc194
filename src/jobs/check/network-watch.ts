/** Can any host be reached from this machine? */
import type { CheckResult } from '../../model/check.ts';
import type { Log } from '../../ports/log.ts';
import { budgetKey } from '../../stages/request/request.ts';
import { afterCheck, isNetworkOut, type Unreached } from '../../stages/schedule/network-outage.ts';
import type { RunningConfig } from '../running-config.ts';

export interface NetworkWatch {
  /** @returns whether the network was down at this check */
  note(url: string, result: CheckResult, now: number): boolean;
}

export interface NetworkWatchDeps {
  readonly config: () => RunningConfig;
  /** Reports it to the other processes, for pages and metrics; `undefined` when a host has answered. */
  readonly publish: (outSinceAt: number | undefined, now: number) => Promise<void>;
  readonly log: Log;
}

/** Watches the checks of this process. Logs one line when the network goes down, and one when it is back. */
export function createNetworkWatch({ config, publish, log }: NetworkWatchDeps): NetworkWatch {
  let unreached: Unreached | undefined;
  let isOut = false;
  const hostCounts = new WeakMap<RunningConfig, number>();

  function hostCount(): number {
    const running = config();
    const known = hostCounts.get(running);
    if (known !== undefined) return known;
    const hosts = new Set(running.settings.sources.map(({ url }) => budgetKey(url, 'host')));
    hostCounts.set(running, hosts.size);
    return hosts.size;
  }

  function tell(outSinceAt: number | undefined, now: number): void {
    publish(outSinceAt, now).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'could not store whether the network is down');
    });
  }

  return {
    note: (url, result, now) => {
      unreached = afterCheck(unreached, budgetKey(url, 'host'), result, now);
      const wasOut = isOut;
      isOut = isNetworkOut(unreached, hostCount());
      if (isOut) tell(unreached?.sinceAt, now);
      if (isOut && !wasOut) {
        const hosts = unreached?.hosts.size;
        log.error(
          { hosts },
          'no host can be reached: the network of this machine seems to be down; sources keep their intervals',
        );
      }
      if (wasOut && !isOut) {
        tell(undefined, now);
        log.info({}, 'hosts can be reached again');
      }
      return isOut;
    },
  };
}
