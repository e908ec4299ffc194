/** Which data and actions do the admin pages have? */
import type { HeldDeps } from '../jobs/operator/held-entries.ts';
import type { AdminDeps } from '../jobs/operator/admin.ts';
import { systemState, type SystemStateDeps } from '../jobs/operator/system-state.ts';
import type { Settings } from '../model/settings.ts';

export interface AdministrationDeps extends Omit<HeldDeps, 'settings'> {
  readonly settings: () => Settings;
  readonly system: SystemStateDeps;
  readonly failedJobs: AdminDeps['failedJobs'];
  readonly touchHubs: AdminDeps['touchHubs'];
  readonly budgets: AdminDeps['budgets'];
  readonly config: AdminDeps['config'];
  readonly now: () => number;
}

export function administration(deps: AdministrationDeps): AdminDeps {
  const { settings, system, held, now } = deps;
  const heldDeps = (): HeldDeps => ({ ...deps, settings: settings() });
  return {
    ...deps,
    system: () => systemState(system, now()),
    sweptAt: system.sweptAt,
    held: {
      summaries: () => held.summaries(),
      titles: async (sourceId) =>
        (await held.entries(sourceId)).entries.map(({ draft: { title, url, publishedAt } }) => ({
          title,
          ...(url !== undefined && { url }),
          ...(publishedAt !== undefined && { publishedAt }),
        })),
      release: async (sourceId) => {
        const { releaseHeld } = await import('../jobs/operator/held-entries.ts');
        await releaseHeld(sourceId, heldDeps(), now());
      },
      discard: async (sourceId) => {
        const { discardHeld } = await import('../jobs/operator/held-entries.ts');
        await discardHeld(sourceId, heldDeps(), now());
      },
    },
  };
}
