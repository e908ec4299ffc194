/** Where are the channel, the items and the image of an RDF document (RSS 0.90, 1.0, 1.1)? */
import type { XmlElement } from '../../syntax/xml.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel } from './channel.ts';
import type { ReadContext } from './context.ts';
import { child, placeOf } from './elements.ts';
import { readItems } from './items.ts';
import { withSite } from './rss.ts';

export function readRdf(root: XmlElement, context: ReadContext): CanonicalFeed {
  const channel = child(root, 'channel') ?? root;
  const outer = placeOf(root, { base: context.url, language: undefined });
  const place = channel === root ? outer : placeOf(channel, outer);
  const items = readItems(rdfItems(root), withSite(channel, place, context), context);
  return readChannel(
    { format: 'rdf', version: undefined, channel, place, image: child(root, 'image') },
    items,
    context,
  );
}

/** Items stand beside the channel; RSS 1.1 and the careless put them inside. */
function rdfItems(parent: XmlElement): readonly XmlElement[] {
  return parent.children.flatMap((element) => {
    if (element.name === 'item') return [element];
    return element.name === 'channel' || element.name === 'items' ? rdfItems(element) : [];
  });
}
