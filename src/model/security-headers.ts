/** Which security headers are sent with pages and other answers? */
import type { HtmlSettings } from './settings.ts';

/**
 * Content-Security-Policy of all pages: scripts and styles only from this site and none inline, images and media from any
 * address that posts use, frames only from the hosts that the operator allows.
 */
export function contentSecurityPolicy({ iframeHosts, dataImages }: HtmlSettings): string {
  const frames = iframeHosts.length === 0 ? "'none'" : iframeHosts.map((host) => `https://${host}`).join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' https: http:${dataImages ? ' data:' : ''}`,
    'media-src https: http:',
    `frame-src ${frames}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every response. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
