/** Is a text a web address? */

/** Whether the text is an absolute http or https URL. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//iu.test(text) && URL.canParse(text);
}
