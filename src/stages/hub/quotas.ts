/** Which party do requests, slots and subscriptions of our hub count for, and how many may each have? */
import { isIP } from 'node:net';
import { millisecondsInMinute } from 'date-fns/constants';
import { registrableDomain } from '../../syntax/url/registrable-domain.ts';
import type { HubCapacity, Quota } from '../../model/hub-subscription.ts';
import { addressNetwork } from '../../syntax/http/ip-address.ts';

/**
 * Requests in a minute. The limits of the requester and of the callback's domain come before the limit for all parties.
 */
export const REQUESTS_WINDOW_MS = millisecondsInMinute;
const REQUESTS = { perRequester: 600, perDomain: 300, together: 3_000 } as const;

/** Verifications that wait or run. */
const WAITING = { perHost: 20, perDomain: 100, together: 1_000 } as const;

/** Concurrent requests to callbacks, over all workers. */
const VERIFYING = { perHost: 2, perDomain: 4 } as const;
const DELIVERING = { perDomain: 4, perAddress: 8, failingPerDomain: 1, failingTogether: 16 } as const;

/** A reading service may subscribe for a thousand people; one party must not use up all places. */
const SUBSCRIPTIONS = { perDomain: 1_000, perAddress: 2_000, perRequester: 5_000 } as const;
export const CAPACITY: HubCapacity = {
  altogether: 20_000,
  /** Places reserved for parties with few subscriptions. */
  reserved: 4_000,
  few: 20,
};

/** @param requester  address of the client that asks */
export function requestQuotas(callback: string, requester: string): readonly Quota[] {
  return [
    { name: `requester ${addressNetwork(requester)}`, most: REQUESTS.perRequester },
    { name: `domain ${domainOf(callback)}`, most: REQUESTS.perDomain },
  ];
}

export const ALL_REQUESTS: Quota = { name: 'all', most: REQUESTS.together };

export function waitingQuotas(callback: string): readonly Quota[] {
  return [
    { name: 'all', most: WAITING.together },
    { name: `domain ${domainOf(callback)}`, most: WAITING.perDomain },
    { name: `host ${new URL(callback).host}`, most: WAITING.perHost },
  ];
}

export function verifyingQuotas(callback: string): readonly Quota[] {
  return [
    { name: `verify domain ${domainOf(callback)}`, most: VERIFYING.perDomain },
    { name: `verify host ${new URL(callback).host}`, most: VERIFYING.perHost },
  ];
}

/**
 * A callback that has failed gets one slot, and shares a few with all others that have failed: it may be slow again.
 */
export function deliveringQuotas(callback: string, addresses: readonly string[], failures: number): readonly Quota[] {
  const domain = domainOf(callback);
  return [
    { name: `deliver domain ${domain}`, most: DELIVERING.perDomain },
    ...networksOf(addresses).map((address) => ({ name: `deliver address ${address}`, most: DELIVERING.perAddress })),
    ...(failures > 0
      ? [
          { name: `deliver failing ${domain}`, most: DELIVERING.failingPerDomain },
          { name: 'deliver failing', most: DELIVERING.failingTogether },
        ]
      : []),
  ];
}

/**
 * @param addresses  addresses of the callback's host
 * @param requester  address of the client that asked; empty if unknown
 */
export function subscriptionQuotas(
  callback: string,
  addresses: readonly string[],
  requester: string,
): readonly Quota[] {
  return [
    { name: `domain ${domainOf(callback)}`, most: SUBSCRIPTIONS.perDomain },
    ...networksOf(addresses).map((address) => ({ name: `address ${address}`, most: SUBSCRIPTIONS.perAddress })),
    ...(requester === '' ? [] : [{ name: `requester ${addressNetwork(requester)}`, most: SUBSCRIPTIONS.perRequester }]),
  ];
}

function networksOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map(addressNetwork))];
}

/** Ports are ignored: they all belong to one party. */
function domainOf(callback: string): string {
  const hostname = new URL(callback).hostname.replace(/^\[|\]$/gu, '');
  return isIP(hostname) === 0 ? registrableDomain(hostname) : hostname;
}
