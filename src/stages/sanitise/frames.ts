/** Which embedded players are kept, how are they restricted, and what replaces the others? */
import { escapeAttribute } from '../../syntax/html/escape.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import { isBeacon, isHidden } from './beacons.ts';
import { dimension, type Surroundings } from './attribute-rules.ts';

const LAZY_SOURCES = ['data-src', 'data-lazy-src', 'data-original', 'data-cfsrc', 'data-ezsrc', 'data-cookieblock-src'];

/**
 * The permissions of a player: its own scripts and storage, full screen, and a window for "watch on …". No access to
 * the page
 * around it, no forms, downloads or dialogs. `allow-same-origin` gives the frame its own origin, not ours; a host that
 * also serves this site must never be on the list.
 */
const HELD =
  'sandbox="allow-scripts allow-same-origin allow-presentation allow-popups" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen=""';

/** The result for an embedded document. */
export type FrameVerdict =
  /** A player on one of the hosts (exact host name); the whole element. */
  | { readonly kind: 'player'; readonly url: string; readonly html: string }
  /** Anything else that shows something: its address and what to call it. */
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  /** Has no address of the web, or only measures. */
  | { readonly kind: 'nothing' };

const NOTHING: FrameVerdict = { kind: 'nothing' };

/**
 * @param sources  names of the attributes that may hold the address, the most trusted first
 */
export function judgeFrame(
  attributes: ReadonlyMap<string, string>,
  surroundings: Surroundings,
  sources: readonly string[] = FRAME_SOURCES,
): FrameVerdict {
  const { iframeHosts } = surroundings.policy;
  let other: URL | undefined;
  for (const name of sources) {
    const url = frameUrl(attributes.get(name), surroundings.baseUrl);
    if (url === undefined) continue;
    const player = playerUrl(url, iframeHosts);
    if (player !== undefined) return { kind: 'player', url: player, html: held(player, attributes, surroundings) };
    other ??= url;
  }
  if (other === undefined || isHidden(attributes) || isBeacon(other.href)) return NOTHING;
  const title = attributes.get('title')?.trim() ?? '';
  // The address of a whole site is not a player.
  if (title === '' && other.pathname === '/' && other.search === '') return NOTHING;
  return { kind: 'link', url: other.href, label: title === '' ? other.hostname.replace(/^www\./, '') : title };
}

/** Attributes of an `iframe` that hold its address. */
const FRAME_SOURCES = ['src', ...LAZY_SOURCES];

function held(url: string, attributes: ReadonlyMap<string, string>, surroundings: Surroundings): string {
  const described = (['width', 'height', 'title'] as const).map((name) => {
    const value = attributes.get(name);
    const safe = value === undefined || name === 'title' ? value : dimension(value, surroundings);
    return safe === undefined ? '' : ` ${name}="${escapeAttribute(safe)}"`;
  });
  return `<iframe src="${escapeAttribute(url)}"${described.join('')} ${HELD}></iframe>`;
}

function frameUrl(reference: string | undefined, baseUrl: string | undefined): URL | undefined {
  const resolved = reference === undefined ? undefined : resolveUrl(reference, baseUrl);
  if (resolved === undefined || !/^https?:\/\//i.test(resolved)) return undefined;
  const url = new URL(resolved);
  return url.username === '' && url.password === '' ? url : undefined;
}

/** The address of a player on one of the hosts, as https; undefined for any other address. */
function playerUrl(written: URL, hosts: readonly string[]): string | undefined {
  if (hosts.length === 0 || written.port !== '' || written.pathname === '/') return undefined;
  const url = new URL(embedAddress(written) ?? written.href);
  url.protocol = 'https:';
  const { hostname } = url;
  const bare = hostname.replace(/^(?:m|mobile|www)\./, '');
  const listed = [hostname, `www.${hostname}`, bare, `www.${bare}`].find((name) => hosts.includes(name));
  if (listed === undefined) return undefined;
  url.hostname = listed;
  return url.href;
}

const VIDEO_ID = /^[\w-]{1,64}$/;

/** Pages and old addresses of well-known players as the address of the player itself; undefined for others. */
function embedAddress({ hostname, pathname, searchParams, search }: URL): string | undefined {
  const site = hostname.replace(/^(?:www|m|mobile)\./, '');
  const [first = '', second = ''] = pathname.split('/').filter((part) => part !== '');
  switch (site) {
    case 'youtu.be':
      return VIDEO_ID.test(first) ? `https://www.youtube.com/embed/${first}` : undefined;
    case 'youtube.com': {
      const id = first === 'watch' ? (searchParams.get('v') ?? '') : second;
      const isPage = first === 'watch' || first === 'v' || first === 'shorts' || first === 'live';
      return isPage && VIDEO_ID.test(id) ? `https://www.youtube.com/embed/${id}` : undefined;
    }
    case 'bilibili.com':
      if (first === 'blackboard') return `https://player.bilibili.com/player.html${search}`;
      return first === 'video' && VIDEO_ID.test(second)
        ? `https://player.bilibili.com/player.html?${/^av\d/i.test(second) ? `aid=${second.slice(2)}` : `bvid=${second}`}`
        : undefined;
    case 'vimeo.com':
      return /^\d+$/.test(first) ? `https://player.vimeo.com/video/${first}` : undefined;
    default:
      return undefined;
  }
}
