/** Which embedded players may stay, and in which sandbox? */
import { escapeAttribute } from '../../syntax/html/escape.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import { dimension, type Surroundings } from './attribute-rules.ts';

const LAZY_SOURCES = ['data-src', 'data-lazy-src', 'data-original', 'data-cfsrc', 'data-ezsrc', 'data-cookieblock-src'];

/**
 * What a player needs: its own scripts and storage, full screen, and a window for "watch on …". No access to the page
 * around it, no forms, downloads or dialogs. `allow-same-origin` gives the frame its own origin, not ours; a host that
 * also serves this site must never be on the list.
 */
const HELD =
  'sandbox="allow-scripts allow-same-origin allow-presentation allow-popups" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen=""';

/** The whole element, with an https address; undefined if the host is not exactly one of the allowed hosts. */
export function safeFrame(attributes: ReadonlyMap<string, string>, surroundings: Surroundings): string | undefined {
  const { iframeHosts } = surroundings.policy;
  if (iframeHosts.length === 0) return undefined;
  const url = frameUrl(attributes, surroundings.baseUrl, iframeHosts);
  if (url === undefined) return undefined;
  const described = (['width', 'height', 'title'] as const).map((name) => {
    const value = attributes.get(name);
    const safe = value === undefined || name === 'title' ? value : dimension(value, surroundings);
    return safe === undefined ? '' : ` ${name}="${escapeAttribute(safe)}"`;
  });
  return `<iframe src="${escapeAttribute(url)}"${described.join('')} ${HELD}></iframe>`;
}

function frameUrl(
  attributes: ReadonlyMap<string, string>,
  baseUrl: string | undefined,
  hosts: readonly string[],
): string | undefined {
  for (const name of ['src', ...LAZY_SOURCES]) {
    const reference = attributes.get(name);
    const resolved = reference === undefined ? undefined : resolveUrl(reference, baseUrl);
    if (resolved === undefined || !/^https?:\/\//i.test(resolved)) continue;
    const url = new URL(resolved);
    url.protocol = 'https:';
    if (url.username !== '' || url.password !== '' || url.port !== '') continue;
    if (hosts.includes(url.hostname)) return url.href;
  }
  return undefined;
}
