/** Which keywords does a comma-separated line contain? */

const COMMA = /[,，、;；]/;

/** Separated by commas, also Chinese ones, but not by spaces: a keyword may have several words. */
export function keywordsOf(text: string): readonly string[] {
  return text.split(COMMA);
}
