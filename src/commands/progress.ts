/** How does long work show its progress on a terminal? */

/** One line that each call writes over; undefined clears it. Nothing where standard error is no terminal. */
export function showProgress(text: string | undefined): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text ?? ''}\u001b[K`);
}
