import { describe, expect, it } from 'vitest';
import { publicState, redirectLine } from '../../src/commands/sources.ts';
import { FIRST_STATE } from '../../src/model/source-state.ts';

const AT = Date.UTC(2026, 0, 24, 8);
const proof = { to: 'https://new.example/feed', firstSeenAt: AT, sightings: 3 };

describe('publicState', () => {
  it('tells since when a permanent redirect is seen, and when it is adopted', () => {
    expect(publicState({ ...FIRST_STATE, redirect: proof })).toMatchObject({
      redirect: {
        to: 'https://new.example/feed',
        firstSeenAt: '2026-01-24T08:00:00Z',
        adoptableAt: '2026-01-31T08:00:00Z',
        sightings: 3,
      },
    });
  });

  it('says nothing of a redirect where there is none', () => {
    expect(publicState(FIRST_STATE)).not.toHaveProperty('redirect');
  });
});

describe('redirectLine', () => {
  it.each([
    [3, 'seen 3 times since'],
    [1, 'seen once since'],
  ])('puts it into a sentence (%i)', (sightings, seen) => {
    expect(redirectLine({ ...proof, sightings })).toBe(
      `permanently to https://new.example/feed, ${seen} 2026-01-24T08:00:00Z; ` +
        'adopted at the first check after 2026-01-31T08:00:00Z that finds the same',
    );
  });
});
