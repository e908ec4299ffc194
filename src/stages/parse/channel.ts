/** What does an XML document say about the feed itself, in any mix of vocabularies? */
import type { Person } from '../../model/feed.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalFeed, CanonicalItem, FeedFormat, FeedRest } from './canonical.ts';
import { plainTextOf, valueOf } from './constructs.ts';
import type { ReadContext } from './context.ts';
import { dateOf } from './dates.ts';
import { baseOf, firstOf, languageTag } from './elements.ts';
import type { Place } from './elements.ts';
import { aboutOf, categoriesOf, imageUrl } from './entry.ts';
import { alternateLink, linksOf, linkWith } from './links.ts';
import type { Link } from './links.ts';
import {
  DC_CREATORS,
  DC_DATES,
  DC_ISSUED,
  DC_LANGUAGES,
  DC_MODIFIED,
  DC_SUMMARIES,
  DC_TITLES,
} from './modules/dublin-core.ts';
import { PODCAST_SUMMARIES, podcastExplicit, podcastImage } from './modules/itunes.ts';
import { mediaOf } from './modules/media.ts';
import { rightsOf } from './modules/rights.ts';
import { hintsOf } from './modules/syndication.ts';
import { addPerson, personOf } from './people.ts';

const TITLES = ['title', 'atom:title', ...DC_TITLES, 'media:title'];
const DESCRIPTIONS = [
  'description',
  'atom:subtitle',
  'atom:tagline',
  ...DC_SUMMARIES,
  ...PODCAST_SUMMARIES,
  'atom:info',
  'subtitle',
  'tagline',
  'abstract',
];
const UPDATED = [
  'atom:updated',
  'atom:modified',
  'lastbuilddate',
  ...DC_MODIFIED,
  ...DC_DATES,
  'pubdate',
  'atom:published',
  'published',
  'atom:issued',
  ...DC_ISSUED,
];
const LANGUAGES = ['language', ...DC_LANGUAGES];
/** Fields for the author of the feed, most certain first. */
const AUTHORS = [
  ['author', 'atom:author'],
  DC_CREATORS,
  ['managingeditor'],
  ['itunes:author', 'googleplay:author'],
  ['itunes:owner'],
  ['webmaster'],
  ['dc:publisher'],
];

/** The parts of a document, as found by the file of its format. */
export interface FeedParts {
  readonly format: FeedFormat;
  readonly version: string | undefined;
  /** The element with the feed's own fields. */
  readonly channel: XmlElement;
  /** Base and language of the channel's fields. */
  readonly place: Place;
  /** Base for relative references in prose and images, if it differs. */
  readonly site?: Place;
  /** In RDF the image is a sibling of the channel. */
  readonly image?: XmlElement | undefined;
}

export function readChannel(parts: FeedParts, items: readonly CanonicalItem[], context: ReadContext): CanonicalFeed {
  const { channel, place } = parts;
  const { base } = place;
  const links = linksOf(channel, place);
  const read = (field: XmlElement): string | undefined => plainTextOf(field, context);
  const title = firstOf(channel, TITLES, read);
  const link = feedLink(channel, base, links);
  const description = firstOf(channel, DESCRIPTIONS, read);
  const language = firstOf(channel, LANGUAGES, (field) => languageTag(field.text)) ?? place.language;
  const rights = rightsOf(channel, base, context) ?? linkWith(links, 'license');
  return {
    ...(title !== undefined && { title: [title] }),
    ...(link !== undefined && { link: [link] }),
    ...(description !== undefined && { description: [description] }),
    ...(language !== undefined && { language: [language] }),
    ...(rights !== undefined && { copyright: [rights] }),
    rest: [restOf(parts, links, context)],
    item: items,
  };
}

/** The base, with the page of the site that the channel names. */
export function withHome(channel: XmlElement, place: Place): Place {
  const home = feedLink(channel, place.base, linksOf(channel, place));
  return home !== undefined && /^https?:/i.test(home) ? { ...place, home } : place;
}

/** The page that the feed belongs to. */
function feedLink(channel: XmlElement, base: string | undefined, links: readonly Link[]): string | undefined {
  return (
    firstOf(channel, ['link'], (field) => resolveUrl(field.text, baseOf(field, base))) ??
    alternateLink(links) ??
    firstOf(channel, ['atom:id', 'id', 'guid'], (field) => webAddress(field.text))
  );
}

function webAddress(written: string): string | undefined {
  return /^\s*https?:\/\/\S+\s*$/i.test(written) ? resolveUrl(written, undefined) : undefined;
}

function restOf(parts: FeedParts, links: readonly Link[], context: ReadContext): FeedRest {
  const { channel, format, version, place } = parts;
  const { base } = place;
  const rest: FeedRest = {
    format,
    authors: authorsOf(channel, base, context),
    hubs: links.filter(({ rel }) => rel === 'hub').map(({ url }) => url),
    hints: hintsOf(channel),
  };
  if (version !== undefined) rest.version = version;
  const id = firstOf(channel, ['atom:id', 'guid'], valueOf) ?? aboutOf(channel);
  if (id !== undefined) rest.id = id;
  const updated = dateOf(channel, UPDATED, context);
  if (updated !== undefined) rest.updated = updated;
  const image = feedImage(parts, (parts.site ?? place).base);
  if (image !== undefined) rest.image = image;
  const categories = categoriesOf(channel, undefined, context);
  if (categories.length > 0) rest.categories = categories;
  const generator = firstOf(channel, ['generator', 'atom:generator'], (field) => plainTextOf(field, context));
  if (generator !== undefined) rest.generator = generator;
  const icon = firstOf(channel, ['atom:icon', 'icon'], (field) => imageUrl(field, base));
  if (icon !== undefined) rest.icon = icon;
  const explicit = podcastExplicit(channel);
  const cover = podcastImage(channel, base);
  if (explicit !== undefined || cover !== undefined) {
    rest.episodes = { ...(explicit !== undefined && { explicit }), ...(cover !== undefined && { image: cover }) };
  }
  const self = linkWith(links, 'self');
  if (self !== undefined) rest.self = self;
  return rest;
}

function feedImage({ channel, image }: FeedParts, base: string | undefined): string | undefined {
  return (
    firstOf(channel, ['image'], (field) => (field.children.length > 0 ? imageUrl(field, base) : undefined)) ??
    (image === undefined ? undefined : imageUrl(image, base)) ??
    firstOf(channel, ['atom:logo'], (field) => imageUrl(field, base)) ??
    podcastImage(channel, base) ??
    firstOf(channel, ['image', 'atom:icon', 'logo', 'icon'], (field) => imageUrl(field, base)) ??
    mediaImage(channel, base)
  );
}

function mediaImage(channel: XmlElement, base: string | undefined): string | undefined {
  const media = mediaOf(channel, base);
  return media?.thumbnail ?? media?.picture;
}

function authorsOf(channel: XmlElement, base: string | undefined, context: ReadContext): readonly Person[] {
  const people: Person[] = [];
  for (const names of AUTHORS) {
    for (const field of channel.children) {
      if (names.includes(field.name)) addPerson(people, personOf(field, base, context));
    }
    if (people.length > 0) return people;
  }
  return people;
}
