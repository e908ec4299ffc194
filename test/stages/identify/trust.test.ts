import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/model/settings.ts';
import type { IdentityState } from '../../../src/model/source-state.ts';
import { type Evidence, nextIdentity } from '../../../src/stages/identify/trust.ts';

const NOW = Date.UTC(2026, 0, 24, 12);
// Nothing else of a source is read here.
const SOURCE = { id: 'a' } as Source;
const evidence = (more: Partial<Evidence>): Evidence => ({
  read: 10,
  byGuid: 0,
  renamed: 0,
  renamedByLink: 0,
  ...more,
});

describe('nextIdentity', () => {
  it.each<[string, IdentityState | undefined, Partial<Evidence>, object | undefined]>([
    ['trusts guids that serve', undefined, { byGuid: 5 }, undefined],
    ['counts a document with new guids for known entries', undefined, { renamed: 8 }, { regenerated: 1 }],
    ['does not count one entry with a new guid', undefined, { renamed: 1 }, undefined],
    ['does not count new guids beside as many old ones', undefined, { renamed: 3, byGuid: 3 }, undefined],
    ['starts again once guids are usable', { regenerated: 1 }, { byGuid: 3 }, undefined],
    [
      'remembers a document with new guids over one in which nothing was read',
      { regenerated: 1 },
      { read: 0 },
      { regenerated: 1 },
    ],
    ['gives guids up for the link', { regenerated: 1 }, { renamed: 8, renamedByLink: 8 }, { by: 'link', since: NOW }],
    [
      'gives guids up for the text where there are few links',
      { regenerated: 1 },
      { renamed: 8, renamedByLink: 3 },
      { by: 'content', since: NOW },
    ],
    [
      'takes guids together with links',
      undefined,
      { repeated: { guid: 'g', entries: 2 } },
      { by: 'guid and link', since: NOW },
    ],
    [
      'gives up guids together with links, too',
      { by: 'guid and link', since: 1, reason: 'r', regenerated: 1 },
      { renamed: 4, renamedByLink: 4 },
      { by: 'link', since: NOW },
    ],
    [
      'keeps what was found',
      { by: 'link', since: 1, reason: 'r' },
      { byGuid: 9 },
      { by: 'link', since: 1, reason: 'r' },
    ],
  ])('%s', (_title, before, shown, after) => {
    const found = nextIdentity(SOURCE, before, evidence(shown), NOW);
    if (after === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(after);
  });

  it('does not argue with the operator', () => {
    const set: Source = { ...SOURCE, identity: 'guid' };
    expect(nextIdentity(set, { by: 'link' }, evidence({ renamed: 9 }), NOW)).toBeUndefined();
  });
});
