/** What every test of the fetcher needs. */
import type { FetchOutcome } from '../../../src/model/fetch-outcome.ts';
import type { FetchSettings } from '../../../src/model/settings.ts';
import type { Fetcher, FetchRequest } from '../../../src/ports/fetch.ts';

/** Short timeouts; loopback is open. */
export const SETTINGS: FetchSettings = {
  concurrency: 1,
  host: { concurrency: 1, delayMs: 0, scope: 'host' },
  timeoutMs: 10_000,
  connectTimeoutMs: 2000,
  headersTimeoutMs: 2000,
  bodyTimeoutMs: 2000,
  maxBodyBytes: 1024 * 1024,
  allow: ['127.0.0.0/8', '::1/128'],
};

export function get(
  fetcher: Fetcher,
  url: string,
  more: Partial<Omit<FetchRequest, 'settings'>> & { readonly settings?: Partial<FetchSettings> } = {},
): Promise<FetchOutcome> {
  const request = { url, headers: {}, ...more, settings: { ...SETTINGS, ...more.settings } };
  return fetcher.fetch(request, new AbortController().signal);
}

/** The body as text; fails the test where there is none. */
export function textOf(outcome: FetchOutcome): string {
  if (outcome.kind !== 'body') throw new Error(`no body: ${JSON.stringify(outcome)}`);
  return new TextDecoder().decode(outcome.body);
}

/** The failure; fails the test where there is none. */
export function failureOf(outcome: FetchOutcome) {
  if (outcome.kind !== 'failed') throw new Error(`no failure: ${JSON.stringify({ ...outcome, body: undefined })}`);
  return outcome.failure;
}
