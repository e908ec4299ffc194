/** By which keys is the trace of an entry found, if a person types its link or guid? */
import { hash64 } from '../../syntax/hash.ts';
import { canonicaliseUrl } from '../../syntax/url/url.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

export interface Findable {
  readonly guid?: string;
  readonly url?: string;
  readonly canonicalUrl?: string;
}

/** 16 hex digits each: of every link in canonical form, and of the guid if it is not one of the links. */
export function lookupKeys({ guid, url, canonicalUrl }: Findable): readonly string[] {
  const links = [url, canonicalUrl].flatMap((link) => (link === undefined ? [] : [linkKey(link)]));
  const same = guid !== undefined && isWebAddress(guid) && links.includes(linkKey(guid));
  return [...new Set([...links, ...(guid === undefined || same ? [] : [guidKey(guid)])])];
}

/** Keys that a typed text may mean: id or address of a post, a link as offered or canonical, a guid. */
export function keysMeant(text: string): readonly string[] {
  const typed = text.trim();
  const id = /^(?:https?:\/\/\S*\/post\/)?([0-9a-f]{16})(?:\.html)?$/u.exec(typed)?.[1];
  return [...(id === undefined ? [] : [id]), ...(isWebAddress(typed) ? [linkKey(typed)] : []), guidKey(typed)];
}

function linkKey(url: string): string {
  return hash64(`link\n${canonicaliseUrl(url)}`);
}

function guidKey(guid: string): string {
  return hash64(`any source's guid\n${guid}`);
}
