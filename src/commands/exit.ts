/** With which code does the process end? */

export const EXIT = {
  done: 0,
  /** The work was tried and failed. */
  failed: 1,
  /** Wrong words on the command line, or a wrong config. */
  usage: 2,
} as const;
