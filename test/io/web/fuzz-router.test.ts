/** Is every request answered, whatever stands in it? The long run is bench/fuzz-router.ts. */
import { expect, it } from 'vitest';
import { fuzzSite, openFuzzedSite } from '../../support/fuzzed-site.ts';

it('answers 5,000 generated requests, none with a fault of ours or a redirect elsewhere', async () => {
  const site = await openFuzzedSite();
  try {
    const { statuses, findings } = await fuzzSite(site, { requests: 5_000, seed: 1, clients: 16 });
    expect(findings).toEqual([]);
    const answered = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    expect(answered).toBe(5_000);
    // They reach documents, redirects and refusals alike.
    for (const status of [200, 204, 301, 303, 400, 404, 405, 410, 415, 429])
      expect(statuses.get(status), `${status}`).toBeGreaterThan(5);
    expect((await site.ask('/category/xinhuashe.rss')).status).toBe(200);
  } finally {
    await site.close();
  }
}, 120_000);
