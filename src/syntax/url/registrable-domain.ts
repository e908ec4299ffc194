/** Which part of a host name was registered by one party? */
import { getDomain } from 'tldts';

/**
 * The domain below a public suffix (publicsuffix.org, private suffixes included), `reader.example.co.uk` ->
 * `example.co.uk`. An IP address, a name without a dot and a public suffix itself are returned unchanged.
 *
 * @param hostname  in the form of `URL.hostname`
 */
export function registrableDomain(hostname: string): string {
  const bare = hostname.replace(/\.$/u, '');
  return getDomain(bare, { allowPrivateDomains: true }) ?? bare;
}
