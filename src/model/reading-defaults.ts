/** Defaults for parsing and sanitising, for the config and for the library. */
import type { HtmlSettings, ParseLimits } from './settings.ts';

export const DEFAULT_LIMITS: ParseLimits = {
  maxDepth: 256,
  maxEntries: 5_000,
  maxAttributes: 256,
  maxTextLength: 4_000_000,
  maxTags: 50,
};

export const DEFAULT_HTML: HtmlSettings = {
  iframeHosts: [
    'www.youtube.com',
    'www.youtube-nocookie.com',
    'player.vimeo.com',
    'player.bilibili.com',
    'v.qq.com',
    'open.spotify.com',
    'w.soundcloud.com',
  ],
  dataImages: false,
  cleanLinks: true,
};
