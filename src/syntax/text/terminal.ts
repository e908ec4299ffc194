/** What does a terminal obey instead of showing it: control characters (ECMA-48), and characters that turn the direction of text? */

const OBEYED = '\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const CONTROLS = new RegExp(`[${OBEYED}]`, 'gu');
const CONTROLS_AND_BREAKS = new RegExp(`[\\n${OBEYED}]+`, 'gu');
/** Red, green, yellow, and the end of each. */
const COLOURS_AND_CONTROLS = new RegExp(`(\\u001b\\[3[1239]m)|[${OBEYED}]`, 'gu');

/** Spaces in their place; lines and colours stay. */
export function withoutControls(text: string): string {
  return text.replace(COLOURS_AND_CONTROLS, (_control, colour: string | undefined) => colour ?? ' ');
}

/** The text in one line. */
export function onOneLine(text: string): string {
  return text.replace(CONTROLS_AND_BREAKS, ' ').trim();
}

/** JSON with the same meaning. @param json  as `JSON.stringify` writes it: it has escaped the characters below U+0020 */
export function withEscapedControls(json: string): string {
  return json.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
