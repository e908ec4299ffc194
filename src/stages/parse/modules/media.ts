/** Which fields does Media RSS give an entry, with groups, nested contents and player pages? */
import type { Person } from '../../../model/feed.ts';
import { resolveUrl } from '../../../syntax/url/url.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import { attribute, baseOf, filledAttribute } from '../elements.ts';
import { mediaDuration } from '../../../syntax/media-duration.ts';
import { addEnclosure, isFlash } from '../enclosures.ts';
import type { EnclosureList } from '../enclosures.ts';
import { keywordsOf } from '../keywords.ts';
import { explicitOf } from './itunes.ts';
import { addPerson, personFromText } from '../people.ts';

export interface MediaFields {
  readonly enclosures: EnclosureList;
  readonly authors: Person[];
  readonly categories: string[];
  thumbnail: string | undefined;
  /** The image among the contents. */
  picture: string | undefined;
  title: XmlElement | undefined;
  description: XmlElement | undefined;
  rights: string | undefined;
  player: string | undefined;
  /** By <media:rating>: whether it is for adults only. */
  explicit: boolean | undefined;
}

/** Undefined if the element has nothing of this module. */
export function mediaOf(element: XmlElement, base: string | undefined): MediaFields | undefined {
  if (!element.children.some(({ name }) => name.startsWith('media:'))) return undefined;
  const fields: MediaFields = {
    enclosures: new Map(),
    authors: [],
    categories: [],
    thumbnail: undefined,
    picture: undefined,
    title: undefined,
    description: undefined,
    rights: undefined,
    player: undefined,
    explicit: undefined,
  };
  collect(element, base, fields, 0);
  return fields;
}

/** Groups contain contents, contents contain thumbnails and titles: three levels are enough. */
const MAX_LEVELS = 3;

function collect(parent: XmlElement, base: string | undefined, fields: MediaFields, level: number): void {
  for (const element of parent.children) {
    switch (element.name) {
      case 'media:group':
      case 'media:content':
        if (element.name === 'media:content') addContent(element, base, fields);
        if (level < MAX_LEVELS && element.children.length > 0) collect(element, base, fields, level + 1);
        break;
      case 'media:thumbnail':
        fields.thumbnail ??= reference(element, base) ?? resolveUrl(element.text, base);
        break;
      case 'media:player':
        fields.player ??= playerPage(element, base);
        break;
      case 'media:rating':
      case 'media:adult':
        fields.explicit ??= explicitOf(element.text);
        break;
      case 'media:title':
        fields.title ??= element;
        break;
      case 'media:description':
        fields.description ??= element;
        break;
      case 'media:copyright':
        fields.rights ??= element.text.trim() || filledAttribute(element, 'url');
        break;
      case 'media:credit':
        if (isAuthor(element)) addPerson(fields.authors, personFromText(element.text));
        break;
      case 'media:category':
        fields.categories.push(filledAttribute(element, 'label') ?? element.text.trim());
        break;
      case 'media:keywords':
        for (const keyword of keywordsOf(element.text)) fields.categories.push(keyword);
        break;
    }
  }
}

function reference(element: XmlElement, base: string | undefined): string | undefined {
  const url = attribute(element, 'url');
  return url === undefined ? undefined : resolveUrl(url, baseOf(element, base));
}

function playerPage(element: XmlElement, base: string | undefined): string | undefined {
  const url = reference(element, base);
  return url === undefined || isFlash(url, undefined) ? undefined : url;
}

function isAuthor(element: XmlElement): boolean {
  const role = attribute(element, 'role')?.trim().toLowerCase();
  return role === undefined || role === 'author' || role === 'writer' || role === 'reporter' || role === 'photographer';
}

function addContent(element: XmlElement, base: string | undefined, fields: MediaFields): void {
  const url = attribute(element, 'url');
  if (url === undefined) return;
  const medium = attribute(element, 'medium')?.trim().toLowerCase();
  const type = filledAttribute(element, 'type');
  const durationSeconds = mediaDuration(attribute(element, 'duration') ?? '');
  const length = attribute(element, 'filesize');
  addEnclosure(fields.enclosures, { url, type, length, durationSeconds }, baseOf(element, base));
  const isPicture = medium === 'image' || type?.toLowerCase().startsWith('image/') === true;
  if (isPicture) fields.picture ??= reference(element, base);
}
