/** Which address do the ids of feeds and posts start with? */
import type { SiteSettings } from './settings.ts';

/** What the store remembers of the site that owns it. */
export interface SiteRecord {
  /** Ids start with it. */
  readonly id: string;
  /** The public address that was published last. */
  readonly url: string;
  /** Public addresses before that one, latest first. */
  readonly formerUrls: readonly string[];
}

/** As ids and links are written: normalised by the URL standard, no trailing slash. */
export function normalSiteUrl(url: string): string {
  return new URL(url).href.replace(/\/$/u, '');
}

/** The configured id, else the stored one (see `identified`), else the public address. */
export function siteIdOf({ id, url }: Pick<SiteSettings, 'id' | 'url'>): string {
  return id ?? normalSiteUrl(url);
}

/**
 * The settings of a running config: the configured id, else the stored one, else the public address; and the former
 * addresses.
 */
export function identified<Config extends { readonly site: SiteSettings }>(
  settings: Config,
  stored: Pick<SiteRecord, 'id' | 'formerUrls'> | undefined,
): Config {
  const { site } = settings;
  const { formerUrls = [] } = stored ?? {};
  return {
    ...settings,
    site: { ...site, id: site.id ?? stored?.id ?? siteIdOf(site), ...(formerUrls.length > 0 && { formerUrls }) },
  };
}
