/** Is an image visible content, or a tracking pixel? */

/** Hosts that serve only tracking, with their subdomains. */
const BEACON_HOSTS: ReadonlySet<string> = new Set([
  '2mdn.net',
  'adnxs.com',
  'advertising.com',
  'amazon-adsystem.com',
  'atdmt.com',
  'bat.bing.com',
  'chartbeat.net',
  'cnzz.com',
  'criteo.com',
  'da.feedsportal.com',
  'doubleclick.net',
  'emltrk.com',
  'feedblitz-tracking.com',
  'flurry.com',
  'google-analytics.com',
  'googlesyndication.com',
  'googletagmanager.com',
  'hm.baidu.com',
  'imrworldwide.com',
  'ioam.de',
  'irs01.com',
  'ivwbox.de',
  'krxd.net',
  'miaozhen.com',
  'mixpanel.com',
  'moatads.com',
  'newrelic.com',
  'nr-data.net',
  'omtrdc.net',
  'pixel.facebook.com',
  'pixel.wp.com',
  'quantserve.com',
  'scorecardresearch.com',
  'sensic.net',
  'statcounter.com',
  'stats.wordpress.com',
  'stats.wp.com',
  'tongji.baidu.com',
  'vgwort.de',
  'webtrekk.net',
  'xiti.com',
  'yieldmo.com',
]);

/** Addresses of counters on hosts that also serve other things; matched against host and path. */
const BEACON_PATHS =
  /^feeds\.feedburner\.com\/~r\/|^feeds\.[^/]+\/~r\/|^feedproxy\.google\.com\/~r\/|\.feedsportal\.com\/.*\/mf\.gif|^blogger\.googleusercontent\.com\/tracker\/|\.list-manage\d?\.com\/track\/|\/(?:piwik|matomo)\.php$|^(?:www\.)?facebook\.com\/tr(?:$|\/)|^feeds\.wordpress\.com\/1\.0\/|^pixel\.|^counter\.yadro\.ru\/|\/track(?:ing)?[/_-]?pixel\b|\/(?:pixel|spacer|blank|clear|transparent|1x1|beacon)\.(?:gif|png)$|^c\.statcounter\.com\/|^c\d?\.51\.la\/|^s\d+\.cnzz\.com\/|^imp\.[^/]+\/|\/stat\.(?:gif|php)$|\/b\.gif$|^rss\.[^/]+\/~r\/|\/count\.(?:gif|php)$/i;

/** Addresses of sharing pages, used by mistake as an image. */
const SHARING_PAGES =
  /^(?:www\.)?(?:facebook\.com\/sharer|twitter\.com\/(?:share|intent)|x\.com\/(?:share|intent)|linkedin\.com\/shareArticle|pinterest\.com\/pin\/create)|^api\.flattr\.com\/|^(?:[^/]+\.)?feedsportal\.com\//i;

/** @param url  absolute */
export function isBeacon(url: string): boolean {
  const match = /^https?:\/\/(?:[^/?#@]*@)?([^/?#:]*)[^/?#]*([^?#]*)/i.exec(url);
  if (match === null) return false;
  const host = (match[1] ?? '').toLowerCase();
  for (let domain = host; domain !== ''; domain = parentOf(domain)) {
    if (BEACON_HOSTS.has(domain)) return true;
  }
  const page = host + (match[2] ?? '');
  return BEACON_PATHS.test(page) || SHARING_PAGES.test(page);
}

function parentOf(domain: string): string {
  const dot = domain.indexOf('.');
  return dot < 0 ? '' : domain.slice(dot + 1);
}

const TINY = /^\s*[01](?:\.0*)?\s*(?:px)?\s*$/i;
const TINY_WIDTH = /(?:^|[;\s])width\s*:\s*[01](?:px)?\s*(?:!|;|$)/i;
const HIDDEN = /display\s*:\s*none|visibility\s*:\s*hidden/i;
const TINY_HEIGHT = /(?:^|[;\s])height\s*:\s*[01](?:px)?\s*(?:!|;|$)/i;

/** True if the image is at most one pixel wide and high, by its attributes or its style. */
export function isPixel(attributes: ReadonlyMap<string, string>): boolean {
  return isThin(attributes) && isFlat(attributes);
}

/** True if a frame is at most one pixel wide or high, or hidden by its style. */
export function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  return isThin(attributes) || isFlat(attributes) || HIDDEN.test(attributes.get('style') ?? '');
}

function isThin(attributes: ReadonlyMap<string, string>): boolean {
  return TINY.test(attributes.get('width') ?? '') || TINY_WIDTH.test(attributes.get('style') ?? '');
}

function isFlat(attributes: ReadonlyMap<string, string>): boolean {
  return TINY.test(attributes.get('height') ?? '') || TINY_HEIGHT.test(attributes.get('style') ?? '');
}
