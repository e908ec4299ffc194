import { describe, expect, it } from 'vitest';
import {
  cutSecrets,
  hasSecrets,
  secretValues,
  withoutSecrets,
  withoutSecretsIn,
} from '../../../src/syntax/url/redact-url.ts';

describe('withoutSecrets', () => {
  it.each([
    ['https://a.example/feed', 'https://a.example/feed'],
    ['https://a.example/feed?x=1&x=2#top', 'https://a.example/feed?x=1&x=2#top'],
    ['https://me:secret@a.example/feed', 'https://a.example/feed'],
    ['https://a.example/feed?api_key=s3cret&x=1', 'https://a.example/feed?api_key=…&x=1'],
    ['https://a.example/feed?apikey=s3cret', 'https://a.example/feed?apikey=…'],
    ['https://a.example/feed?x=1&access_token=s&Token=t#top', 'https://a.example/feed?x=1&access_token=…&Token=…#top'],
    ['https://a.example/feed?monkey=1&author=x', 'https://a.example/feed?monkey=1&author=x'],
    ['https://a.example/feed?X-Amz-Signature=s&X-Amz-Date=1', 'https://a.example/feed?X-Amz-Signature=…&X-Amz-Date=1'],
    ['https://a.example/feed?rssToken=s&jwt=t', 'https://a.example/feed?rssToken=…&jwt=…'],
    ['https://a.example/feed?%74oken=s', 'https://a.example/feed?%74oken=…'],
    ['https://a.example/feed#access_token=s', 'https://a.example/feed#access_token=…'],
    ['https://a.example/feed?channel_id=UC1&keyword=x', 'https://a.example/feed?channel_id=UC1&keyword=x'],
    ['not an address', 'not an address'],
  ])('shows %s as %s', (address, shown) => {
    expect(withoutSecrets(address)).toBe(shown);
  });
});

describe('withoutSecretsIn', () => {
  it('masks the addresses of a message and leaves the rest', () => {
    const message = 'see https://me:pw@a.example/x?token=s, or (http://b.example/?key=k). token=free';
    expect(withoutSecretsIn(message)).toBe('see https://a.example/x?token=…, or (http://b.example/?key=…). token=free');
  });
});

describe('cutSecrets', () => {
  it.each([
    ['https://me:pw@a.example/x?a=1&token=s&b=2#t', 'https://a.example/x?a=1&b=2'],
    ['https://a.example/x?a=1#top', 'https://a.example/x?a=1#top'],
  ])('makes of %s %s', (address, cut) => {
    expect(cutSecrets(address)).toBe(cut);
    expect(hasSecrets(cut)).toBe(false);
  });
});

describe('secretValues', () => {
  it('gives each value as written and decoded', () => {
    expect(secretValues('https://me:p%40ss@a.example/x?token=a%2Fb&x=1#sid=z')).toEqual([
      'a%2Fb',
      'a/b',
      'z',
      'me',
      'p%40ss',
      'p@ss',
    ]);
    expect(secretValues('https://a.example/x?y=1')).toEqual([]);
  });
});
