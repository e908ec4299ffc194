/** How is a Channel Definition Format document read (Microsoft, 1997)? Its fields become those of RSS and Atom. */
import { resolveUrl } from '../../syntax/url/url.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalFeed } from './canonical.ts';
import { readChannel } from './channel.ts';
import type { ReadContext } from './context.ts';
import { attribute, filledAttribute, placeOf } from './elements.ts';
import { entriesOf, readItems } from './items.ts';

const ATTRIBUTES = ['href', 'lastmod', 'precache', 'level'];

export function isCdf(root: XmlElement): boolean {
  if (root.name !== 'channel') return false;
  const items = root.children.filter(({ name }) => name === 'item');
  const anchors = [root, ...items].flatMap(({ children }) => children.filter(({ name }) => name === 'a'));
  return [root, ...items, ...anchors].some((element) =>
    ATTRIBUTES.some((name) => attribute(element, name) !== undefined),
  );
}

export function readCdf(root: XmlElement, context: ReadContext): CanonicalFeed {
  const declared = filledAttribute(root, 'base');
  const outer = placeOf(root, { base: context.url, language: undefined });
  const place = declared === undefined ? outer : { ...outer, base: resolveUrl(declared, outer.base) ?? outer.base };
  const items = entriesOf(root).map(modern);
  return readChannel(
    { format: 'cdf', version: undefined, channel: modern(root), place },
    readItems(items, place, context),
    context,
  );
}

/** Turns CDF's attributes, its own or those of an `<A>` inside, into the elements of later formats. */
function modern(element: XmlElement): XmlElement {
  const children = element.children.map((field) =>
    field.name === 'abstract' ? { ...field, name: 'description' } : field,
  );
  const anchor = element.children.find(({ name }) => name === 'a');
  const fields = [
    asElement(element, 'href', 'link') ?? (anchor && asElement(anchor, 'href', 'link')),
    asElement(element, 'lastmod', 'atom:updated'),
  ];
  return { ...element, children: [...children, ...fields.filter((field) => field !== undefined)] };
}

function asElement(element: XmlElement, attributeName: string, name: string): XmlElement | undefined {
  const text = filledAttribute(element, attributeName);
  return text === undefined ? undefined : { name, text, attributes: [], children: [], at: 0, closed: true };
}
