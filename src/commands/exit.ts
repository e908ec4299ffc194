/** Which exit code does the process end with? */
import { ConfigError } from '../model/errors.ts';

export const EXIT = {
  done: 0,
  /** The command ran and failed. */
  failed: 1,
  /** A wrong command line, or an invalid config. */
  usage: 2,
} as const;

/** Of an error that ends a command. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ConfigError ? EXIT.usage : EXIT.failed;
}
