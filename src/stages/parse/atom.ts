/** Where are the feed and the entries of an Atom document (0.3 and 1.0)? */
import type { XmlElement } from '../../syntax/xml.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel } from './channel.ts';
import type { ReadContext } from './context.ts';
import { filledAttribute, placeOf } from './elements.ts';
import type { Place } from './elements.ts';
import { readItems } from './items.ts';
import { alternateLink, linksOf, linkWith } from './links.ts';

const EMPTY: Pick<XmlElement, 'attributes' | 'children' | 'text' | 'at' | 'closed'> = {
  attributes: [],
  children: [],
  text: '',
  at: 0,
  closed: true,
};

/** @param root  the feed, or an entry that stands alone (RFC 4287 §2) */
export function readAtom(root: XmlElement, context: ReadContext): CanonicalFeed {
  if (root.name === 'atom:entry') return readAtom({ ...EMPTY, name: 'atom:feed', children: [root] }, context);
  const place = withSelf(root, placeOf(root, { base: context.url, language: undefined }));
  const entries = root.children.filter(({ name }) => name === 'atom:entry' || name === 'item');
  const items = readItems(entries, place, context);
  const version = filledAttribute(root, 'version') ?? '1.0';
  return readChannel({ format: 'atom', version, channel: root, place }, items, context);
}

/** Without an address of the document and without xml:base, the feed's own links have to do. */
function withSelf(root: XmlElement, place: Place): Place {
  if (place.base !== undefined) return place;
  const links = linksOf(root, { base: undefined, language: undefined });
  return { ...place, base: alternateLink(links) ?? linkWith(links, 'self') };
}
