/** Which sources do subscription lists give, and in which categories? */
import type { OpmlDocument, OpmlSubscription } from '../syntax/opml.ts';
import { configSchema } from './schema.ts';
import { sourceIdFor } from './source-id.ts';

/** Where an outline stands. */
export interface OutlinePlace {
  /** Index of its list. */
  readonly list: number;
  readonly offset: number;
}

export interface ListedSource {
  readonly id: string;
  readonly url: string;
  readonly title?: string;
  readonly categories: readonly string[];
  /** From `user:password@` in its address. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** The first one. */
  readonly place: OutlinePlace;
}

export interface ListedCategory {
  readonly slug: string;
  readonly title: string;
  readonly place: OutlinePlace;
}

export interface SkippedOutline {
  /** Without a password. */
  readonly url: string;
  readonly reason: string;
  readonly place: OutlinePlace;
}

export interface Subscriptions {
  readonly sources: readonly ListedSource[];
  /** Folders that become new categories; none without `create`. */
  readonly categories: readonly ListedCategory[];
  readonly skipped: readonly SkippedOutline[];
  /** Folders that are not a category and do not become one. */
  readonly unknownFolders: readonly { readonly title: string; readonly place: OutlinePlace }[];
}

/** Sources and categories that exist already. */
export interface KnownConfig {
  /** Normalised addresses of sources. */
  readonly urls: ReadonlySet<string>;
  /** Ids of sources, in lower case. */
  readonly ids: ReadonlySet<string>;
  /** Slugs of categories by slug and title, in lower case. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A feed that stands in several folders, of one list or of several, gets the categories of all of them. Of folders in folders the innermost decides;
 * without `create`, the innermost that is a category. Never throws.
 *
 * @param create  whether unknown folders become categories
 */
export function subscriptionsOf(
  documents: readonly OpmlDocument[],
  known: KnownConfig,
  create: boolean,
): Subscriptions {
  const names = new Map(known.names);
  const slugs = new Set([...names.values()].map((slug) => slug.toLowerCase()));
  const ids = new Set(known.ids);
  const sources = new Map<string, ListedSource>();
  const categories: ListedCategory[] = [];
  const skipped: SkippedOutline[] = [];
  const unknown = new Map<string, { readonly title: string; readonly place: OutlinePlace }>();

  function slugOf(path: readonly string[], place: OutlinePlace): string | undefined {
    const innermost = path.at(-1);
    if (innermost === undefined) return undefined;
    if (!create) {
      const found = path.map((name) => names.get(name.toLowerCase())).findLast((slug) => slug !== undefined);
      const key = `${place.list} ${innermost}`;
      if (found === undefined && !unknown.has(key)) unknown.set(key, { title: innermost, place });
      return found;
    }
    const there = names.get(innermost.toLowerCase());
    if (there !== undefined) return there;
    const slug = freeName(slugFor(innermost), slugs);
    slugs.add(slug.toLowerCase());
    names.set(innermost.toLowerCase(), slug);
    categories.push({ slug, title: innermost, place });
    return slug;
  }

  function add(subscription: OpmlSubscription, place: OutlinePlace): void {
    const { url, auth, fault } = addressOf(subscription.xmlUrl);
    if (fault !== undefined) {
      skipped.push({ url: withoutPassword(subscription.xmlUrl), reason: fault, place });
      return;
    }
    const key = new URL(url).href;
    if (known.urls.has(key)) {
      skipped.push({ url, reason: 'is a source already', place });
      return;
    }
    // Subscriptions outside folders may name their category in the `category` attribute (OPML 2.0).
    const paths = subscription.folders.length > 0 ? [subscription.folders] : subscription.categories;
    const found = paths.flatMap((path) => slugOf(path, place) ?? []);
    const before = sources.get(key);
    const id = before?.id ?? freeName(sourceIdFor(url), ids);
    ids.add(id.toLowerCase());
    const title = subscription.title ?? subscription.text;
    sources.set(key, {
      ...{ id, url, place },
      ...(title !== undefined && { title }),
      ...(auth !== undefined && { auth }),
      // What it was called first stays.
      ...before,
      categories: [...new Set([...(before?.categories ?? []), ...found])],
    });
  }

  for (const [list, { subscriptions }] of documents.entries())
    for (const subscription of subscriptions) add(subscription, { list, offset: subscription.offset });
  return { sources: [...sources.values()], categories, skipped, unknownFolders: [...unknown.values()] };
}

type Address =
  | { readonly url: string; readonly auth?: ListedSource['auth']; readonly fault?: undefined }
  | { readonly url?: undefined; readonly auth?: undefined; readonly fault: string };

/** `feed:` and similar schemes start a feed reader; a web address follows. */
const READER_SCHEME = /^(?:feed|feeds|rss|pcast|podcast|itpc):(?=https?:)/iu;
const READER_SCHEME_ALONE = /^(?:feed|rss|pcast|podcast|itpc):(?:\/\/)?(?=[^/])/iu;

const addressSchema = configSchema.shape.sources.unwrap().element.shape.url;

function addressOf(written: string): Address {
  const plain = written
    .trim()
    .replace(READER_SCHEME, '')
    .replace(/^feeds:(?:\/\/)?/iu, 'https://')
    .replace(READER_SCHEME_ALONE, 'http://')
    .replaceAll(' ', '%20');
  if (!/^https?:\/\//iu.test(plain)) return { fault: 'must be an address that begins with http:// or https://' };
  if (!URL.canParse(plain)) return { fault: 'is not a valid address' };
  const { username, password } = new URL(plain);
  const url = username === '' && password === '' ? plain : plain.replace(/^(https?:\/\/)[^/?#]*@/iu, '$1');
  const fault = addressSchema.safeParse(url).error?.issues[0]?.message;
  if (fault !== undefined) return { fault };
  if (url === plain) return { url };
  return { url, auth: { username: decoded(username), password: decoded(password) } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: taken as written.
    return text;
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/u, '//…@');
}

/** A slug made from the title. For titles in other scripts it is a number, and the operator may rename it. */
function slugFor(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/gu) ?? [];
  return (
    words
      .join('-')
      .slice(0, 60)
      .replace(/(?<!-)-+$/u, '') || 'folder'
  );
}

/** @param taken  in lower case */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted.slice(0, 58)}-${number}`;
  return name;
}

/** Title of a subscription in messages. */
export function nameOf({ title, text, xmlUrl }: OpmlSubscription): string {
  return title ?? text ?? withoutPassword(xmlUrl);
}
