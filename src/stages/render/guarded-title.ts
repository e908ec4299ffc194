/** How is a title written so that every reader shows it in the same way? */
import { decodeHTML } from 'entities';

/** Default-ignorable (Unicode 5.2.2): a reader shows nothing for it. */
const ZERO_WIDTH_NON_JOINER = '\u200c';

/**
 * A title that shows as it was meant in a reader that takes titles for plain text, and in one that takes them for HTML:
 * RSS does not say which they are. If HTML would see a tag or a character reference, a zero-width character after its
 * first character prevents this (HTML §13.2.5.6 and §13.2.5.72). Other titles are written as they are.
 */
export function guardedTitle(plain: string): string {
  return guardedReferences(plain.replace(TAG_START, `<${ZERO_WIDTH_NON_JOINER}`));
}

/** For JSON Feed, whose titles are plain, although many readers decode character references in them. */
export function guardedReferences(plain: string): string {
  return plain.replace(REFERENCE, (reference) =>
    decodeHTML(reference) === reference ? reference : `&${ZERO_WIDTH_NON_JOINER}${reference.slice(1)}`,
  );
}

const TAG_START = /<(?=[a-z/!?])/giu;
const REFERENCE = /&#?[a-z0-9]+;?/giu;
