/** Where do the lines of the log go? */
import { pino } from 'pino';
import type { Log } from '../ports/log.ts';
import { withoutSecretsIn } from '../syntax/url/redact-url.ts';

/** Depth to which the facts of a line are searched for addresses. */
const MOST_DEEP = 4;

/** JSON lines on standard error; standard output is for what a command prints. Keys in addresses are masked. */
export function createLog(level: string): Log & ReturnType<typeof pino> {
  return pino(
    {
      level: process.env['FEEDMILL_LOG'] ?? level,
      base: null,
      formatters: { log: (facts) => maskedFacts(facts, MOST_DEEP) },
      hooks: {
        logMethod(parameters, method) {
          const masked = parameters.map((part: unknown) => (typeof part === 'string' ? withoutSecretsIn(part) : part));
          // As many parameters as before, of the same types.
          method.apply(this, masked as typeof parameters);
        },
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** The facts of a line with the keys in their addresses masked. */
export function maskedFacts(facts: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, maskedFact(value, depth)]));
}

function maskedFact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutSecretsIn(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => maskedFact(item, depth - 1));
  return Object.getPrototypeOf(value) === Object.prototype ? maskedFacts(value, depth - 1) : value;
}
