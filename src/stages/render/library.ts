/**
 * How does the `feed` library write the frame of a feed and single entries?
 *
 * The frame is what it writes for a feed without entries, split at the place of the entries; an entry is cut out of
 * what it writes for a feed with one entry. So an entry is written once and cached, however often the feed around it
 * changes.
 */
import { Feed, type Extension, type FeedOptions, type Item } from 'feed';
import { InvariantError } from '../../model/errors.ts';

export interface Frame {
  readonly head: string;
  readonly tail: string;
}

/** A feed without anything that could be mistaken for the start or end of an entry. */
const AROUND: FeedOptions = {
  id: 'urn:-',
  title: '-',
  link: 'http://-.example/',
  generator: false,
  updated: new Date(0),
};

/** One entry, from the first `open` to the last `close`. */
export function cutEntry(
  item: Item,
  write: (feed: Feed) => string,
  { open, close }: { readonly open: string; readonly close: string },
): string {
  const feed = new Feed(AROUND);
  feed.addItem(item);
  const document = write(feed);
  const start = document.indexOf(open);
  const end = document.lastIndexOf(close);
  if (start === -1 || end < start) throw new InvariantError(`the feed library wrote no ${open}`);
  return document.slice(start, end + close.length);
}

/** The texts before and after the entries: the document without entries is split at the last `end`. */
export function cutFrame(document: string, end: string): Frame {
  const at = document.lastIndexOf(end);
  if (at === -1) throw new InvariantError(`the feed library wrote no ${end}`);
  return { head: document.slice(0, at), tail: document.slice(at) };
}

/** An extension of the library; a name that it knows already replaces what it would have written. */
export function extension(name: string, value: unknown): Extension {
  // The library passes the value on to its writer, which takes lists and texts as well as the declared objects.
  return { name, objects: value as Record<string, unknown> };
}
