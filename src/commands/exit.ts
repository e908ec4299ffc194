/** Which exit code does the process end with? */

export const EXIT = {
  done: 0,
  /** The command ran and failed. */
  failed: 1,
  /** A wrong command line, or an invalid config. */
  usage: 2,
} as const;
