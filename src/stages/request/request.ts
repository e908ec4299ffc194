/** Which request is sent for a source? */
import type { FetchSettings, HostBudget, Source } from '../../model/settings.ts';
import { sourceAddress } from '../../model/source-address.ts';
import type { SourceState } from '../../model/source-state.ts';
import { isPersonalHeader, sharesCredentials } from '../../syntax/http/request-headers.ts';

/** Who sends the request, for the User-Agent. */
export interface Identity {
  readonly version: string;
  readonly contact?: string;
  /** Number of configured sources. */
  readonly sources: number;
}

/** What a Fetcher gets. */
export interface PreparedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly validatorsFor?: string;
  readonly configuredUrl: string;
  readonly settings: FetchSettings;
}

/** Feeds first; a page is accepted too, because it may name its feed. */
const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, ' +
  'application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.3, */*;q=0.1';

/**
 * The request for one check. Validators are sent byte for byte, and only to the address that gave them. Headers from the
 * config and a user name in the address are sent only to the origin for which they were written; they override our headers.
 */
export function buildRequest(source: Source, state: SourceState, identity: Identity): PreparedRequest {
  const configured = parse(source.url);
  const address = parse(sourceAddress(source, state)) ?? configured;
  const isOwn = configured === undefined || address === undefined || sharesCredentials(configured, address);
  const headers: Record<string, string> = { 'User-Agent': userAgent(identity), Accept: ACCEPT };
  if (isOwn && configured !== undefined && configured.username !== '') {
    set(headers, 'Authorization', `Basic ${basic(configured)}`);
  }
  for (const [name, value] of Object.entries(source.headers)) {
    if (isOwn || !isPersonalHeader(name.toLowerCase())) set(headers, name, value);
  }
  // Validators without their address are not used.
  const { validatorsFor, etag, lastModified } = state;
  if (validatorsFor !== undefined) {
    if (etag !== undefined) {
      headers['If-None-Match'] = etag;
      headers['A-IM'] = 'feed';
    }
    if (lastModified !== undefined) headers['If-Modified-Since'] = lastModified;
  }
  return {
    url: address === undefined ? source.url : bare(address),
    headers,
    ...(validatorsFor !== undefined && { validatorsFor }),
    configuredUrl: source.url,
    settings: source.fetch,
  };
}

/** `Feedmill/1.2.3 (+mailto:ops@example.org; 12 sources)`; ASCII only, whatever the contact is. */
export function userAgent({ version, contact, sources }: Identity): string {
  const about = `${sources} ${sources === 1 ? 'source' : 'sources'}`;
  const where = contact === undefined || contact === '' ? '' : `+${ascii(contact)}; `;
  return `Feedmill/${version} (${where}${about})`;
}

/** Key of the host budget for an address. */
export function budgetKey(url: string, scope: HostBudget['scope']): string {
  const parsed = parse(url);
  if (parsed === undefined) return url;
  const hostname = parsed.hostname.replace(/\.$/, '');
  switch (scope) {
    case 'url':
      return bare(parsed);
    case 'host':
      return hostname;
    case 'host-and-port':
      return `${hostname}:${parsed.port === '' ? (parsed.protocol === 'https:' ? '443' : '80') : parsed.port}`;
  }
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function bare(url: URL): string {
  const without = new URL(url);
  without.username = '';
  without.password = '';
  without.hash = '';
  return without.href;
}

/** Sets a header, replacing one whose name differs only in case. */
function set(headers: Record<string, string>, name: string, value: string): void {
  const known = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
  headers[known ?? name] = value;
}

function basic({ username, password }: URL): string {
  const text = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

/** A lone `%` stays as it is. */
function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    const bytes = escaped
      .slice(1)
      .split('%')
      .map((byte) => Number.parseInt(byte, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}

function ascii(text: string): string {
  return text.replace(/[^\x21-\x7e]|[()]/gu, (char) => (char === '(' || char === ')' ? '' : encodeURIComponent(char)));
}
