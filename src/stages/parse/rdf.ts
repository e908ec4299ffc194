/** Where are the channel, the items and the image of an RDF document (RSS 0.90, 1.0, 1.1)? */
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel, withHome } from './channel.ts';
import type { ReadContext } from './context.ts';
import { child, placeOf } from './elements.ts';
import { entriesOf, readItems } from './items.ts';
import { withSite } from './rss.ts';

export function readRdf(root: XmlElement, context: ReadContext): CanonicalFeed {
  const channel = child(root, 'channel') ?? root;
  const outer = placeOf(root, { base: context.url, language: undefined });
  const place = channel === root ? outer : placeOf(channel, outer);
  const site = withHome(channel, withSite(channel, place, context));
  const items = readItems(entriesOf(root), site, context);
  const image = child(root, 'image');
  return readChannel({ format: 'rdf', version: undefined, channel, place, site, image }, items, context);
}
