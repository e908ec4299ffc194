/** Which proxy do the usual environment variables set for a request? */

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Proxy address from `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`; the lower-case name wins.
 * An https address without `HTTPS_PROXY` uses no proxy, as in curl.
 */
export function environmentProxy(url: URL, environment: ProxyEnvironment): string | undefined {
  const read = (name: string): string | undefined =>
    nonEmpty(environment[name.toLowerCase()]) ?? nonEmpty(environment[name]);
  const proxy = (url.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')) ?? read('ALL_PROXY');
  if (proxy === undefined || isExempt(url, read('NO_PROXY') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** `*` exempts every host; `example.org` and `.example.org` the host and its subdomains; `host:port` only that port. */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const withPort = /^(.+):(\d+)$/.exec(entry);
      // `::1` also ends in a colon and digits, but is an address.
      const split = withPort && !(withPort[1] ?? '').includes(':') ? withPort : undefined;
      if (split && split[2] !== port) return false;
      const name = (split?.[1] ?? entry).replace(/^\*?\./, '');
      return host === name || host === `[${name}]` || host.endsWith(`.${name}`);
    });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
