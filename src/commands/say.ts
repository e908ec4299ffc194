/** How does a command print a line, a value as JSON, a number with its noun, and text from outside? */
import { onOneLine, withEscapedControls, withoutControls } from '../syntax/text/terminal.ts';

/** Prints to standard output. Safe for any text: what a terminal would obey becomes a space. */
export function say(text: string): void {
  process.stdout.write(`${withoutControls(text)}\n`);
}

/** As `say`, to standard error. */
export function complain(text: string): void {
  process.stderr.write(`${withoutControls(text)}\n`);
}

/** Prints a value as JSON, with escapes for what a terminal would obey. @param indent  spaces */
export function sayJson(value: unknown, indent?: number): void {
  process.stdout.write(`${jsonText(value, indent)}\n`);
}

export function jsonText(value: unknown, indent?: number): string {
  return withEscapedControls(JSON.stringify(value, undefined, indent));
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Text from an origin in one line, without control characters. */
export function plain(text: string): string {
  return onOneLine(text);
}

/** A moment as ISO 8601; anything else as text. */
export function when(at: unknown): string {
  return typeof at === 'number' && Number.isFinite(at) ? new Date(at).toISOString().replace('.000Z', 'Z') : String(at);
}
