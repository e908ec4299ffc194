/** How does a command say a line, a number of things, and what somebody else wrote? */

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** What an origin wrote, on one line: it moves no cursor and rings no bell. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]+/gu, ' ').trim();
}
