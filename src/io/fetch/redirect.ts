/** Where does a redirect lead, and is it followed? */
import type { FetchFailure } from '../../model/fetch-outcome.ts';
import { failure } from './failure-messages.ts';

/** Maximum number of redirects in one fetch. */
const MAX_HOPS = 5;

/** An address to fetch: http or https, without user name, password and fragment. `undefined` for anything else. */
export function parseAddress(text: string, base?: URL): URL | undefined {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  // Each of these assignments serialises the address again.
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  if (url.hash !== '' || url.href.endsWith('#')) url.hash = '';
  return url;
}

/** A Location with non-ASCII bytes is usually UTF-8, against RFC 9110 §10.2.2; each char of `text` is one byte. */
function readBytes(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

/**
 * The next address, or why there is none.
 *
 * @param isSeen  whether the same request was sent in this fetch already
 * @param hops  redirects followed so far
 */
export function nextHop(
  from: URL,
  status: number,
  location: string | undefined,
  isSeen: (to: URL) => boolean,
  hops: number,
): URL | FetchFailure {
  if (location === undefined || location.trim() === '') {
    return failure('bad-redirect', `${from.href} redirects (${status}) without a target`, { status });
  }
  const to = parseAddress(readBytes(location), from);
  if (to === undefined) {
    return failure(
      'bad-redirect',
      `${from.href} redirects (${status}) to ${location}, which is not an http or https address`,
      {
        status,
      },
    );
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    return failure('bad-redirect', `${from.href} redirects (${status}) to ${to.href}, from https down to http`, {
      status,
    });
  }
  if (isSeen(to)) {
    return failure('redirect-loop', `${from.href} redirects (${status}) back to ${to.href}`, { status });
  }
  if (hops >= MAX_HOPS) {
    return failure(
      'too-many-redirects',
      `${from.href} is redirect number ${hops + 1} in a row; ${MAX_HOPS} are followed`,
      {
        status,
      },
    );
  }
  return to;
}
