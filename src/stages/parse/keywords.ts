/** Which words does a list in one line of text hold? */

const COMMA = /[,，、]/;

/** Commas divide them, Chinese ones too; where there are none, white space does. */
export function keywordsOf(text: string): readonly string[] {
  return COMMA.test(text) ? text.split(COMMA) : text.trim().split(/\s+/);
}
