/**
 * Which rules of the feed validator does a document break?
 *
 * Restated from the published descriptions of its checks, the specifications they cite and the RSS advisory board's
 * best practices; errors and those warnings that a publisher can act on.
 */
import { Parser } from 'htmlparser2';
import { childrenOf, parseStrictly, textOf, type Tree } from './xml-tree.ts';

const ATOM = 'http://www.w3.org/2005/Atom';
const DC = 'http://purl.org/dc/elements/1.1/';
const CONTENT = 'http://purl.org/rss/1.0/modules/content/';
const MEDIA = 'http://search.yahoo.com/mrss/';
const XML = 'http://www.w3.org/XML/1998/namespace';

const RFC822 =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/u;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/u;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/u;
/** What XML forbids, and the controls that a reader chokes on. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\p{Surrogate}]/u;

type Problems = string[];

export function rssProblems(document: string): readonly string[] {
  const problems: Problems = [];
  const root = treeOf(document, problems);
  if (root === undefined) return problems;
  if (root.name !== 'rss' || root.attributes['version'] !== '2.0') problems.push('the root is not RSS 2.0');
  const [channel, ...others] = root.children;
  if (channel?.name !== 'channel' || others.length > 0) return [...problems, 'there is not exactly one channel'];
  for (const name of ['title', 'link', 'description']) {
    requireOne(channel, name, problems);
  }
  for (const name of ['language', 'ttl', 'lastBuildDate', 'generator', 'docs']) atMostOne(channel, name, problems);
  absolute(textOf(channel, 'link'), 'channel link', problems);
  matches(textOf(channel, 'language'), LANGUAGE, 'language', problems);
  matches(textOf(channel, 'lastBuildDate'), RFC822, 'lastBuildDate', problems);
  matches(textOf(channel, 'ttl'), /^[1-9]\d*$/u, 'ttl', problems);
  selfLink(childrenOf(channel, `{${ATOM}}link`), 'application/rss+xml', problems);
  const items = childrenOf(channel, 'item');
  unique(
    items.map((item) => textOf(item, 'guid') ?? ''),
    'guid',
    problems,
  );
  for (const item of items) checkItem(item, problems);
  return problems;
}

function checkItem(item: Tree, problems: Problems): void {
  const once = [
    'title',
    'link',
    'guid',
    'pubDate',
    'description',
    'source',
    'author',
    'enclosure',
    `{${CONTENT}}encoded`,
  ];
  for (const name of once) atMostOne(item, name, problems);
  if ((textOf(item, 'title') ?? '').trim() === '') problems.push('an item without a title');
  absolute(textOf(item, 'link'), 'item link', problems);
  matches(textOf(item, 'pubDate'), RFC822, 'pubDate', problems);
  const [guid] = childrenOf(item, 'guid');
  if (guid === undefined || guid.text.trim() === '') problems.push('an item without a guid');
  if (guid?.attributes['isPermaLink'] !== 'false') absolute(guid?.text, 'permalink guid', problems);
  const [source] = childrenOf(item, 'source');
  absolute(source?.attributes['url'], 'source url', problems);
  if (source?.text.trim() === '') problems.push('a source without a name');
  if (childrenOf(item, 'author').length > 0) problems.push('an author that is no e-mail address');
  for (const category of childrenOf(item, 'category'))
    if (category.text.trim() === '') problems.push('an empty category');
  for (const creator of childrenOf(item, `{${DC}}creator`))
    if (creator.text.trim() === '') problems.push('an empty creator');
  for (const { attributes } of childrenOf(item, 'enclosure')) {
    absolute(attributes['url'], 'enclosure url', problems);
    matches(attributes['length'], /^\d+$/u, 'enclosure length', problems);
    matches(attributes['type'], MEDIA_TYPE, 'enclosure type', problems);
  }
  for (const { attributes } of childrenOf(item, `{${MEDIA}}content`))
    absolute(attributes['url'], 'media url', problems);
  for (const { attributes } of childrenOf(item, `{${MEDIA}}thumbnail`))
    absolute(attributes['url'], 'thumbnail', problems);
  checkHtml(textOf(item, 'description'), problems);
  checkHtml(textOf(item, `{${CONTENT}}encoded`), problems);
}

export function atomProblems(document: string): readonly string[] {
  const problems: Problems = [];
  const feed = treeOf(document, problems);
  if (feed === undefined) return problems;
  if (feed.name !== `{${ATOM}}feed`) return ['the root is no Atom feed'];
  matches(feed.attributes[`{${XML}}lang`], LANGUAGE, 'xml:lang', problems);
  checkAtomCore(feed, 'feed', problems);
  selfLink(childrenOf(feed, `{${ATOM}}link`), undefined, problems);
  checkPeople(feed, problems);
  const entries = childrenOf(feed, `{${ATOM}}entry`);
  unique(
    entries.map((entry) => textOf(entry, `{${ATOM}}id`) ?? ''),
    'id',
    problems,
  );
  const hasAuthor = childrenOf(feed, `{${ATOM}}author`).length > 0;
  for (const entry of entries) checkEntry(entry, hasAuthor, problems);
  return problems;
}

function checkEntry(entry: Tree, feedHasAuthor: boolean, problems: Problems): void {
  checkAtomCore(entry, 'entry', problems);
  checkPeople(entry, problems);
  for (const name of ['published', 'summary', 'content', 'rights', 'source'])
    atMostOne(entry, `{${ATOM}}${name}`, problems);
  matches(textOf(entry, `{${ATOM}}published`), RFC3339, 'published', problems);
  const [source] = childrenOf(entry, `{${ATOM}}source`);
  if (source === undefined) problems.push('an entry without its source');
  else {
    checkAtomCore(source, 'source', problems);
    checkPeople(source, problems);
  }
  const authors = [entry, source].flatMap((place) => (place === undefined ? [] : childrenOf(place, `{${ATOM}}author`)));
  if (authors.length === 0 && !feedHasAuthor) problems.push('an entry without an author');
  const links = childrenOf(entry, `{${ATOM}}link`);
  const alternates = links.filter(({ attributes }) => (attributes['rel'] ?? 'alternate') === 'alternate');
  if (alternates.length !== 1) problems.push('an entry without exactly one alternate link');
  for (const { attributes } of childrenOf(entry, `{${ATOM}}category`)) {
    if ((attributes['term'] ?? '').trim() === '') problems.push('a category without a term');
  }
  for (const name of ['summary', 'content']) {
    const [construct] = childrenOf(entry, `{${ATOM}}${name}`);
    if (construct !== undefined && construct.attributes['type'] !== 'html') problems.push(`${name} is not typed html`);
    checkHtml(construct?.text, problems);
  }
}

function checkAtomCore(place: Tree, what: string, problems: Problems): void {
  for (const name of ['id', 'title', 'updated']) requireOne(place, `{${ATOM}}${name}`, problems);
  absolute(textOf(place, `{${ATOM}}id`), `${what} id`, problems);
  if ((textOf(place, `{${ATOM}}title`) ?? '').trim() === '') problems.push(`${what} title is blank`);
  matches(textOf(place, `{${ATOM}}updated`), RFC3339, `${what} updated`, problems);
  for (const { attributes } of childrenOf(place, `{${ATOM}}link`)) {
    absolute(attributes['href'], `${what} link`, problems);
    matches(attributes['length'], /^\d+$/u, 'link length', problems);
    matches(attributes['type'], MEDIA_TYPE, 'link type', problems);
  }
}

function checkPeople(place: Tree, problems: Problems): void {
  for (const person of childrenOf(place, `{${ATOM}}author`)) {
    if ((textOf(person, `{${ATOM}}name`) ?? '').trim() === '') problems.push('an author without a name');
    matches(textOf(person, `{${ATOM}}email`), /^[^@\s]+@[^@\s]+$/u, 'author email', problems);
    absolute(textOf(person, `{${ATOM}}uri`), 'author uri', problems);
  }
}

export function jsonProblems(document: string): readonly string[] {
  const problems: Problems = [];
  if (FORBIDDEN.test(document)) problems.push('a character that no reader wants');
  const feed = asObject(JSON.parse(document));
  if (feed['version'] !== 'https://jsonfeed.org/version/1.1') problems.push('the version is not 1.1');
  text(feed, 'title', problems);
  for (const name of ['home_page_url', 'feed_url', 'next_url']) absolute(optional(feed[name]), name, problems);
  matches(optional(feed['language']), LANGUAGE, 'language', problems);
  for (const hub of listOf(feed['hubs'])) absolute(optional(hub['url']), 'hub url', problems);
  if (!Array.isArray(feed['items'])) return [...problems, 'there are no items'];
  const items = listOf(feed['items']);
  unique(
    items.map((item) => String(item['id'])),
    'id',
    problems,
  );
  for (const item of items) checkJsonItem(item, problems);
  return problems;
}

function checkJsonItem(item: Readonly<Record<string, unknown>>, problems: Problems): void {
  text(item, 'id', problems);
  text(item, 'title', problems);
  if (typeof item['content_html'] !== 'string' && typeof item['content_text'] !== 'string') {
    problems.push('an item without content');
  }
  for (const name of ['url', 'external_url', 'image']) absolute(optional(item[name]), name, problems);
  for (const name of ['date_published', 'date_modified']) matches(optional(item[name]), RFC3339, name, problems);
  for (const author of listOf(item['authors'])) {
    if (author['name'] === undefined && author['url'] === undefined) problems.push('an author without name and url');
    absolute(optional(author['url']), 'author url', problems, /^(?:https?|mailto):/u);
  }
  for (const attachment of listOf(item['attachments'])) {
    absolute(optional(attachment['url']), 'attachment url', problems);
    matches(String(attachment['mime_type']), MEDIA_TYPE, 'mime_type', problems);
    const size = attachment['size_in_bytes'];
    if (size !== undefined && typeof size !== 'number') problems.push('size_in_bytes is no number');
  }
  if (item['author'] !== undefined) problems.push('author is of version 1.0');
  const known =
    /^(?:id|url|external_url|title|content_html|content_text|summary|image|banner_image|date_published|date_modified|authors|tags|language|attachments|_[a-z]+)$/u;
  for (const name of Object.keys(item)) if (!known.test(name)) problems.push(`unknown field ${name}`);
  checkHtml(optional(item['content_html']), problems);
}

function treeOf(document: string, problems: Problems): Tree | undefined {
  if (!document.startsWith('<?xml version="1.0" encoding="utf-8"?>')) problems.push('no XML declaration');
  if (FORBIDDEN.test(document)) problems.push('a character that XML forbids');
  try {
    return parseStrictly(document);
  } catch (error) {
    problems.push(`not well-formed: ${String(error)}`);
    return undefined;
  }
}

/** No script, no relative reference, nothing but web and mail addresses to follow. */
function checkHtml(html: string | undefined, problems: Problems): void {
  if (html === undefined) return;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (/^(?:script|style|object|embed|applet|base|meta|link|form|input)$/u.test(name))
        problems.push(`<${name}> in content`);
      for (const [key, value] of Object.entries(attributes)) {
        if (/^on/u.test(key)) problems.push(`${key} in content`);
        if (key === 'src' || key === 'poster')
          absolute(value, `${key} in content`, problems, /^(?:https?:|data:image\/)/u);
        if (key === 'href') absolute(value, 'href in content', problems, /^(?:https?|mailto):|^#/u);
      }
    },
  });
  parser.end(html);
}

function requireOne(parent: Tree, name: string, problems: Problems): void {
  if (childrenOf(parent, name).length !== 1) problems.push(`${parent.name} has not exactly one ${name}`);
}

function atMostOne(parent: Tree, name: string, problems: Problems): void {
  if (childrenOf(parent, name).length > 1) problems.push(`${parent.name} has more than one ${name}`);
}

function matches(value: string | undefined, pattern: RegExp, what: string, problems: Problems): void {
  if (value !== undefined && !pattern.test(value)) problems.push(`${what} is ${JSON.stringify(value)}`);
}

/** A full URI: readers know no base. */
function absolute(value: string | undefined, what: string, problems: Problems, schemes = /^(?:https?|urn):/u): void {
  if (value === undefined) return;
  const isUri = /^[\x21-\x7e]+$/u.test(value) && schemes.test(value) && (value.startsWith('#') || URL.canParse(value));
  if (!isUri && !what.endsWith('in content')) problems.push(`${what} is no full URI: ${value}`);
  if (what.endsWith('in content') && !schemes.test(value)) problems.push(`${what} is not absolute: ${value}`);
}

function selfLink(links: readonly Tree[], type: string | undefined, problems: Problems): void {
  const selves = links.filter(({ attributes }) => attributes['rel'] === 'self');
  if (selves.length !== 1) problems.push('not exactly one self link');
  const [self] = selves;
  absolute(self?.attributes['href'], 'self link', problems);
  if (type !== undefined && self?.attributes['type'] !== type) problems.push('the self link has another type');
}

function unique(values: readonly string[], what: string, problems: Problems): void {
  if (new Set(values).size !== values.length) problems.push(`a ${what} is used twice`);
}

function text(object: Readonly<Record<string, unknown>>, name: string, problems: Problems): void {
  const value = object[name];
  if (typeof value !== 'string' || value.trim() === '') problems.push(`${name} is missing`);
}

function optional(value: unknown): string | undefined {
  return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${String(value)}`);
  return Object.fromEntries(Object.entries(value));
}
