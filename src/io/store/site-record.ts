/** Which site do the data in Redis belong to, and under which addresses was it published? */
import { normalSiteUrl, type SiteRecord } from '../../model/site-id.ts';
import { defineScript, failed, listOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   site    HASH  id what ids start with; url the public address; former JSON list of earlier addresses, latest first
 *   w:site  the public address, as written by versions before `site`
 */

/** Most earlier addresses that are still answered. */
const MOST_FORMER = 5;

export interface SiteRecords {
  /** Undefined for a store from which nothing was published. */
  read(): Promise<SiteRecord | undefined>;
  /**
   * Records the site; the first id stays. One atomic round trip; may be repeated.
   *
   * @returns the record as it is now, and the former address if that has changed
   */
  claim(site: { readonly id: string; readonly url: string }): Promise<SiteRecord & { readonly movedFrom?: string }>;
}

/** ARGV: id, url, most former addresses. */
const CLAIM = `
local key, id, url, most = KEYS[1] .. 'site', ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HMGET', key, 'id', 'url', 'former')
local before = found[2] or redis.call('GET', KEYS[1] .. 'w:site') or ''
local former = found[3] and cjson.decode(found[3]) or {}
if found[1] and found[1] ~= id then return { found[1], before, cjson.encode(former), '' } end
local kept = {}
if before ~= '' and before ~= url then kept[1] = before end
for _, one in ipairs(former) do
  if one ~= url and one ~= before and #kept < most then kept[#kept + 1] = one end
end
local json = #kept == 0 and '[]' or cjson.encode(kept)
redis.call('HSET', key, 'id', id, 'url', url, 'former', json)
return { id, url, json, before ~= url and before or '' }`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createSiteRecords(client: RedisClient, prefix: string): SiteRecords {
  const claimScript = defineScript(client, 'recording the site', prefix, CLAIM);

  return {
    read: async () => {
      const reading = Promise.all([client.hgetall(`${prefix}site`), client.get(`${prefix}w:site`)]);
      const [{ id, url, former }, noted] = await reading.catch((error: unknown) => {
        throw failed('reading the site', error);
      });
      // Versions before this record computed ids from the address.
      if (id === undefined) {
        return noted === null ? undefined : { id: normalSiteUrl(noted), url: noted, formerUrls: [] };
      }
      return { id, url: url ?? id, formerUrls: readUrls(former) };
    },
    claim: async (site) => {
      const [id, url, former, movedFrom] = listOf(await claimScript(site.id, site.url, MOST_FORMER)).map(textOf);
      return {
        id: id ?? site.id,
        url: url ?? site.url,
        formerUrls: readUrls(former),
        ...(movedFrom !== undefined && movedFrom !== '' && { movedFrom }),
      };
    },
  };
}

function readUrls(json: string | undefined): readonly string[] {
  // Our own JSON is trusted; Lua writes an empty list as {}.
  const urls: unknown = json === undefined ? [] : JSON.parse(json);
  return Array.isArray(urls) ? (urls as readonly string[]) : [];
}
