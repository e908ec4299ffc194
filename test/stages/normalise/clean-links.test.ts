/** Clean links change no id, and nothing that is announced as a change. */
import { expect, it } from 'vitest';
import { visiblePart } from '../../../src/model/fingerprint.ts';
import { identify } from '../../../src/stages/identify/identify.ts';
import { normaliseFeed } from '../../../src/stages/normalise/normalise.ts';
import { settingsWith, T0 } from '../../jobs/check-slots.ts';
import { parseFeed, rss } from '../../support/parsing.ts';

const entry = (link: string, guid = ''): string =>
  `<item><title>Bridge</title>${guid}<link>${link.replaceAll('&', '&amp;')}</link>` +
  `<description>&lt;a href="https://b.org/?utm_source=rss"&gt;on&lt;/a&gt;</description></item>`;
const feed = parseFeed(
  rss(
    entry('https://a.org/1?utm_source=rss&id=1') +
      entry('https://a.org/2?utm_source=rss', '<guid>https://a.org/2?utm_source=rss</guid>') +
      entry('https://www.google.com/url?q=https://a.org/3'),
  ),
);
const [source] = settingsWith().sources;
const identified = (cleanLinks: boolean) =>
  source ? identify(normaliseFeed(feed, source, T0, { cleanLinks }), source) : [];

it('cleans the links of posts, or leaves them as they are', () => {
  const links = (cleanLinks: boolean) => identified(cleanLinks).map(({ draft }) => draft.url);
  expect(links(true)).toEqual(['https://a.org/1?id=1', 'https://a.org/2', 'https://a.org/3']);
  expect(links(false)).toEqual([
    'https://a.org/1?utm_source=rss&id=1',
    'https://a.org/2?utm_source=rss',
    'https://www.google.com/url?q=https://a.org/3',
  ]);
});

it('leaves ids, keys and what counts as an announced change the same', () => {
  const known = (cleanLinks: boolean) =>
    identified(cleanLinks).map(({ id, keys, titleKey, fingerprint }) => ({
      id,
      keys,
      titleKey,
      seen: visiblePart(fingerprint),
    }));
  expect(known(true)).toHaveLength(3);
  expect(known(true)).toEqual(known(false));
});
