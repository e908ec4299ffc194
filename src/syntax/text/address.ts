/** Is a text an address, of a page or for mail, and nothing else? */

const PAGE = /^<?(?:(?:https?|ftp|acct):|\/\/|www\.)\S+$/i;
const MAIL = /^<?(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]{2,}>?$/i;
/** A host and a path without a scheme; `A/B` is none. */
const BARE_PAGE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/\S*$/i;

export function isAddress(text: string): boolean {
  return isPageAddress(text) || MAIL.test(text.trim());
}

export function isPageAddress(text: string): boolean {
  const trimmed = text.trim();
  return PAGE.test(trimmed) || BARE_PAGE.test(trimmed);
}
