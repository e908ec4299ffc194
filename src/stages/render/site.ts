/** Which settings of the site do pages need? */
import type { Settings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { PageSite } from './page.ts';

export function siteOf({ site, categories, publish }: Settings): PageSite {
  return {
    title: site.title,
    url: normalSiteUrl(site.url),
    timezone: site.timezone,
    categories: categories.map(({ slug, title }) => ({ slug, title })),
    ...(publish.robots === 'noindex' && { robots: publish.robots }),
  };
}
