/** How does a command say a line, and a number of things? */

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
