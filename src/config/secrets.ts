/** Which texts in the settings are secret? */
import type { Settings } from '../model/settings.ts';

/** Request headers that hold no secret, in lower case; any other header may hold one. */
const OPEN_HEADERS = new Set(['accept', 'accept-language', 'user-agent', 'referer', 'cache-control']);

/** Passwords in addresses, tokens, and the values of headers. For `Bearer X` and `Basic X`, also `X` alone. */
export function secretsOf({ admin, redis, fetch, sources }: Settings): readonly string[] {
  const addresses = [...redis.urls, fetch.proxy ?? '', ...sources.map(({ fetch: own }) => own.proxy ?? '')];
  const headers = sources.flatMap((source) =>
    Object.entries(source.headers).flatMap(([name, value]) => (OPEN_HEADERS.has(name.toLowerCase()) ? [] : [value])),
  );
  const found = [admin.token ?? '', ...addresses.flatMap(passwordOf), ...headers.flatMap(credentialsOf)];
  return [...new Set(found)].filter((text) => text !== '');
}

function passwordOf(address: string): readonly string[] {
  // A socket's address has no host, so URL finds no password in it.
  const written = /^[a-z]+:\/\/[^/@]*?:([^/@]+)@/iu.exec(address)?.[1];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    // A stray per cent sign: the password is taken as written.
    return [written];
  }
}

function credentialsOf(value: string): readonly string[] {
  const [, scheme, rest] = /^(Bearer|Basic)\s+(.+)$/iu.exec(value) ?? [];
  if (scheme === undefined || rest === undefined) return [value];
  if (scheme.toLowerCase() !== 'basic') return [value, rest];
  const pair = Buffer.from(rest, 'base64').toString('utf8');
  return [value, rest, pair.slice(pair.indexOf(':') + 1)];
}
