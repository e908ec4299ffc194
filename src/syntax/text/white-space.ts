/** How does white space in a text become single spaces? */

/** White space that is not one single space already: most is, and need not be written anew. */
const UNEVEN = /\s{2,}|[^\S ]/gu;

/** Each run of white space as one space, none at either end. */
export function collapsed(text: string): string {
  return text.replace(UNEVEN, ' ').trim();
}
