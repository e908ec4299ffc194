/** Does this reader have the latest version already? */

const ENTITY_TAG = /(?:W\/)?"([^"]*)"/gu;
/** Suffixes of the compressed forms in the tag of a document. */
const FORM = /-(?:gzip|br)$/u;

/**
 * The opaque parts of an If-None-Match list, without the suffixes of compressed forms; `*` for any (RFC 9110 §13.1.2).
 * A tag that came without its quotes counts too: some readers lose them.
 */
export function knownTags(ifNoneMatch: string): readonly string[] {
  const text = ifNoneMatch.trim();
  if (text === '*') return ['*'];
  const quoted = [...text.matchAll(ENTITY_TAG)].map(([, tag = '']) => tag.replace(FORM, ''));
  return quoted.length > 0 ? quoted : [text.replace(FORM, '')];
}

/** Whether a document with this time is not newer than If-Modified-Since (RFC 9110 §13.1.3). */
export function isUnmodified(ifModifiedSince: string, modifiedAt: number): boolean {
  const since = Date.parse(ifModifiedSince);
  // Documents without a time cannot be compared.
  return modifiedAt > 0 && !Number.isNaN(since) && modifiedAt <= since;
}

/** The part of an ETag between its quotes. */
export function opaque(etag: string): string {
  return etag.slice(1, -1);
}
