/** Which part of a host name was registered by one party? */
import { getDomain } from 'tldts';

/**
 * The domain below a public suffix (publicsuffix.org, private suffixes included), `reader.example.co.uk` ->
 * `example.co.uk`. An address, a name without a dot and a public suffix itself come back as they are.
 *
 * @param hostname  as `URL.hostname` gives it
 */
export function registrableDomain(hostname: string): string {
  const bare = hostname.replace(/\.$/u, '');
  return getDomain(bare, { allowPrivateDomains: true }) ?? bare;
}
