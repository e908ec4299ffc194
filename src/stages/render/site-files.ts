/** Which documents depend only on the config, and which headers must a static host send? */
import { secondsInDay } from 'date-fns/constants';
import type { OutputFormat, RenderedDocument } from '../../model/output.ts';
import { contentSecurityPolicy, SAFE_HEADERS } from '../../model/security-headers.ts';
import type { Settings } from '../../model/settings.ts';
import { renderNotFoundPage } from './home-page.ts';
import { RELATIVE_TIME_SCRIPT } from './relative-time.ts';
import { renderRobots } from './sitemap.ts';
import { renderStyles } from './style.ts';

/** A static host cannot know how often each feed changes. */
const STATIC_CACHE = 'public, max-age=300, stale-while-revalidate=86400';

const TYPES: Readonly<Record<Exclude<OutputFormat, 'html'>, string>> = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
};

/** Style sheets, the one script, the icon, the page for unknown addresses, `robots.txt`, and `_headers` for static hosts. */
export function renderSiteFiles(settings: Settings): RenderedDocument[] {
  return [
    ...renderStyles(settings),
    RELATIVE_TIME_SCRIPT,
    ICON,
    renderNotFoundPage(settings),
    renderRobots(settings),
    renderHostHeaders(settings),
  ];
}

/** Browsers request an icon in any case. */
const ICON: RenderedDocument = {
  path: '/favicon.svg',
  mediaType: 'image/svg+xml; charset=utf-8',
  body: Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#9b1c1c"/>' +
      '<g fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"><path d="M8 8l16 16M24 8L8 24"/></g>' +
      '<circle cx="16" cy="16" r="3.6" fill="#fff"/></svg>\n',
  ),
  modifiedAt: 0,
  serving: { maxAgeSeconds: secondsInDay },
};

/** `_headers` as Netlify, Cloudflare Pages and others read it: types by suffix, and what the web server would send. */
function renderHostHeaders(settings: Settings): RenderedDocument {
  const rules: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['/*', { ...SAFE_HEADERS, 'Content-Security-Policy': contentSecurityPolicy(settings.html) }],
    ...Object.entries(TYPES).map(
      ([format, type]) =>
        [
          `/*.${format}`,
          {
            'Content-Type': type,
            'Cache-Control': STATIC_CACHE,
            ...(format === 'json' && { 'Access-Control-Allow-Origin': '*' }),
          },
        ] as const,
    ),
    ['/*.opml', { 'Content-Type': 'text/x-opml; charset=utf-8' }],
    ['/opml.xml', { 'Content-Type': 'text/x-opml; charset=utf-8' }],
  ];
  const text = rules
    .map(([path, headers]) => {
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
      return `${path}\n${lines.join('')}`;
    })
    .join('\n');
  return { path: '/_headers', mediaType: 'text/plain; charset=utf-8', body: Buffer.from(text), modifiedAt: 0 };
}
