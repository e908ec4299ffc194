/** Does Redis belong to the site of the config, and which id does the site have? */
import type { Generations } from '../io/store/generations.ts';
import type { SiteRecords } from '../io/store/site-record.ts';
import { StoreError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { identified, normalSiteUrl, siteIdOf } from '../model/site-id.ts';
import type { Log } from '../ports/log.ts';

export interface ClaimSiteDeps {
  readonly siteRecords: SiteRecords;
  /** Address of Redis, without secrets. */
  readonly address: string;
  readonly log: Log;
}

/**
 * Records the site in Redis, and logs if its address has changed.
 *
 * @param runningId  the prefix of ids in the config that has run so far
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
  if (claimed.id !== id) throw anotherSite(claimed.id, id, address);
  if (claimed.movedFrom !== undefined) {
    log.info(
      { from: claimed.movedFrom, to: claimed.url, id },
      'site.url has changed: links and WebSub topics follow it, ids stay',
    );
  }
  return identified({ ...written, site: { ...written.site, id } }, claimed);
}

/**
 * Refuses the data of another site before anything is written.
 *
 * @param runningUrl  the address in the config that this process ran before; undefined at its start
 * @throws            StoreError naming both sites
 */
export async function expectOwnSite(
  { site }: Pick<Settings, 'site'>,
  runningId: string | undefined,
  runningUrl: string | undefined,
  {
    siteRecords,
    generations,
    address,
  }: Pick<ClaimSiteDeps, 'siteRecords' | 'address'> & {
    readonly generations: Pick<Generations, 'running'>;
  },
): Promise<void> {
  const owner = await siteRecords.read();
  if (owner === undefined) return;
  const id = site.id ?? runningId ?? siteIdOf(site);
  if (id !== owner.id) throw anotherSite(owner.id, id, address);
  const ownerUrl = normalSiteUrl(owner.url);
  const isMoved = site.id === undefined && normalSiteUrl(site.url) !== ownerUrl;
  if (!isMoved || (runningUrl !== undefined && normalSiteUrl(runningUrl) === ownerUrl)) return;
  if ((await generations.running()) === 0) return;
  throw new StoreError(
    `Redis at ${address} holds the site ${owner.url}, which is running, and this config is of ${site.url}: ` +
      'another site needs its own redis.prefix or redis.url; ' +
      `if the site has moved, write site.id: ${owner.id} or stop the other processes first`,
  );
}

function anotherSite(ownerId: string, id: string, address: string): StoreError {
  return new StoreError(
    `Redis at ${address} holds the site ${ownerId}, but site.id is ${id}: ` +
      `write site.id: ${ownerId} to continue that site, or give this one its own redis.prefix or redis.url`,
  );
}
