import { describe, expect, it } from 'vitest';
import { episodeFrom } from '../../../src/stages/normalise/episode.ts';

const show = { episodes: { explicit: true, image: 'https://a.org/show.jpg' } };
const keep = (url: string | undefined): string | undefined => url;

describe('episodeFrom', () => {
  it('gives an episode what its podcast says of all', () => {
    expect(episodeFrom({ durationSeconds: 60 }, show, [], keep)).toEqual({ durationSeconds: 60, ...show.episodes });
  });

  it('leaves an episode what it says itself', () => {
    const own = { explicit: false, image: 'https://a.org/own.jpg' };
    expect(episodeFrom(own, show, [], keep)).toEqual(own);
  });

  it.each([
    ['a recording of a podcast', [{ url: 'https://a.org/1', type: 'audio/mpeg' }], show.episodes],
    ['a recording by its name', [{ url: 'https://a.org/1.M4A?x' }], show.episodes],
    ['a picture', [{ url: 'https://a.org/1.jpg', type: 'image/jpeg' }], undefined],
  ])('takes %s without tags for what it is', (_title, enclosures, expected) => {
    expect(episodeFrom(undefined, show, enclosures, keep)).toEqual(expected);
    expect(episodeFrom(undefined, {}, enclosures, keep)).toBeUndefined();
  });

  it('leaves out files that may not be published', () => {
    const open = (url: string | undefined) => (url?.includes('secret') === true ? undefined : url);
    const files = {
      image: 'https://a.org/secret.jpg',
      transcripts: [{ url: 'https://a.org/secret.vtt' }, { url: 'https://a.org/t.vtt', language: 'en' }],
      chapters: { url: 'https://a.org/secret.json' },
    };
    expect(episodeFrom(files, {}, [], open)).toEqual({ transcripts: [{ url: 'https://a.org/t.vtt', language: 'en' }] });
  });
});
