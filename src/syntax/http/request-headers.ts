/** Which request headers may be sent to which server? */

const CONDITIONAL = new Set(['if-none-match', 'if-modified-since', 'a-im']);
const IMPERSONAL = new Set(['user-agent', 'accept', 'accept-language', 'accept-encoding']);

/** Headers about one stored document (RFC 9110 §13.1, RFC 3229 §10.5.3); `name` in lower case. */
export function isConditionalHeader(name: string): boolean {
  return CONDITIONAL.has(name);
}

/** Headers that must not be sent to another origin: credentials, and others that the config sets for one source. */
export function isPersonalHeader(name: string): boolean {
  return !IMPERSONAL.has(name) && !CONDITIONAL.has(name);
}

/** True for the same host with https instead of http, both on their default ports. */
export function isHttpsUpgrade(from: URL, to: URL): boolean {
  return (
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.port === '' &&
    to.port === '' &&
    from.hostname === to.hostname
  );
}

/** True if headers for one address may be sent to the other: the same origin, or its https form. */
export function sharesCredentials(from: URL, to: URL): boolean {
  return from.origin === to.origin || isHttpsUpgrade(from, to);
}
