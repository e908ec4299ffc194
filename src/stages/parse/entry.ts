/** Which fields of an entry are used, in any mix of vocabularies? docs/reading.md explains the rules. */
import type { Enclosure, EntryOrigin, Episode, Person } from '../../model/feed.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import { asElement } from './canonical.ts';
import type { CanonicalItem, EntryRest } from './canonical.ts';
import { markupOf, plainTextOf, tidyLine, valueOf } from './constructs.ts';
import type { ReadContext } from './context.ts';
import { dateOf } from './dates.ts';
import { onItsPage } from './entry-page.ts';
import { attribute, baseOf, child, filledAttribute, firstOf, languageTag, placeOf } from './elements.ts';
import type { Place } from './elements.ts';
import { addEnclosure } from './enclosures.ts';
import type { EnclosureList } from './enclosures.ts';
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
import { PODCAST_AUTHORS, PODCAST_SUMMARIES, podcastCategories, podcastImage } from './modules/itunes.ts';
import { mediaOf } from './modules/media.ts';
import type { MediaFields } from './modules/media.ts';
import { addAlternateEnclosures, episodeOf, podcastPeople } from './modules/podcast.ts';
import { rightsOf } from './modules/rights.ts';
import { addPerson, peopleOf, personOf } from './people.ts';

const IDS = ['guid', 'atom:id'];
const LATE_IDS = ['id', 'dc:identifier'];
const TITLES = ['title', 'atom:title', ...DC_TITLES];
const LATE_TITLES = ['itunes:title'];
const SUMMARIES = ['description', 'atom:summary', ...DC_SUMMARIES, 'abstract'];
const CONTENTS = [
  'content:encoded',
  'atom:content',
  'xhtml:body',
  'xhtml:div',
  'content',
  'fulltext',
  'fullitem',
  'body',
];
const CONTENTS_OR_DESCRIPTION = [...CONTENTS, 'description'];
const PUBLISHED = ['pubdate', 'atom:published', 'atom:issued', ...DC_ISSUED, 'atom:created', ...DC_DATES];
const UPDATED = ['atom:updated', 'atom:modified', ...DC_MODIFIED, 'lastbuilddate'];
const LATE_PUBLISHED = ['published', 'created', 'date', 'prism:publicationdate'];
const CANONICAL_LINKS = ['feedburner:origlink', 'pheedo:origlink'];

/** Reads an entry of any XML format; base and language come from its feed. */
export function readEntry(item: XmlElement, outer: Place, context: ReadContext): CanonicalItem {
  const place = placeOf(item, outer);
  const { base } = place;
  const links = linksOf(item, place);
  const media = mediaOf(item, base);
  const id = firstOf(item, IDS, valueOf) ?? aboutOf(item) ?? firstOf(item, LATE_IDS, valueOf);
  const rest = restOf(item, place, links, media, context);
  const page = linkOf(item, place, links);
  if (rest.content !== undefined) rest.content = onItsPage(rest.content, outer.base, page, outer.home);
  if (rest.summary !== undefined) rest.summary = onItsPage(rest.summary, outer.base, page, outer.home);
  const link = page ?? media?.player ?? rest.enclosures[0]?.url;
  const title = titleOf(item, media, context);
  const categories = categoriesOf(item, media, context);
  return {
    guid: asElement(id),
    title: asElement(title),
    link: asElement(link),
    category: categories.length > 0 ? categories : undefined,
    rest: [rest],
  };
}

/** RDF's id of the item; RSS 0.90 writes it without a prefix. */
export function aboutOf(item: XmlElement): string | undefined {
  const about = tidyLine(filledAttribute(item, 'rdf:about') ?? attribute(item, 'about') ?? '');
  return about === '' ? undefined : about;
}

function titleOf(item: XmlElement, media: MediaFields | undefined, context: ReadContext): string | undefined {
  const read = (field: XmlElement): string | undefined => plainTextOf(field, context);
  return (
    firstOf(item, TITLES, read) ??
    (media?.title === undefined ? undefined : read(media.title)) ??
    firstOf(item, LATE_TITLES, read)
  );
}

function restOf(
  item: XmlElement,
  place: Place,
  links: readonly Link[],
  media: MediaFields | undefined,
  context: ReadContext,
): EntryRest {
  const { base } = place;
  const enclosures = enclosuresOf(item, base, links, media);
  const rest: EntryRest = { authors: authorsOf(item, base, media, context), enclosures };
  const markup = (field: XmlElement) => markupOf(field, base, context);
  const abstract = firstOf(item, ['summary'], markup);
  // RSS with a separate summary: then the description is the longer text.
  const content = firstOf(item, abstract === undefined ? CONTENTS : CONTENTS_OR_DESCRIPTION, markup);
  if (content !== undefined) rest.content = content;
  const summary =
    abstract ??
    firstOf(item, SUMMARIES, markup) ??
    firstOf(item, PODCAST_SUMMARIES, markup) ??
    (media?.description === undefined ? undefined : markup(media.description));
  if (summary !== undefined) rest.summary = summary;
  const published = dateOf(item, PUBLISHED, context) ?? dateOf(item, LATE_PUBLISHED, context);
  if (published !== undefined) rest.published = published;
  const updated = dateOf(item, UPDATED, context);
  if (updated !== undefined) rest.updated = updated;
  const image = imageOf(item, base, enclosures, media);
  if (image !== undefined) rest.image = image;
  const episode = withRating(episodeOf(item, base), media);
  if (episode !== undefined) rest.episode = episode;
  const language = firstOf(item, LANGUAGES, (field) => languageTag(field.text)) ?? place.language;
  if (language !== undefined) rest.language = language;
  const rights = rightsOf(item, base, context) ?? media?.rights ?? linkWith(links, 'license');
  if (rights !== undefined) rest.rights = rights;
  const canonicalLink = canonicalLinkOf(item, base, links);
  if (canonicalLink !== undefined) rest.canonicalLink = canonicalLink;
  const origin = originOf(item, base, context);
  if (origin !== undefined) rest.origin = origin;
  const comments = firstOf(item, ['comments'], (field) => pageOf(field, base)) ?? commentsPage(links);
  if (comments !== undefined) rest.comments = comments;
  return rest;
}

/** Media RSS has a rating of its own. */
function withRating(episode: Episode | undefined, media: MediaFields | undefined): Episode | undefined {
  const explicit = episode?.explicit ?? media?.explicit;
  return explicit === undefined ? episode : { ...episode, explicit };
}

const LANGUAGES = [...DC_LANGUAGES, 'language'];

/** The first web link; if there is none, the first link of any kind. */
function linkOf(item: XmlElement, { base, home }: Place, links: readonly Link[]): string | undefined {
  const first = firstLink(item, base, home, links, () => true);
  if (first === undefined || WEB.test(first)) return first;
  const onWeb = (url: string): boolean => WEB.test(url);
  return (
    firstLink(
      item,
      base,
      home,
      links.filter(({ url }) => onWeb(url)),
      onWeb,
    ) ?? first
  );
}

/** RSS's link, then Atom's, then a guid that is an address, then RDF's id of the item. */
function firstLink(
  item: XmlElement,
  base: string | undefined,
  home: string | undefined,
  links: readonly Link[],
  isWanted: (url: string) => boolean,
): string | undefined {
  return (
    firstOf(item, ['link'], (field) => {
      const url = writtenLink(field.text, baseOf(field, base), home);
      return url !== undefined && isWanted(url) ? url : undefined;
    }) ??
    alternateLink(links) ??
    firstOf(item, ['guid', 'atom:id', 'id'], (field) => permalink(field, baseOf(field, base))) ??
    webAddress(aboutOf(item), base) ??
    firstOf(item, ['atom:content'], (field) => webAddress(attribute(field, 'src'), baseOf(field, base))) ??
    linkWith(links, 'via') ??
    linkWith(links, 'related') ??
    linkWith(links, 'self')
  );
}

/**
 * An address as RSS writes it in a `link`: references of HTML that were escaped once too often are decoded, and an
 * address without a scheme that starts with the site's own host is on that host (`site.example/post/1`).
 */
function writtenLink(written: string, base: string | undefined, home: string | undefined): string | undefined {
  const text = /&(?:amp|#0*38|#x0*26);/i.test(written) ? written.replace(/&(?:amp|#0*38|#x0*26);/gi, '&') : written;
  const host = home === undefined ? undefined : /^https?:\/\/([^/?#]+)/i.exec(home)?.[1];
  const trimmed = text.trim();
  const isBareHost = host !== undefined && trimmed.toLowerCase().startsWith(`${host.toLowerCase()}/`);
  return resolveUrl(isBareHost ? `${home?.split(':', 1)[0] ?? 'https'}://${trimmed}` : text, base);
}

/** A guid is an address unless isPermaLink="false" (RSS 2.0 <guid>); a relative one only if it looks like a path. */
function permalink(guid: XmlElement, base: string | undefined): string | undefined {
  const claim = attribute(guid, 'ispermalink')?.trim().toLowerCase();
  if (claim === 'false') return undefined;
  return webAddress(guid.text, claim === 'true' || guid.text.trimStart().startsWith('/') ? base : undefined);
}

const WEB = /^https?:\/\//i;

function webAddress(written: string | undefined, base: string | undefined): string | undefined {
  const url = written === undefined || /\s/.test(written.trim()) ? undefined : resolveUrl(written, base);
  return url !== undefined && WEB.test(url) ? url : undefined;
}

/** Some feeds write the number of comments instead. */
function pageOf(comments: XmlElement, base: string | undefined): string | undefined {
  return /^\s*\d+\s*$/.test(comments.text) ? undefined : webAddress(comments.text, base);
}

/** Replies have a page and a feed (RFC 4685 §4); only the page is for people. */
function commentsPage(links: readonly Link[]): string | undefined {
  return links.find(({ rel, type }) => rel === 'replies' && (type === undefined || /html/i.test(type)))?.url;
}

function canonicalLinkOf(item: XmlElement, base: string | undefined, links: readonly Link[]): string | undefined {
  return firstOf(item, CANONICAL_LINKS, (field) => webAddress(field.text, base)) ?? linkWith(links, 'canonical');
}

function authorsOf(
  item: XmlElement,
  base: string | undefined,
  media: MediaFields | undefined,
  context: ReadContext,
): readonly Person[] {
  const people: Person[] = [];
  for (const name of AUTHORS) {
    for (const field of item.children) {
      if (field.name === name) for (const person of peopleOf(field, base, context)) addPerson(people, person);
    }
  }
  if (people.length > 0) return people;
  const source = child(item, 'atom:source');
  if (source !== undefined) return authorsOf(source, base, undefined, context);
  const podcast = podcastPeople(item);
  if (podcast.length > 0) return podcast;
  const host = firstOf(item, PODCAST_AUTHORS, (field) => personOf(field, base, context));
  if (host !== undefined) return [host];
  if (media !== undefined && media.authors.length > 0) return media.authors;
  const editor = firstOf(item, EDITORS, (field) => personOf(field, base, context));
  return editor === undefined ? people : [editor];
}

const AUTHORS = ['author', 'atom:author', ...DC_CREATORS];
/** Fields of whole feeds that sometimes appear in an entry. */
const EDITORS = ['managingeditor', 'webmaster'];

export function categoriesOf(
  item: XmlElement,
  media: MediaFields | undefined,
  context: ReadContext,
): readonly string[] {
  const found: string[] = [];
  for (const field of item.children) {
    switch (field.name) {
      case 'category':
      case 'atom:category':
        found.push(categoryOf(field, context));
        break;
      case 'dc:subject':
      case 'dcterms:subject':
        found.push(field.text);
        break;
    }
  }
  for (const term of podcastCategories(item)) found.push(term);
  for (const term of media?.categories ?? []) found.push(term);
  return boundedTags(found, context);
}

/** RSS writes the term as text, Atom as an attribute. The label is for people; the term is used for comparison. */
function categoryOf(field: XmlElement, context: ReadContext): string {
  return filledAttribute(field, 'term') ?? plainTextOf(field, context) ?? filledAttribute(field, 'label') ?? '';
}

/** Each tag gets pages of its own, so an entry has a bounded number of them: the first ones. */
export function boundedTags(
  terms: readonly string[],
  { limits, issues }: Pick<ReadContext, 'limits' | 'issues'>,
): readonly string[] {
  if (terms.length === 0) return terms;
  const tags = new Set<string>();
  for (const term of terms) {
    const tidy = tidyLine(term);
    if (tidy === '' || tags.has(tidy)) continue;
    if (tags.size >= limits.maxTags) {
      issues.note('too-many-tags', `An entry has more than ${limits.maxTags} categories; the rest is left out.`);
      break;
    }
    tags.add(tidy);
  }
  return [...tags];
}

function enclosuresOf(
  item: XmlElement,
  base: string | undefined,
  links: readonly Link[],
  media: MediaFields | undefined,
): readonly Enclosure[] {
  const list: EnclosureList = new Map();
  // FeedBurner puts a counter before the address of the one enclosure that it knows.
  let original = child(item, 'feedburner:origenclosurelink')?.text.trim();
  for (const field of item.children) {
    if (field.name !== 'enclosure') continue;
    const url = attribute(field, 'url') ?? attribute(field, 'href') ?? attribute(field, 'rdf:resource');
    const type = attribute(field, 'type');
    addEnclosure(list, { url: original ?? url, type, length: attribute(field, 'length') }, baseOf(field, base));
    original = undefined;
  }
  for (const link of links) {
    if (link.rel === 'enclosure') addEnclosure(list, link, base);
  }
  for (const { url, type, length, durationSeconds } of media?.enclosures.values() ?? []) {
    addEnclosure(list, { url, type, length: length?.toString(), durationSeconds }, base);
  }
  addAlternateEnclosures(list, item, base);
  return [...list.values()];
}

function imageOf(
  item: XmlElement,
  base: string | undefined,
  enclosures: readonly Enclosure[],
  media: MediaFields | undefined,
): string | undefined {
  return (
    media?.thumbnail ??
    media?.picture ??
    podcastImage(item, base) ??
    firstOf(item, ['image'], (field) => imageUrl(field, base)) ??
    enclosures.find(({ type }) => type?.toLowerCase().startsWith('image/'))?.url
  );
}

export function imageUrl(field: XmlElement, outer: string | undefined): string | undefined {
  const base = baseOf(field, outer);
  const nested = firstOf(field, ['url'], (url) => resolveUrl(url.text, base));
  if (nested !== undefined) return nested;
  const written =
    filledAttribute(field, 'href') ?? filledAttribute(field, 'url') ?? filledAttribute(field, 'rdf:resource');
  const text = written ?? (field.children.length === 0 ? field.text : '');
  return resolveUrl(text, base);
}

/** The feed from which an aggregator took the entry (RFC 4287 §4.2.11, RSS 2.0 <source>). */
function originOf(item: XmlElement, outer: string | undefined, context: ReadContext): EntryOrigin | undefined {
  const source = child(item, 'atom:source') ?? child(item, 'source');
  if (source === undefined) return undefined;
  const base = baseOf(source, outer);
  const id = firstOf(source, ['atom:id'], valueOf);
  const title =
    firstOf(source, ['atom:title'], (field) => plainTextOf(field, context)) ??
    (source.children.length === 0 ? plainTextOf(source, context) : undefined);
  const url =
    alternateLink(linksOf(source, { base, language: undefined })) ?? webAddress(attribute(source, 'url'), base);
  if (id === undefined && title === undefined && url === undefined) return undefined;
  return {
    ...(id !== undefined && { id }),
    ...(title !== undefined && { title }),
    ...(url !== undefined && { url }),
  };
}
