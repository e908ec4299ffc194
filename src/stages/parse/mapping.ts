/** How does a canonical document become a feed? With rss-parser's mapping; only this file uses it. */
import Parser from 'rss-parser';
import type { Entry, ParsedFeed } from '../../model/feed.ts';
import type { CanonicalFeed, EntryRest, FeedRest, Mutable } from './canonical.ts';

/**
 * The mapping of rss-parser 3 for the tree of an RSS 2.0 document, in which every element is a list. The library's XML
 * reader is not used: ours is faster, tolerant, and knows namespaces. The method is not in the library's types, because
 * its public entry is `parseString`; mapping.test.ts checks that the library still works as used here.
 */
interface RssMapping {
  buildRSS2(tree: RssTree): MappedFeed;
}

interface RssTree {
  readonly rss: { readonly channel: readonly [CanonicalFeed] };
}

interface MappedFeed {
  readonly title?: string;
  readonly link?: string;
  readonly description?: string;
  readonly language?: string;
  readonly copyright?: string;
  readonly rest: FeedRest;
  readonly items: readonly MappedItem[];
}

interface MappedItem {
  readonly guid?: string;
  readonly title?: string;
  readonly link?: string;
  readonly categories?: readonly string[];
  readonly rest: EntryRest;
}

const parser = new Parser({
  customFields: { feed: ['rest'], item: ['rest'] },
}) as unknown as RssMapping; // see above

/** Joins the fields that the library mapped with those that passed through it unchanged. */
export function mapFeed(feed: CanonicalFeed): Omit<ParsedFeed, 'knownHashes' | 'issues'> {
  const mapped = parser.buildRSS2({ rss: { channel: [feed] } });
  return {
    ...mapped.rest,
    ...(mapped.title !== undefined && { title: mapped.title }),
    ...(mapped.link !== undefined && { link: mapped.link }),
    ...(mapped.description !== undefined && { description: mapped.description }),
    ...(mapped.language !== undefined && { language: mapped.language }),
    ...(mapped.copyright !== undefined && { rights: mapped.copyright }),
    entries: mapped.items.map(entryOf),
  };
}

const NO_CATEGORIES: readonly string[] = [];

/** `rest` was created for this entry alone, so the mapped fields are added to it. */
function entryOf({ guid, title, link, categories, rest }: MappedItem): Entry {
  const fields: Mutable<Pick<Entry, 'id' | 'link' | 'title' | 'categories'>> = {
    categories: categories ?? NO_CATEGORIES,
  };
  if (guid !== undefined) fields.id = guid;
  if (link !== undefined) fields.link = link;
  if (title !== undefined) fields.title = title;
  return Object.assign(rest, fields);
}
