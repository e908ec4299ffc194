/** Does a query parameter only track readers, and say nothing about the page? */
import list from './tracking-parameters.json' with { type: 'json' };

const PREFIXES = Object.values(list.prefixes).flat();
const NAMES: ReadonlySet<string> = new Set(Object.values(list.names).flat());
const setsOf = (lists: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(Object.entries(lists).map(([key, names]) => [key, new Set(names)]));
/** Parameters that track only with these values. */
const VALUES = setsOf(list.values);
/** Parameters that track only on these hosts and their subdomains. */
const HOSTS = setsOf(list.hosts);

/**
 * @param host   lower case, without `www.`
 * @param name   as in the URL, still encoded
 * @param value  as in the URL; empty if there is none
 */
export function isTrackingParameter(host: string, name: string, value: string): boolean {
  const lowerName = name.toLowerCase();
  if (NAMES.has(lowerName) || PREFIXES.some((prefix) => lowerName.startsWith(prefix))) return true;
  if (VALUES.get(lowerName)?.has(value.toLowerCase()) === true) return true;
  for (let domain = host; domain !== ''; domain = parentOf(domain)) {
    if (HOSTS.get(domain)?.has(lowerName) === true) return true;
  }
  return false;
}

function parentOf(domain: string): string {
  const dot = domain.indexOf('.');
  return dot < 0 ? '' : domain.slice(dot + 1);
}
