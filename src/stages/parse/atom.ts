/** Where are the feed and the entries of an Atom document (0.3 and 1.0)? */
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel, withHome } from './channel.ts';
import type { ReadContext } from './context.ts';
import { filledAttribute, placeOf } from './elements.ts';
import type { Place } from './elements.ts';
import { entriesOf, readItems } from './items.ts';
import { alternateLink, linksOf, linkWith } from './links.ts';

export function readAtom(root: XmlElement, context: ReadContext): CanonicalFeed {
  const place = withHome(root, withSelf(root, placeOf(root, { base: context.url, language: undefined })));
  const items = readItems(entriesOf(root), place, context);
  const version = filledAttribute(root, 'version') ?? '1.0';
  return readChannel({ format: 'atom', version, channel: root, place }, items, context);
}

/** If neither the document's address nor an xml:base is known, the feed's own links are the base. */
function withSelf(root: XmlElement, place: Place): Place {
  if (place.base !== undefined) return place;
  const links = linksOf(root, { base: undefined, language: undefined });
  return { ...place, base: alternateLink(links) ?? linkWith(links, 'self') };
}
