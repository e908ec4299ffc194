/** Where are the channel and the items of an RSS document (0.91 to 2.0)? */
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel, withHome } from './channel.ts';
import type { ReadContext } from './context.ts';
import { baseOf, child, filledAttribute, firstOf, placeOf } from './elements.ts';
import type { Place } from './elements.ts';
import { entriesOf, readItems } from './items.ts';
import { alternateLink, linksOf, linkWith } from './links.ts';
import { resolveUrl } from '../../syntax/url/url.ts';

export function readRss(root: XmlElement, context: ReadContext): CanonicalFeed {
  const channel = child(root, 'channel') ?? root;
  const outer = placeOf(root, { base: context.url, language: undefined });
  const place = channel === root ? outer : placeOf(channel, outer);
  const site = withHome(channel, withSite(channel, place, context));
  const items = readItems(entriesOf(root), site, context);
  const version = filledAttribute(root, 'version');
  return readChannel({ format: 'rss', version, channel, place, site }, items, context);
}

/**
 * RSS defines no base. Relative references in items are resolved against the site that the channel names, not against the
 * address of the feed; a declared xml:base comes first.
 */
export function withSite(channel: XmlElement, place: Place, context: ReadContext): Place {
  if (place.base !== context.url) return place;
  const links = linksOf(channel, place);
  const site =
    firstOf(channel, ['link'], (field) => resolveUrl(field.text, baseOf(field, place.base))) ??
    alternateLink(links) ??
    (place.base === undefined ? linkWith(links, 'self') : undefined);
  return site !== undefined && /^https?:/i.test(site) ? { ...place, base: site } : place;
}
