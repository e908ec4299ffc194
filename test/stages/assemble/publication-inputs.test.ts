/** Does an edited config make stale what depends on the edit, and nothing else? */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../src/model/settings.ts';
import { POSTS_INPUT, publicationInputs, staleInputs } from '../../../src/stages/assemble/publication-inputs.ts';
import { sampleSettings, sampleSource, withPublish } from '../render/samples.ts';

const before = sampleSettings();
const [xinhuashe, tech] = before.categories;
if (xinhuashe === undefined || tech === undefined) throw new Error('The samples have two categories.');
const EVERYTHING = ['all', 'category:tech', 'category:xinhuashe', 'home', 'site', 'sources'];

function edited(after: Settings, from: Settings = before) {
  const [old, now] = [publicationInputs(from, '1'), publicationInputs(after, '1')];
  const { keys, ...sources } = staleInputs(old, now);
  return { keys: [...keys].sort(), ...sources, posts: old[POSTS_INPUT] !== now[POSTS_INPUT] };
}

const nothing = { keys: [], renamedSources: [], contentSources: [], posts: false };

describe('staleInputs', () => {
  it.each<[string, Settings, Partial<ReturnType<typeof edited>>]>([
    ['nothing', sampleSettings(), {}],
    ['how often sources are asked', { ...before, schedule: { ...before.schedule, minMs: 1 } }, {}],
    [
      'a new source',
      { ...before, sources: [...before.sources, sampleSource({ id: 'new', title: undefined as never })] },
      { keys: ['sources'] },
    ],
    [
      'the title of a source',
      { ...before, sources: [sampleSource({ title: 'Other' })] },
      { keys: ['sources'], renamedSources: ['xinhua-finance'] },
    ],
    [
      'how much of a source is published',
      { ...before, sources: [sampleSource({ content: 'none' })] },
      { contentSources: ['xinhua-finance'] },
    ],
    [
      'the title template of a source',
      { ...before, sources: [sampleSource({ postTitle: '{source}: {title}' })] },
      { contentSources: ['xinhua-finance'] },
    ],
    [
      'the title template of a category, by which its archive pages go, too',
      { ...before, categories: [xinhuashe, { ...tech, postTitle: '{source}: {title}' }] },
      { keys: ['category:tech'], posts: true },
    ],
    [
      'the order of a category',
      { ...before, categories: [xinhuashe, { ...tech, postOrder: 'score' }] },
      { keys: ['category:tech'] },
    ],
    [
      'the description of a category',
      { ...before, categories: [xinhuashe, { ...tech, description: 'New' }] },
      { keys: ['category:tech', 'home', 'site'] },
    ],
    [
      'the title of a category, which every page names',
      { ...before, categories: [xinhuashe, { ...tech, title: 'New' }] },
      { keys: EVERYTHING, posts: true },
    ],
    ['the title of the site', { ...before, site: { ...before.site, title: 'New' } }, { keys: EVERYTHING, posts: true }],
    [
      'the length of feeds',
      withPublish({ items: 7 }),
      { keys: EVERYTHING.filter((key) => key !== 'sources'), posts: true },
    ],
    [
      'the language of a category',
      { ...before, categories: [xinhuashe, { ...tech, language: 'de' }] },
      { keys: ['category:tech', 'home', 'site'], posts: true },
    ],
  ])('finds what depends on %s', (_what, after, expected) => {
    expect(edited(after)).toEqual({ ...nothing, ...expected });
  });

  it('finds everything before the first publication', () => {
    const { keys, contentSources } = staleInputs({}, publicationInputs(before, '1'));
    expect([...keys].sort()).toEqual(EVERYTHING);
    expect(contentSources).toEqual([]);
  });

  it('finds everything that another version renders', () => {
    expect([...staleInputs(publicationInputs(before, '1'), publicationInputs(before, '2')).keys].sort()).toEqual(
      EVERYTHING,
    );
  });
});
