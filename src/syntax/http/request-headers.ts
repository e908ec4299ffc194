/** Which request headers may be told to whom? */

const CONDITIONAL = new Set(['if-none-match', 'if-modified-since', 'a-im']);
const IMPERSONAL = new Set(['user-agent', 'accept', 'accept-language', 'accept-encoding']);

/** Headers that speak of one stored document (RFC 9110 §13.1, RFC 3229 §10.5.3); `name` in lower case. */
export function isConditionalHeader(name: string): boolean {
  return CONDITIONAL.has(name);
}

/** Headers that must not reach another origin: credentials, and whatever else somebody wrote for just this one. */
export function isPersonalHeader(name: string): boolean {
  return !IMPERSONAL.has(name) && !CONDITIONAL.has(name);
}

/** The same host over https instead of http, both on their usual ports. */
export function isHttpsUpgrade(from: URL, to: URL): boolean {
  return (
    from.protocol === 'http:' &&
    to.protocol === 'https:' &&
    from.port === '' &&
    to.port === '' &&
    from.hostname === to.hostname
  );
}

/** Whether what was given for one address may also be told to the other: the same origin, or its https form. */
export function sharesCredentials(from: URL, to: URL): boolean {
  return from.origin === to.origin || isHttpsUpgrade(from, to);
}
