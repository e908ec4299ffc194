/** Which links does an element have, and what is each for? */
import { resolveUrl } from '../../syntax/url/url.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import { attribute, baseOf, filledAttribute } from './elements.ts';
import type { Place } from './elements.ts';

export interface Link {
  readonly rel: string;
  readonly url: string;
  readonly type: string | undefined;
  readonly length: string | undefined;
}

const REGISTRY = /^https?:\/\/www\.iana\.org\/assignments\/(?:relation|link-relations)\/?#?/i;

/** `atom:link`, and RSS `<link>` with attributes, in document order; relations in their short form. */
export function linksOf(parent: XmlElement, place: Place): readonly Link[] {
  const links: Link[] = [];
  for (const element of parent.children) {
    if (element.name !== 'atom:link' && element.name !== 'link') continue;
    const href = attribute(element, 'href');
    if (href === undefined) {
      // Named like Atom's link, written like RSS's.
      if (element.name === 'atom:link') addLink(links, element, element.text, place);
      continue;
    }
    addLink(links, element, href, place);
  }
  return links;
}

function addLink(links: Link[], element: XmlElement, href: string, place: Place): void {
  // An empty reference means a declared base; without one it would mean the feed itself.
  const url = href.trim() === '' ? place.declaredBase : resolveUrl(href, baseOf(element, place.base));
  if (url === undefined) return;
  const type = filledAttribute(element, 'type');
  const length = filledAttribute(element, 'length');
  for (const rel of relationsOf(element)) links.push({ rel, url, type, length });
}

const ALTERNATE = ['alternate'];

/** RFC 4287 §4.2.7.2: no relation means `alternate`; an IRI of the registry means the name at its end. */
function relationsOf(element: XmlElement): readonly string[] {
  const written = attribute(element, 'rel')?.trim().toLowerCase();
  if (written === undefined || written === '') return ALTERNATE;
  if (!written.includes(' ') && !written.includes('/')) return [written];
  return written.split(/\s+/).map((rel) => rel.replace(REGISTRY, ''));
}

/** The page for people: HTML first, then links without a type, then other types. */
export function alternateLink(links: readonly Link[]): string | undefined {
  let best: Link | undefined;
  for (const link of links) {
    if (link.rel === 'alternate' && (best === undefined || pageRank(link) < pageRank(best))) best = link;
  }
  return best?.url;
}

function pageRank({ type }: Link): number {
  if (type === undefined) return 1;
  return /^(?:text\/html|application\/xhtml\+xml)/i.test(type) ? 0 : 2;
}

export function linkWith(links: readonly Link[], rel: string): string | undefined {
  return links.find((link) => link.rel === rel)?.url;
}
