/** How is a JSON Feed read (1.0 and 1.1)? Values of the wrong type are converted or left out, field by field. */
import type { Enclosure, Entry, Person } from '../../model/feed.ts';
import { decodeTerminatedReferences } from '../../syntax/html/references.ts';
import { textToHtml } from '../../syntax/html/from-text.ts';
import { mediaDuration } from '../../syntax/media-duration.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import { boundedTags } from './entry.ts';
import { asElement } from './canonical.ts';
import type { CanonicalFeed, CanonicalItem, EntryRest, FeedRest } from './canonical.ts';
import { tidyHtml, tidyLine } from './constructs.ts';
import type { ReadContext } from './context.ts';
import { onItsPage } from './entry-page.ts';
import { readDate } from './dates.ts';
import { languageTag } from './elements.ts';
import { addEnclosure } from './enclosures.ts';
import type { EnclosureList } from './enclosures.ts';
import { NO_HINTS } from './modules/syndication.ts';
import { addPerson, personFromText } from './people.ts';

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A document that names the version, or that has items. */
export function isJsonFeed(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const version = value['version'];
  return (typeof version === 'string' && version.includes('jsonfeed')) || Array.isArray(value['items']);
}

/**
 * Removes values that are nested too deep. Nothing is read there, and code that walks a whole item could not handle it.
 *
 * @returns true if something was removed
 */
export function cutDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  let cut = false;
  const holder = value as Record<string, unknown>; // arrays as well: their keys are numbers
  for (const [key, inner] of Object.entries(holder)) {
    if (typeof inner !== 'object' || inner === null) continue;
    if (levels > 1) {
      cut = cutDeep(inner, levels - 1) || cut;
    } else {
      holder[key] = null;
      cut = true;
    }
  }
  return cut;
}

export function readJsonFeed(feed: JsonObject, context: ReadContext): CanonicalFeed {
  const title = wordsOf(feed['title']);
  const base = context.url ?? urlOf(feed['feed_url'], undefined) ?? urlOf(feed['home_page_url'], undefined);
  const link = urlOf(feed['home_page_url'], base);
  const description = wordsOf(feed['description']);
  const language = languageOf(feed['language']);
  const items = itemsOf(feed, base, link, context);
  return {
    ...(title !== undefined && { title: [title] }),
    ...(link !== undefined && { link: [link] }),
    ...(description !== undefined && { description: [description] }),
    ...(language !== undefined && { language: [language] }),
    rest: [restOfFeed(feed, items, base, context)],
    item: withoutKnown(items, context),
  };
}

function restOfFeed(
  feed: JsonObject,
  items: readonly CanonicalItem[],
  base: string | undefined,
  context: ReadContext,
): FeedRest {
  const rest: FeedRest = { format: 'json', authors: authorsOf(feed, base), hubs: hubsOf(feed, base), hints: NO_HINTS };
  const version = /(?<!\d)(\d+(?:\.\d+)?)\/?$/.exec(textOf(feed['version']) ?? '')?.[1];
  if (version !== undefined) rest.version = version;
  const self = urlOf(feed['feed_url'], base);
  if (self !== undefined) rest.self = self;
  const image = urlOf(feed['icon'], base) ?? urlOf(feed['favicon'], base);
  if (image !== undefined) rest.image = image;
  const icon = urlOf(feed['favicon'], base);
  if (icon !== undefined) rest.icon = icon;
  const updated = dateFrom(feed, ['date_modified', 'date_published'], context) ?? newest(items);
  if (updated !== undefined) rest.updated = updated;
  return rest;
}

/** All items have been read, because the newest one dates the feed; known ones are left out here. */
function withoutKnown(items: readonly CanonicalItem[], { known, skipped }: ReadContext): readonly CanonicalItem[] {
  return items.filter(({ rest: [{ rawHash }] }) => {
    if (rawHash === undefined || !known.has(rawHash)) return true;
    skipped.push(rawHash);
    return false;
  });
}

/** The format has no date for the feed: the date of its newest item is used. */
function newest(items: readonly CanonicalItem[]): number | undefined {
  const dates = items.map(({ rest: [{ published, updated }] }) => updated ?? published);
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}

function hubsOf(feed: JsonObject, base: string | undefined): readonly string[] {
  const hubs = listOf(feed['hubs']).filter(isObject);
  return hubs.map((hub) => urlOf(hub['url'], base)).filter((url) => url !== undefined);
}

function itemsOf(
  feed: JsonObject,
  base: string | undefined,
  home: string | undefined,
  context: ReadContext,
): readonly CanonicalItem[] {
  const items = listOf(feed['items']).filter(isObject);
  const { limits, issues, hash } = context;
  if (items.length > limits.maxEntries) {
    issues.note('too-many-entries', `Only the first ${limits.maxEntries} of ${items.length} entries were read.`);
  }
  return items.slice(0, limits.maxEntries).map((item) => {
    const canonical = itemOf(item, base, home, context);
    if (hash !== undefined) canonical.rest[0].rawHash = hash(JSON.stringify(item));
    return canonical;
  });
}

function itemOf(
  item: JsonObject,
  base: string | undefined,
  home: string | undefined,
  context: ReadContext,
): CanonicalItem {
  const id = lineOf(item['id']);
  const title = wordsOf(item['title']);
  const link = urlOf(item['url'], base) ?? urlOf(item['external_url'], base) ?? webId(id);
  const tags = boundedTags(
    listOf(item['tags'])
      .map(lineOf)
      .filter((tag) => tag !== undefined),
    context,
  );
  return {
    guid: asElement(id),
    title: asElement(title),
    link: asElement(link),
    category: tags.length > 0 ? tags : undefined,
    rest: [restOfItem(item, { base, link, home }, context)],
  };
}

/** JSON Feed 1.1 items.id: "ideally, the full URL". */
function webId(id: string | undefined): string | undefined {
  return id !== undefined && /^https?:\/\/\S+$/i.test(id) ? id : undefined;
}

interface ItemPlace {
  readonly base: string | undefined;
  /** The item's page. */
  readonly link: string | undefined;
  /** The site's page. */
  readonly home: string | undefined;
}

function restOfItem(item: JsonObject, { base, link, home }: ItemPlace, context: ReadContext): EntryRest {
  const enclosures = attachmentsOf(item, base);
  const rest: EntryRest = { authors: authorsOf(item, base), enclosures };
  const html = bodyOf(item);
  if (html !== undefined) rest.content = onItsPage(markup(html, base, context), base, link, home);
  const summary = textOf(item['summary'])?.trim();
  if (summary !== undefined && summary !== '')
    rest.summary = onItsPage(markup(textToHtml(summary), base, context), base, link, home);
  const published = dateFrom(item, ['date_published', 'published'], context);
  if (published !== undefined) rest.published = published;
  const updated = dateFrom(item, ['date_modified', 'updated'], context);
  if (updated !== undefined) rest.updated = updated;
  const image =
    urlOf(item['image'], base) ??
    urlOf(item['banner_image'], base) ??
    enclosures.find(({ type }) => type?.startsWith('image/'))?.url;
  if (image !== undefined) rest.image = image;
  const language = languageOf(item['language']);
  if (language !== undefined) rest.language = language;
  return rest;
}

function bodyOf(item: JsonObject): string | undefined {
  const html = textOf(item['content_html'])?.trim();
  if (html !== undefined && html !== '') return tidyHtml(html);
  const text = textOf(item['content_text'])?.trim();
  return text === undefined || text === '' ? undefined : textToHtml(text);
}

function markup(
  html: string,
  base: string | undefined,
  { limits, issues }: ReadContext,
): NonNullable<Entry['content']> {
  if (html.length > limits.maxTextLength) {
    issues.note('text-too-long', `A text was cut after ${limits.maxTextLength} characters.`);
  }
  const cut = html.slice(0, limits.maxTextLength);
  return base === undefined ? { html: cut } : { html: cut, baseUrl: base };
}

function attachmentsOf(item: JsonObject, base: string | undefined): readonly Enclosure[] {
  const list: EnclosureList = new Map();
  for (const attachment of listOf(item['attachments']).filter(isObject)) {
    const url = textOf(attachment['url']);
    const type = textOf(attachment['mime_type']);
    const length = textOf(attachment['size_in_bytes']);
    const durationSeconds = mediaDuration(textOf(attachment['duration_in_seconds']) ?? '');
    addEnclosure(list, { url, type, length, durationSeconds }, base);
  }
  return [...list.values()];
}

/** 1.1 has a list, 1.0 one author; documents of each version use both, and plain names. */
function authorsOf(owner: JsonObject, base: string | undefined): readonly Person[] {
  const people: Person[] = [];
  for (const author of [...listOf(owner['authors']), ...listOf(owner['author'])])
    addPerson(people, personOf(author, base));
  return people;
}

function personOf(author: unknown, base: string | undefined): Person | undefined {
  const named = personFromText(wordsOf(isObject(author) ? author['name'] : author) ?? '');
  const url = isObject(author) ? urlOf(author['url'], base) : undefined;
  const mailed = url?.startsWith('mailto:') === true ? url.slice(7) : undefined;
  const email = (isObject(author) ? lineOf(author['email']) : undefined) ?? mailed ?? named?.email;
  const uri = (mailed === undefined ? url : undefined) ?? named?.uri;
  const name = named?.name;
  if (name === undefined && email === undefined && uri === undefined) return undefined;
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(uri !== undefined && { uri }),
  };
}

function dateFrom(owner: JsonObject, keys: readonly string[], context: ReadContext): number | undefined {
  for (const key of keys) {
    const date = readDate(textOf(owner[key]) ?? '', context);
    if (date !== undefined) return date;
  }
  return undefined;
}

/** Numbers and booleans in place of text are common. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function lineOf(value: unknown): string | undefined {
  const line = tidyLine(textOf(value) ?? '');
  return line === '' ? undefined : line;
}

/** A line for people. By the standard it is plain text, but it often contains references of HTML (`R&amp;D`). */
function wordsOf(value: unknown): string | undefined {
  const line = lineOf(value);
  return line?.includes('&') === true ? lineOf(decodeTerminatedReferences(line)) : line;
}

function urlOf(value: unknown, base: string | undefined): string | undefined {
  const url = textOf(value);
  return url === undefined ? undefined : resolveUrl(url, base);
}

function languageOf(value: unknown): string | undefined {
  const tag = textOf(value);
  return tag === undefined ? undefined : languageTag(tag);
}

/** A single value in place of a list becomes a list with that value. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
