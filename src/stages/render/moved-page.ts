/** What does a static host show under the former address of a page? */
import type { RenderedDocument } from '../../model/output.ts';
import { escape } from './xml.ts';

/** A page that redirects to the present address immediately; for hosts that cannot redirect. */
export function renderMovedPage(path: string, address: string, modifiedAt: number): RenderedDocument {
  const href = escape(address);
  return {
    path,
    mediaType: 'text/html; charset=utf-8',
    modifiedAt,
    body: Buffer.from(
      `<!doctype html>\n<meta charset="utf-8">\n<title>${href}</title>\n<link rel="canonical" href="${href}">\n` +
        `<meta http-equiv="refresh" content="0; url=${href}">\n<p><a href="${href}">${href}</a></p>\n`,
    ),
  };
}
