/** How is plain text written inside HTML? */

const IN_TEXT = /[&<>]/;
const IN_ATTRIBUTE = /[&<>"]/;

/** For text between tags: escapes `&`, `<` and `>`; quotes and white space stay as they are. */
export function escapeText(text: string): string {
  if (!IN_TEXT.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** For a value between double quotes. Also escapes angle brackets, because old parsers end the tag there. */
export function escapeAttribute(value: string): string {
  if (!IN_ATTRIBUTE.test(value)) return value;
  return escapeText(value).replaceAll('"', '&quot;');
}
