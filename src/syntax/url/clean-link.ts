/** Which link leads to the same page without counting who follows it? */
import { MAX_REDIRECTORS, redirectTarget } from './redirector.ts';
import { isTrackingParameter } from './tracking-parameters.ts';
import { resolveUrl } from './url.ts';

const HTTP = /^https?:\/\//i;
/** A fragment that is written like a query: `#utm_source=rss`, `#xtor=RSS-1`; not `#/route` or `#section`. */
const QUERY_LIKE = /^[^/!=&]+=/;

/**
 * A link for readers to follow: redirectors that name their target are unwrapped, tracking parameters are removed from query
 * and fragment. Everything else stays as it is written; cleaning twice changes nothing.
 *
 * @param link  absolute; one that is not http or https is returned as it is
 */
export function cleanLink(link: string): string {
  if (!HTTP.test(link) || !URL.canParse(link)) return link;
  return withoutTracking(unwrapped(link));
}

/** A chain of more redirectors than anybody needs stays as it is, so that the result does not depend on who looks. */
function unwrapped(link: string): string {
  let address = link;
  for (let hops = 0; hops <= MAX_REDIRECTORS; hops += 1) {
    const target = redirectTarget(new URL(address));
    const next = target === undefined ? undefined : resolveUrl(target, undefined);
    if (next === undefined || !HTTP.test(next)) return address;
    address = next;
  }
  return link;
}

function withoutTracking(address: string): string {
  const [, page = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/su.exec(address) ?? [];
  const host = new URL(address).hostname.replace(/^www\./u, '');
  const keptQuery = query === undefined ? undefined : withoutTrackingIn(query, host);
  const keptFragment =
    fragment === undefined || !QUERY_LIKE.test(fragment) ? fragment : withoutTrackingIn(fragment, host);
  return page + prefixed('?', keptQuery) + prefixed('#', keptFragment);
}

/** Undefined if nothing is left of it. */
function withoutTrackingIn(parameters: string, host: string): string | undefined {
  const all = parameters.split('&');
  const kept = all.filter((parameter) => {
    const equals = parameter.indexOf('=');
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    return name === '' || !isTrackingParameter(host, name, equals < 0 ? '' : parameter.slice(equals + 1));
  });
  if (kept.length === all.length) return parameters;
  return kept.length === 0 ? undefined : kept.join('&');
}

function prefixed(mark: string, part: string | undefined): string {
  return part === undefined ? '' : mark + part;
}
