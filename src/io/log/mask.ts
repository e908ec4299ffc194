/** Which secret keys in the addresses of a log line are masked? */
import { withoutSecretsIn } from '../../syntax/url/redact-url.ts';

/** Depth to which the fields of a log line are searched for addresses. */
export const MOST_DEEP = 4;

/** The fields of a log line with the keys in their addresses masked. */
export function maskedFacts(facts: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, maskedFact(value, depth)]));
}

function maskedFact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutSecretsIn(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => maskedFact(item, depth - 1));
  return Object.getPrototypeOf(value) === Object.prototype ? maskedFacts(value, depth - 1) : value;
}
