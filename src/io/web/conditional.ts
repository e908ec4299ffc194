/** Has this reader got the newest version already? */

const ENTITY_TAG = /(?:W\/)?"([^"]*)"/gu;
/** What the compressed forms add to the tag of a document. */
const FORM = /-(?:gzip|br)$/u;

/**
 * The opaque parts of an If-None-Match list, without the marks of compressed forms; `*` for any (RFC 9110 §13.1.2).
 * A tag that came without its quotes counts too: some readers lose them.
 */
export function knownTags(ifNoneMatch: string): readonly string[] {
  const text = ifNoneMatch.trim();
  if (text === '*') return ['*'];
  const quoted = [...text.matchAll(ENTITY_TAG)].map(([, tag = '']) => tag.replace(FORM, ''));
  return quoted.length > 0 ? quoted : [text.replace(FORM, '')];
}

/** Whether a document of that time is not newer than If-Modified-Since says (RFC 9110 §13.1.3). */
export function isUnmodified(ifModifiedSince: string, modifiedAt: number): boolean {
  const since = Date.parse(ifModifiedSince);
  // Documents without a time of their own have nothing to compare.
  return modifiedAt > 0 && !Number.isNaN(since) && modifiedAt <= since;
}

/** The part of an ETag between its quotes. */
export function opaque(etag: string): string {
  return etag.slice(1, -1);
}
