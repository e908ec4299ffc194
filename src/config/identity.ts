/** Are two configs the same, and which part of one may be stored? */
import { createHash } from 'node:crypto';
import { type Settings, withoutDirectories } from '../model/settings.ts';

/**
 * Equal for two configs that fetch and publish the same; 16 hex digits. Addresses to listen on, Redis, directories and
 * admin tokens may differ, as they do between the processes of one site.
 */
export function configHash(settings: Settings): string {
  const { http, redis, admin, warnings, sources, ...rest } = settings;
  // A site has one id and one history, whether the config states them or the store.
  const { id, formerUrls, ...site } = settings.site;
  const listed = sources.map((source) => ({ ...source, writtenAt: undefined }));
  const publish = withoutDirectories(settings.publish);
  const text = JSON.stringify(sorted({ ...rest, site, publish, redirects: http.redirects, sources: listed }));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Without passwords, tokens, headers and the addresses of proxies and Redis. */
export function settingsWithoutSecrets(settings: Settings): Settings {
  const { proxy, ca, ...fetch } = settings.fetch;
  return {
    ...settings,
    redis: { ...settings.redis, urls: [] },
    admin: {},
    fetch,
    sources: settings.sources.map((source) => {
      const { proxy: ownProxy, ca: ownCa, ...own } = source.fetch;
      return { ...source, headers: {}, fetch: own };
    }),
  };
}

/** With the keys of every object sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
