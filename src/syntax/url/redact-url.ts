/** How is an address shown to people without its passwords and keys? */

/** Names of query parameters that hold secrets. */
const SECRET_NAME =
  /(?:^|[_-])(?:key|token|secret|sig|signature|auth|password|passwd|pass|pw|code|hash|session|sid)$|apikey|accesstoken/iu;

/** Replaces user, password and the values of secret parameters by `…`. Text that is not a URL is returned as it is. */
export function withoutSecrets(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const names = [...new Set(url.searchParams.keys())].filter((name) => SECRET_NAME.test(name));
  if (names.length === 0 && url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  const query = url.search
    .slice(1)
    .split('&')
    .map((part) => {
      const [name = ''] = part.split('=');
      return names.includes(decoded(name)) ? `${name}=…` : part;
    })
    .join('&');
  url.search = '';
  const [before = '', after] = url.href.split('#');
  return `${before}${query === '' ? '' : `?${query}`}${after === undefined ? '' : `#${after}`}`;
}

function decoded(name: string): string {
  return [...new URLSearchParams(`${name}=`).keys()][0] ?? name;
}
