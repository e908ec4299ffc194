/** Which images does a `srcset` list (HTML Living Standard §4.8.4.2.1), without the unsafe ones? */

const DESCRIPTOR = /^\d+(?:\.\d+)?[wxh]$/;

interface Candidate {
  readonly reference: string;
  readonly descriptors: readonly string[];
}

/**
 * @param safe  the absolute URL of a reference; undefined if it must not be loaded
 * @returns     undefined if no candidate is left
 */
export function safeSrcset(value: string, safe: (reference: string) => string | undefined): string | undefined {
  const kept = candidates(value).flatMap(({ reference, descriptors }) => {
    const url = safe(reference);
    if (url === undefined || !descriptors.every((descriptor) => DESCRIPTOR.test(descriptor))) return [];
    // A comma at the end of a URL would be read as the end of the candidate.
    return [[url.replace(/(?<!,),+$/, (commas) => '%2C'.repeat(commas.length)), ...descriptors].join(' ')];
  });
  return kept.length === 0 ? undefined : kept.join(', ');
}

/** A URL extends to white space or to a comma at its end, so commas inside URLs do no harm. */
function candidates(value: string): Candidate[] {
  const found: Candidate[] = [];
  const pattern = /[\s,]*([^\s,]\S*)([^,]*)/y;
  for (;;) {
    const match = pattern.exec(value);
    if (match?.[1] === undefined) return found;
    const reference = match[1].replace(/(?<!,),+$/, '');
    if (reference === match[1]) {
      found.push({
        reference,
        descriptors: (match[2] ?? '')
          .trim()
          .split(/\s+/)
          .filter((word) => word !== ''),
      });
    } else {
      found.push({ reference, descriptors: [] });
      pattern.lastIndex = match.index + match[0].length - (match[2] ?? '').length;
    }
  }
}
