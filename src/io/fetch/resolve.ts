/** Which addresses does a host name have? */
import { readFileSync } from 'node:fs';
import { lookup, Resolver } from 'node:dns/promises';
import { codeOf } from '../../model/errors.ts';

/** Every address of a name, IPv4 first. @throws an error with `code` as of node:dns. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * Asks the name servers directly if possible. The system's lookup (getaddrinfo) occupies one of the few threads that also read
 * files and inflate bodies, so that four sources with a dead name server would stop all others. It is used only for names in
 * /etc/hosts, names without a dot, search domains, and machines without a name server.
 */
export function createResolve(resolver = new Resolver({ timeout: 2500, tries: 2 })): Resolve {
  const local = hostsFile();
  return async (hostname) => {
    const name = hostname.replace(/\.$/, '').toLowerCase();
    if (!name.includes('.') || /\.(?:localhost|local)$/.test(name) || local.has(name)) return bySystem(hostname);
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    const reasons = [four, six].flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    const silent = reasons.find((reason) => ['ETIMEOUT', 'ESERVFAIL', 'EREFUSED'].includes(codeOf(reason)));
    if (silent !== undefined) throw silent as Error; // node:dns rejects with errors only
    return bySystem(hostname);
  };
}

async function bySystem(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true, order: 'ipv4first' });
  return found.map(({ address }) => address);
}

/** Names in the hosts file; empty if there is none. */
function hostsFile(): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync('/etc/hosts', 'utf8');
  } catch {
    // There is no such file, so getaddrinfo has none either.
    return new Set();
  }
  return new Set(
    text
      .toLowerCase()
      .split('\n')
      .flatMap((line) => (line.split('#')[0] ?? '').trim().split(/\s+/).slice(1)),
  );
}
