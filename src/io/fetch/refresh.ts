/** Does a page redirect by itself to another address, where the feed may be? */
import { parseRefresh } from '../../syntax/http/refresh.ts';
import { metaRefresh } from '../../syntax/html/meta-refresh.ts';
import { bodyStart } from './body-start.ts';
import { challengeOf } from './bot-challenge.ts';
import { one, type Reply } from './request.ts';

/** A page that reloads itself after minutes is in use; a page that moved redirects immediately. */
const MOST_DELAY_MS = 30_000;
const HEAD_BYTES = 64 * 1024;
const PAGE_BYTES = 512;
/** An empty body, or the beginning of an HTML page. */
const PAGE =
  /^(?:\u00ef\u00bb\u00bf)?\s*(?:$|(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|title|body)\b)/is;
const NAMES_FEED = /<link\b[^>]*application\/(?:rss|atom|rdf|feed)\b/i;

/** The target as written; none for a feed, for a page that names its feeds, and for the page of a bot guard. */
export function refreshTarget(reply: Reply): string | undefined {
  if (reply.kind !== 'document' || reply.inflated.kind !== 'body') return undefined;
  const { body } = reply.inflated;
  if (!PAGE.test(bodyStart(body, PAGE_BYTES))) return undefined;
  const text = bodyStart(body, HEAD_BYTES);
  if (NAMES_FEED.test(text) || challengeOf({ ...reply.head, text }) !== undefined) return undefined;
  const refresh = parseRefresh(one(reply.head.headers['refresh']) ?? metaRefresh(text) ?? '');
  return refresh !== undefined && refresh.delayMs <= MOST_DELAY_MS ? refresh.target : undefined;
}
