/** What may a page of ours load, and what does a browser get told with every document? */
import type { HtmlSettings } from './settings.ts';

/**
 * The Content-Security-Policy of all pages: no script but ours, nothing inline, styles from us, pictures and media from anywhere the
 * posts point to, frames only from the hosts that the operator allows.
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

/** Headers of every answer, whatever it is. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
