/** How is white space in a text collapsed to single spaces? */

/** White space other than one single space. Most texts have none and are returned as they are. */
const UNEVEN = /\s{2,}|[^\S ]/gu;

/** Replaces each run of white space by one space and trims both ends. */
export function collapsed(text: string): string {
  return text.replace(UNEVEN, ' ').trim();
}
