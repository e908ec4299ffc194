/** How long is the wait in a Retry-After header? */
import { parseHttpDate } from './http-date.ts';

/**
 * Wait in ms from a Retry-After value (RFC 9110 §10.2.3): seconds, or an HTTP date relative to `dateMs`.
 *
 * @param dateMs  epoch ms of the response, from its Date header if present, so that a wrong clock there does no harm
 * @returns       0 or more; `undefined` for any other text
 */
export function parseRetryAfter(value: string, dateMs: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = parseHttpDate(text);
  return at === undefined ? undefined : Math.max(0, at - dateMs);
}
