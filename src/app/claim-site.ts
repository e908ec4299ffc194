/** Does Redis belong to the site of the config, and under which id does that publish? */
import type { SiteRecords } from '../io/store/site-record.ts';
import { StoreError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { identified, siteIdOf } from '../model/site-id.ts';
import type { Log } from '../ports/log.ts';

export interface ClaimSiteDeps {
  readonly siteRecords: SiteRecords;
  /** Where Redis is, without secrets. */
  readonly address: string;
  readonly log: Log;
}

/**
 * Notes the site in Redis, and says so in the log if its address has changed.
 *
 * @param runningId  what ids start with in the config that runs so far
 * @returns          the settings with the id and the former addresses of the site
 * @throws           StoreError if Redis belongs to another site; nothing was written then
 */
export async function claimSite(
  written: Settings,
  runningId: string | undefined,
  { siteRecords, address, log }: ClaimSiteDeps,
): Promise<Settings> {
  const id = written.site.id ?? runningId ?? siteIdOf(written.site);
  const claimed = await siteRecords.claim({ id, url: written.site.url });
  if (claimed.id !== id) {
    throw new StoreError(
      `Redis at ${address} holds the site ${claimed.id}, but site.id is ${id}: ` +
        'write the former as site.id to go on with it, or give this site a Redis of its own',
    );
  }
  if (claimed.movedFrom !== undefined) {
    log.info(
      { from: claimed.movedFrom, to: claimed.url, id },
      'site.url has changed: links and WebSub topics follow it, ids stay',
    );
  }
  return identified({ ...written, site: { ...written.site, id } }, claimed);
}
