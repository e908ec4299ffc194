/** Is the network of this machine down, rather than the hosts of the sources? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CheckResult } from '../../model/check.ts';
import type { FetchOutcome } from '../../model/fetch-outcome.ts';

/** Hosts that could not be reached since the last response of any host. */
export interface Unreached {
  /** Host -> when it could not be reached last, epoch ms. */
  readonly hosts: ReadonlyMap<string, number>;
  readonly sinceAt: number;
}

/** At least this many different hosts in a row, or half of the configured ones. */
const LEAST_HOSTS = 3;
const MOST_HOSTS = 10;
/** Failures further apart than this are not related: dead hosts are tried now and then. */
const TOGETHER_MS = 10 * millisecondsInMinute;

/** Whether not even a connection to the host was made. */
export function isUnreached(
  result: CheckResult,
): result is { readonly kind: 'no-body'; readonly outcome: Extract<FetchOutcome, { kind: 'failed' }> } {
  if (result.kind !== 'no-body' || result.outcome.kind !== 'failed') return false;
  const { kind } = result.outcome.failure;
  return kind === 'dns' || kind === 'connect';
}

/** @returns undefined once a host has answered in any way */
export function afterCheck(
  before: Unreached | undefined,
  host: string,
  result: CheckResult,
  now: number,
): Unreached | undefined {
  if (!isUnreached(result)) return result.kind === 'no-body' && isInternal(result.outcome) ? before : undefined;
  const recent = [...(before?.hosts ?? [])].filter(([, at]) => now - at <= TOGETHER_MS);
  const sinceAt = recent.length === 0 ? now : (before?.sinceAt ?? now);
  return { hosts: new Map([...recent, [host, now]]), sinceAt };
}

/** An error of ours says nothing about the network. */
function isInternal(outcome: FetchOutcome): boolean {
  return (
    outcome.kind === 'failed' && (outcome.failure.kind === 'internal' || outcome.failure.kind === 'forbidden-address')
  );
}

/** @param configured  number of hosts of all sources */
export function isNetworkOut(unreached: Unreached | undefined, configured: number): boolean {
  if (unreached === undefined) return false;
  return unreached.hosts.size >= Math.min(MOST_HOSTS, Math.max(LEAST_HOSTS, Math.ceil(configured / 2)));
}
