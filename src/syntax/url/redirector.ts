/** Does a link go through a redirector, and to which address does it lead? */
import { percentDecoded } from './percent-decode.ts';

/** Query parameters that contain the target, if the rest of the address shows that it is a redirect. */
const TARGET_PARAMETERS = [
  'url',
  'u',
  'q',
  'to',
  'target',
  'dest',
  'destination',
  'goto',
  'gourl',
  'link',
  'redirect',
  'redirect_url',
  'ued',
  'murl',
  'pfurl',
  'z',
  'uddg',
  'ru',
  'r',
  'href',
];

/** Last path segment of pages that only redirect: `/url?q=`, `/l.php?u=`, `/link?target=`, `/go.php?url=`. */
const REDIRECTING_PATH =
  /\/(?:url|l|out|outlink|outbound|away|go|goto|go-wild|jump|link|link2|linkfilter|redir|redirect|redirector|redirecturl|rd|r|click|clickthrough|track|apiclick|external|exit|leave|middlem|newredirectconfirmcgi|newreadtemplate|readtemplate|t)(?:\.(?:php|aspx?|html?|jsp|cgi|do))?\/?$/i;

/** Hosts that only redirect, with any path. */
const REDIRECTING_HOST =
  /^(?:link\.(?:zhihu\.com|juejin\.cn|csdn\.net|segmentfault\.com|medium\.com)|out\.reddit\.com|href\.li|exit\.sc|disq\.us|slack-redir\.net|go\.redirectingat\.com|go\.skimresources\.com|click\.linksynergy\.com|l\.(?:facebook|instagram|messenger)\.com|lm\.facebook\.com|t\.umblr\.com|c\.pc\.qq\.com|weixin110\.qq\.com|www\.awin1\.com)$/i;

/** How many redirectors in one link are unwrapped. */
export const MAX_REDIRECTORS = 4;

const HTTP = /^https?:\/\//i;
/** `https://www.google.com/amp/s/host/path`, `https://host-org.cdn.ampproject.org/c/s/host/path`; http without `s`. */
const AMP_VIEWER = /^\/(?:amp|[civr])\/(s\/)?([^/]+\.[^/]+.*)$/;
/** Yahoo writes the target in the path: `/_ylt=…/RU=https%3a%2f%2f…/RK=2/`. */
const YAHOO_PATH = /\/RU=(https?%3a%2f%2f[^/]+)\//i;
const GOOGLE_NEWS_PATH = /^\/(?:rss\/)?(?:__i\/rss\/rd\/)?articles\/(CB[A-Za-z0-9_-]+)/;

/**
 * Target of a redirector, absolute; undefined for an ordinary link. Only the link itself is read: short links and opaque
 * tokens stay as they are.
 */
export function redirectTarget(url: URL): string | undefined {
  const target = ampTarget(url) ?? googleNewsTarget(url) ?? yahooTarget(url) ?? parameterTarget(url);
  return target !== undefined && URL.canParse(target) ? target : undefined;
}

function parameterTarget(url: URL): string | undefined {
  if (url.search === '') return undefined;
  if (url.hostname === 'href.li') return httpOnly(percentDecoded(url.search.slice(1)));
  if (!REDIRECTING_PATH.test(url.pathname) && !REDIRECTING_HOST.test(url.hostname)) return undefined;
  for (const name of TARGET_PARAMETERS) {
    const value = httpOnly(url.searchParams.get(name) ?? '');
    if (value !== undefined) return value;
  }
  return undefined;
}

const httpOnly = (value: string): string | undefined => (HTTP.test(value) ? value : undefined);

function ampTarget(url: URL): string | undefined {
  const viewer = url.hostname === 'cdn.ampproject.org' || url.hostname.endsWith('.cdn.ampproject.org');
  const google = /^(?:www\.)?google\.[a-z.]+$/.test(url.hostname) && url.pathname.startsWith('/amp/');
  if (!viewer && !google) return undefined;
  const [, secure, rest] = AMP_VIEWER.exec(url.pathname) ?? [];
  return rest === undefined ? undefined : `${secure === undefined ? 'http' : 'https'}://${rest}${url.search}`;
}

function yahooTarget(url: URL): string | undefined {
  if (!url.hostname.endsWith('.search.yahoo.com')) return undefined;
  const [, target] = YAHOO_PATH.exec(url.pathname) ?? [];
  return target === undefined ? undefined : percentDecoded(target);
}

/** Older Google News tokens are base64url with the address in plain text; newer ones are opaque. */
function googleNewsTarget(url: URL): string | undefined {
  if (url.hostname !== 'news.google.com') return undefined;
  const [, token] = GOOGLE_NEWS_PATH.exec(url.pathname) ?? [];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString('latin1');
  return /https?:\/\/[\x21-\x7e]+/.exec(text)?.[0];
}
