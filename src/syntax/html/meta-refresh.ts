/** Does a page refresh itself to another address? */
import { decodeTerminatedReferences } from './references.ts';

/** `content` of the first `<meta http-equiv="refresh">` that is neither in a comment nor only for pages without scripts. */
export function metaRefresh(html: string): string | undefined {
  const visible = html
    .replace(/<!--.*?(?:-->|$)/gs, '')
    .replace(/<(noscript|script|style|template)\b.*?(?:<\/\1|$)/gis, '');
  for (const [tag] of visible.matchAll(/<meta\b(?:"[^"]*"|'[^']*'|[^'">])*>/gi)) {
    if (attribute(tag, 'http-equiv')?.trim().toLowerCase() === 'refresh') {
      const content = attribute(tag, 'content');
      return content === undefined ? undefined : decodeTerminatedReferences(content);
    }
  }
  return undefined;
}

function attribute(tag: string, name: string): string | undefined {
  for (const [, found = '', double, single, bare] of tag.matchAll(
    /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g,
  )) {
    if (found.toLowerCase() === name) return double ?? single ?? bare;
  }
  return undefined;
}
