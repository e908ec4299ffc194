/** How is the language of a post guessed if neither feed nor entry states it? */
import { expect, it } from 'vitest';
import { normaliseFeed } from '../../../src/stages/normalise/normalise.ts';
import { settingsWith, T0 } from '../../jobs/check-slots.ts';
import { parseFeed, rss } from '../../support/parsing.ts';

it('is guessed from the text after a picture with many addresses', () => {
  const sizes = Array.from({ length: 40 }, (_, index) => `https://a.example/picture-${index}.png ${index}w`);
  const words = 'The council decides on the bridge that the people of the town have asked for since the war. ';
  const html = `<img src="https://a.example/p.png" srcset="${sizes.join(', ')}"><p>${words.repeat(4)}</p>`;
  const feed = parseFeed(rss(`<item><title>Bridge</title><description><![CDATA[${html}]]></description></item>`));
  const [source] = settingsWith().sources;
  expect(source && normaliseFeed(feed, source, T0, { cleanLinks: true })).toMatchObject([{ language: 'en' }]);
});
