/** `feedmill/sanitise`: which part of foreign HTML is safe to show? */
import { DEFAULT_HTML } from '../model/reading-defaults.ts';
import { sanitise as sanitiseMarkup } from '../stages/sanitise/sanitise.ts';

export interface SanitiseOptions {
  /** Base of relative addresses; without it they are removed. */
  readonly baseUrl?: string;
  /** Hosts whose frames are kept, in a sandbox; absent: YouTube, Vimeo, Bilibili, Tencent, Spotify, SoundCloud. */
  readonly iframeHosts?: readonly string[];
  /** Whether images that are written into the page as `data:` addresses are kept; absent: false. */
  readonly dataImages?: boolean;
  /** Whether links lose tracking parameters and redirectors; absent: false. */
  readonly cleanLinks?: boolean;
}

export interface SanitisedHtml {
  /** Safe on any page; well-formed as HTML and as XML. Sanitising it again changes nothing. */
  readonly html: string;
  /** Absolute addresses of its images, in order. */
  readonly images: readonly string[];
  /** Absolute addresses of its links, in order. */
  readonly links: readonly string[];
}

/** Elements, attributes and CSS by allow-list; only http, https and mailto links; no tracking pixels. One pass. */
export function sanitise(html: string, options: SanitiseOptions = {}): SanitisedHtml {
  const {
    baseUrl,
    iframeHosts = DEFAULT_HTML.iframeHosts,
    dataImages = DEFAULT_HTML.dataImages,
    cleanLinks = false,
  } = options;
  const policy = { iframeHosts, dataImages, cleanLinks };
  return sanitiseMarkup({ html, ...(baseUrl !== undefined && { baseUrl }) }, policy);
}
