/** Where does a reference lead, is it safe to follow, and which links lead to the same page? */
import { MAX_REDIRECTORS, redirectTarget } from './redirector.ts';
import { isTrackingParameter } from './tracking-parameters.ts';

/** Absolute http(s) URL that a URL parser would not change. */
const CLEAN_HTTP = /^https?:\/\/[^\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\\<>"`{}^]+$/i;
/** The same, with a host of plain letters: no IPv4 address, no Punycode. */
const PLAIN_HTTP =
  /^https?:\/\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}(?::\d{1,4})?(?:[/?#][^\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\\<>"`{}^]*)?$/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const HTTP = /^https?:/i;
/** Characters around a reference that do not belong to it: white space of any script, controls, zero-width marks. */
const AROUND =
  /^[\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]+|(?<![\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff])[\s\0-\x20\x7f-\x9f\u200b\u200e\u200f\u2060\ufeff]+$/g;
const LINE_BREAKS = /[\t\n\r]/g;
const SAFE_LINK = /^(?:https?:\/\/[^/?#\\\s]|mailto:[^\0-\x20\x7f])/i;

/**
 * The absolute URL of a reference (RFC 3986 §5; WHATWG URL for http and https).
 *
 * A reference that is already absolute is returned as written, with IRIs and Chinese paths. It is serialised again only if
 * it needs repair (spaces, backslashes, missing slashes). Other schemes (`tag:`, `urn:`, `mailto:`, `javascript:`) are
 * returned trimmed; `isSafeLink` decides whether to follow them. `//host/path` without a base is read as https.
 *
 * @param base  absolute URL; anything else counts as absent
 * @returns     undefined if the reference is empty, cannot be a URL, or is relative without a base
 */
export function resolveUrl(reference: string, base: string | undefined): string | undefined {
  if (PLAIN_HTTP.test(reference)) return reference;
  const trimmed = reference.replace(AROUND, '').replace(LINE_BREAKS, '');
  if (trimmed === '') return undefined;
  if (CLEAN_HTTP.test(trimmed)) return URL.canParse(trimmed) ? trimmed : undefined;
  if (SCHEME.test(trimmed) && !HTTP.test(trimmed)) return URL.canParse(trimmed) ? withoutBlanks(trimmed) : undefined;
  const absoluteBase = base?.replace(AROUND, '');
  if (absoluteBase !== undefined && URL.canParse(trimmed, absoluteBase)) return new URL(trimmed, absoluteBase).href;
  const alone = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  return URL.canParse(alone) ? new URL(alone).href : undefined;
}

/** No URL contains white space or control characters, whatever its scheme (RFC 3986 §2). */
function withoutBlanks(url: string): string {
  return url.replace(/[\s\0-\x1f\x7f]/g, encodeURIComponent);
}

/**
 * True if readers may be sent there: only http, https and mailto. For results of `resolveUrl`; a relative URL or a scheme
 * in disguise is not safe.
 */
export function isSafeLink(url: string): boolean {
  return SAFE_LINK.test(url);
}

/** First labels of host names that serve the same pages to other devices. */
const DEVICE_LABELS: ReadonlySet<string> = new Set(['www', 'm', 'mobile', 'amp', 'wap', '3g', 'touch', 'www1', 'www2']);
/** Fragments that a script reads as a path: `#!/post/1`, `#/post/1`. */
const ROUTE = /^#!?\//;
const AMP_PATH = /^\/amp(?=\/)|\/amp(?=\/?$)|(?<=.)\.amp(?=(?:\.html?)?\/?$)/gi;
const INDEX_PAGE = /\/(?:index|default)\.(?:html?|shtml|php|aspx?|jsp)$/i;

/**
 * One address for all links to a page; for comparison, not for following. Redirectors are unwrapped; http becomes https;
 * the host is in lower case without `www.`, `m.`, `amp.`, `mobile.`; default port, user, fragment, trailing slash, index
 * page, AMP path and tracking parameters are removed; the other parameters are sorted. Fragments like `#/…` stay.
 *
 * Two entries of one document may share it (a page with many stories): it shows that two links lead to one page, not
 * that two entries are one story.
 *
 * @param url  absolute; a URL other than http and https is returned trimmed
 */
export function canonicaliseUrl(url: string): string {
  const trimmed = url.trim();
  if (!HTTP.test(trimmed) || !URL.canParse(trimmed)) return trimmed;
  let page = new URL(trimmed);
  for (let hops = 0; hops < MAX_REDIRECTORS; hops += 1) {
    const target = redirectTarget(page);
    if (target === undefined) break;
    page = new URL(target);
  }
  const host = canonicalHost(page.hostname);
  const port = page.port === '80' || page.port === '443' || page.port === '' ? '' : `:${page.port}`;
  const path = canonicalPath(page.pathname);
  const route = ROUTE.test(page.hash) ? page.hash : '';
  const canonical = `https://${host}${port}${path}${canonicalQuery(page, host)}${route}`;
  // Without its AMP suffix the path may be the path of a redirector.
  return path !== '' && path !== page.pathname && page.search !== '' ? canonicaliseUrl(canonical) : canonical;
}

function canonicalHost(hostname: string): string {
  const labels = hostname.replace(/\.$/, '').split('.');
  for (;;) {
    // The language may come before the device: `zh.m.wikipedia.org`.
    const device = labels.length > 3 && labels[1] === 'm' ? 1 : 0;
    if (labels.length <= 2 || !DEVICE_LABELS.has(labels[device] ?? '')) return labels.join('.');
    labels.splice(device, 1);
  }
}

function canonicalPath(pathname: string): string {
  let path = canonicalEscapes(pathname);
  for (;;) {
    const shorter = path
      .replace(AMP_PATH, '')
      .replace(INDEX_PAGE, '')
      .replace(/(?<!\/)\/+$/, '');
    if (shorter === path) return path;
    path = shorter;
  }
}

/** `%7e` becomes `~`, `%e4` becomes `%E4` (RFC 3986 §6.2.2). */
function canonicalEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}

function canonicalQuery(page: URL, host: string): string {
  if (page.search === '') return '';
  const kept = page.search
    .slice(1)
    .split('&')
    .filter((parameter) => {
      const equals = parameter.indexOf('=');
      const name = equals < 0 ? parameter : parameter.slice(0, equals);
      return parameter !== '' && !isTrackingParameter(host, name, equals < 0 ? '' : parameter.slice(equals + 1));
    })
    .map(canonicalEscapes)
    .sort();
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}
