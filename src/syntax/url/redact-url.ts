/** How is an address shown without its secrets? */
import { percentDecoded } from './percent-decode.ts';

/**
 * Names of parameters that hold keys, the last word of a name counts: `api_key`, `accessToken`, `X-Amz-Signature`.
 * Words that end a camelCase name are matched with their capital letter.
 */
const SECRET_NAME =
  /(?:^|[_.-])(?:key|apikey|token|jwt|bearer|secret|sig|sign|signature|hmac|auth|authorization|credential|credentials|password|passwd|passphrase|pass|pw|pwd|pin|code|hash|session|sessionid|sid|ticket)$|apikey|accesstoken|authtoken|accesskey/iu;
const SECRET_WORD =
  /[a-z0-9](?:Key|Token|Jwt|Secret|Sig|Signature|Auth|Credential|Password|Passwd|Pass|Session|Ticket)$/u;

/**
 * User, password, and the values of parameters that are keys become `…`. Text that is not an address is returned
 * unchanged.
 */
export function withoutSecrets(address: string): string {
  if (!mayHaveSecrets(address) || !URL.canParse(address)) return address;
  const url = new URL(address);
  const hasSecretHash = hasSecretParameter(url.hash.slice(1));
  if (!hasSecretParameter(url.search.slice(1)) && !hasSecretHash && url.username === '' && url.password === '') {
    return address;
  }
  url.username = '';
  url.password = '';
  const query = masked(url.search.slice(1));
  const fragment = hasSecretHash ? masked(url.hash.slice(1)) : url.hash.slice(1);
  url.search = '';
  url.hash = '';
  return `${url.href}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
}

/** Whether `withoutSecrets` would mask a part. */
export function hasSecrets(address: string): boolean {
  return withoutSecrets(address) !== address;
}

/** Whether a name, of a parameter or a header, is that of a key. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) || SECRET_WORD.test(name);
}

/** What `withoutSecrets` masks: password and values of parameters that are keys, as they are written and decoded. */
export function secretValues(address: string): readonly string[] {
  if (!mayHaveSecrets(address) || !URL.canParse(address)) return [];
  const { search, hash, username, password } = new URL(address);
  const parts = [...partsOf(search.slice(1)), ...partsOf(hash.slice(1))].filter(isSecretPart);
  const written = [...parts.map((part) => part.slice(part.indexOf('=') + 1)), username, password];
  return [...new Set(written.flatMap((value) => [value, percentDecoded(value)]))].filter((value) => value !== '');
}

/** The address without user, password and the parameters that are keys: a base for relative references. */
export function cutSecrets(address: string): string {
  if (!mayHaveSecrets(address) || !URL.canParse(address)) return address;
  const url = new URL(address);
  const left = partsOf(url.search.slice(1)).filter((part) => !isSecretPart(part));
  if (hasSecrets(address)) {
    url.username = '';
    url.password = '';
    url.search = left.join('&');
    url.hash = '';
  }
  return url.href;
}

const ADDRESS = /(?:https?|ftp):\/\/[^\s"'<>]+/giu;

/** A message whose addresses are masked. Punctuation after an address stays. */
export function withoutSecretsIn(message: string): string {
  return message.replace(ADDRESS, (found) => {
    const address = found.replace(/(?<![.,;:!?)\]])[.,;:!?)\]]+$/u, '');
    return withoutSecrets(address) + found.slice(address.length);
  });
}

/** A quick test, so that most addresses need not be parsed. */
function mayHaveSecrets(address: string): boolean {
  return /[?#@]/u.test(address);
}

function partsOf(query: string): readonly string[] {
  return query === '' ? [] : query.split('&');
}

function hasSecretParameter(query: string): boolean {
  return partsOf(query).some(isSecretPart);
}

function isSecretPart(part: string): boolean {
  const at = part.indexOf('=');
  if (at < 0) return false;
  const name = decoded(part.slice(0, at));
  return isSecretName(name);
}

function masked(query: string): string {
  return partsOf(query)
    .map((part) => (isSecretPart(part) ? `${part.slice(0, part.indexOf('='))}=…` : part))
    .join('&');
}

function decoded(name: string): string {
  return [...new URLSearchParams(`${name}=`).keys()][0] ?? name;
}
