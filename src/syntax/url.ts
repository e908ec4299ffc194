/** Where does a reference point, and may a reader follow it? */

/** Absolute http(s), with nothing in it that a URL parser would have to repair. */
const CLEAN_HTTP = /^https?:\/\/[^\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\\<>"`{}^]+$/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const HTTP = /^https?:/i;
/** Characters around a reference that nobody meant: white space of any script, controls, zero-width marks. */
const AROUND =
  /^[\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]+|[\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]+$/g;
const LINE_BREAKS = /[\t\n\r]/g;
const SAFE_LINK = /^(?:https?:\/\/[^/?#\\\s]|mailto:[^\0-\x20\x7f])/i;

/**
 * The absolute URL that a reference stands for (RFC 3986 §5; WHATWG URL for http and https).
 *
 * What is absolute already comes back as it was written, IRIs and Chinese paths included; it is serialised anew only
 * where it needs repair (spaces, backslashes, missing slashes). Other schemes (`tag:`, `urn:`, `mailto:`,
 * `javascript:`) come back trimmed: whether to follow them is `isSafeLink`'s question. A host without a scheme
 * (`//host/path`) and without a base is taken for https.
 *
 * @param base  absolute URL; one that is not counts as absent
 * @returns     undefined for an empty reference, one that cannot be a URL, and a relative one without a base
 */
export function resolveUrl(reference: string, base: string | undefined): string | undefined {
  if (CLEAN_HTTP.test(reference) && URL.canParse(reference)) return reference;
  const trimmed = reference.replace(AROUND, '').replace(LINE_BREAKS, '');
  if (trimmed === '') return undefined;
  if (CLEAN_HTTP.test(trimmed)) return URL.canParse(trimmed) ? trimmed : undefined;
  if (SCHEME.test(trimmed) && !HTTP.test(trimmed)) return URL.canParse(trimmed) ? trimmed : undefined;
  const absoluteBase = base?.replace(AROUND, '');
  if (absoluteBase !== undefined && URL.canParse(trimmed, absoluteBase)) return new URL(trimmed, absoluteBase).href;
  const alone = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  return URL.canParse(alone) ? new URL(alone).href : undefined;
}

/**
 * Whether readers may be sent there: http, https and mailto only. Meant for what `resolveUrl` gave; anything relative
 * or with a scheme in disguise is not safe.
 */
export function isSafeLink(url: string): boolean {
  return SAFE_LINK.test(url);
}
