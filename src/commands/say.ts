/** How does a command print a line, a number with its noun, and text from outside? */

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Text from an origin in one line, without control characters. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]+/gu, ' ').trim();
}

/** A moment as ISO 8601; anything else as text. */
export function when(at: unknown): string {
  return typeof at === 'number' && Number.isFinite(at) ? new Date(at).toISOString().replace('.000Z', 'Z') : String(at);
}
