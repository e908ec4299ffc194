import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/syntax/url/redact-url.ts';

describe('withoutSecrets', () => {
  it.each([
    ['https://a.example/feed', 'https://a.example/feed'],
    ['https://a.example/feed?x=1&x=2#top', 'https://a.example/feed?x=1&x=2#top'],
    ['https://me:secret@a.example/feed', 'https://a.example/feed'],
    ['https://a.example/feed?api_key=s3cret&x=1', 'https://a.example/feed?api_key=…&x=1'],
    ['https://a.example/feed?apikey=s3cret', 'https://a.example/feed?apikey=…'],
    ['https://a.example/feed?x=1&access_token=s&Token=t#top', 'https://a.example/feed?x=1&access_token=…&Token=…#top'],
    ['https://a.example/feed?monkey=1&author=x', 'https://a.example/feed?monkey=1&author=x'],
    ['not an address', 'not an address'],
  ])('shows %s as %s', (address, shown) => {
    expect(withoutSecrets(address)).toBe(shown);
  });
});
