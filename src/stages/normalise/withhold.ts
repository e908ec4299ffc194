/** Does a feed repeat the key that we fetched it with? */
import type { Enclosure, Markup } from '../../model/feed.ts';
import type { Source } from '../../model/settings.ts';
import { cutSecrets, isSecretName, secretValues } from '../../syntax/url/redact-url.ts';

/** Shorter values appear in texts by chance. */
const SHORTEST_SECRET = 6;
/** Shorter parts of a secret path are names of folders. */
const SHORTEST_SEGMENT = 12;

export interface Withhold {
  /** The address without keys; undefined if a key is left in it. */
  address(url: string | undefined): string | undefined;
  enclosures(enclosures: readonly Enclosure[]): readonly Enclosure[];
  markup(markup: Markup | undefined): Markup | undefined;
}

const NOTHING: Withhold = {
  address: (url) => url,
  enclosures: (enclosures) => enclosures,
  markup: (markup) => markup,
};

/** Some origins write the reader's key into the links of the feed. Such secrets are kept out of posts. */
export function withholdSecrets({ url, headers, isPrivate = false }: Source): Withhold {
  const fromHeaders = Object.entries(headers)
    .filter(([name]) => /^(?:authorization|cookie)$/iu.test(name) || isSecretName(name))
    .flatMap(([, value]) => value.split(/[\s;=]+/u));
  const secrets = [...secretValues(url), ...fromHeaders, ...(isPrivate ? privateParts(url) : [])]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  if (secrets.length === 0) return NOTHING;
  const has = (text: string): boolean => secrets.some((secret) => text.includes(secret));

  function address(given: string | undefined): string | undefined {
    if (given === undefined || !has(given)) return given;
    const cut = cutSecrets(given);
    return has(cut) ? undefined : cut;
  }

  /** Relative references start from the origin if the address holds a key. */
  function baseAddress(given: string | undefined): string | undefined {
    if (given === undefined || !has(given)) return given;
    return address(given) ?? new URL('/', given).href;
  }

  return {
    address,
    enclosures: (enclosures) =>
      enclosures.flatMap((enclosure) => {
        const safe = address(enclosure.url);
        return safe === undefined ? [] : [{ ...enclosure, url: safe }];
      }),
    markup: (markup) => {
      if (markup === undefined) return markup;
      const base = baseAddress(markup.baseUrl);
      if (base === markup.baseUrl && !has(markup.html)) return markup;
      const html = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), markup.html);
      return { ...markup, html, ...(base !== undefined && { baseUrl: base }) };
    },
  };
}

/** For an address that is secret as a whole: itself, and the parts that are too long to be a word. */
function privateParts(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const { pathname, searchParams } = new URL(url);
  const segments = pathname.split('/').filter(({ length }) => length >= SHORTEST_SEGMENT);
  return [url, ...segments, ...searchParams.values()];
}
