/** Which lines does a piece of markup show? Computed once for each piece and cached. */
import { htmlToLines, joinLines } from './text.ts';

interface Html {
  readonly html: string;
}

const lines = new WeakMap<Html, string>();

/** As `htmlToLines`; cached as long as the object that contains the markup. */
export function visibleLines(markup: Html): string {
  const known = lines.get(markup);
  if (known !== undefined) return known;
  const found = htmlToLines(markup.html);
  lines.set(markup, found);
  return found;
}

/** As `htmlToText`. */
export function visibleTextOf(markup: Html): string {
  return joinLines(visibleLines(markup));
}
