/** Which words does a list in one line of text hold? */

const COMMA = /[,，、;；]/;

/** Commas divide them, Chinese ones too; white space does not: a keyword may be several words. */
export function keywordsOf(text: string): readonly string[] {
  return text.split(COMMA);
}
