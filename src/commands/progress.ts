/** How do long commands show progress on a terminal? */

/** One line that each call overwrites; undefined clears it. Prints nothing if standard error is not a terminal. */
export function showProgress(text: string | undefined): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text ?? ''}\u001b[K`);
}
