import { describe, expect, it } from 'vitest';
import { DEFAULT_HTML } from '../../../src/model/reading-defaults.ts';
import { leadPicture } from '../../../src/stages/sanitise/lead-picture.ts';
import { sanitiseHtml } from '../../../src/stages/sanitise/sanitise.ts';

const REAL = '<img src="https://a.org/photo.jpg?a=1&amp;b=2" alt="&quot;x&quot; > y">';

function leadOf(html: string): string | undefined {
  return leadPicture(sanitiseHtml({ html, baseUrl: 'https://a.org/' }, { ...DEFAULT_HTML, dataImages: true }));
}

describe('leadPicture', () => {
  it.each([
    ['a tracking pixel', '<img src="https://a.org/c.gif?x" width="1" height="1">'],
    ['a counter', '<img src="https://pixel.wp.com/g.gif?x">'],
    ['a placeholder', '<img src="/images/blank.gif" width="300">'],
    ['a picture in its address', '<img src="data:image/png;base64,iVBORw0KGgo=">'],
    ['an emoji', '<img class="wp-smiley" src="https://s.w.org/images/core/emoji/2/72x72/1f600.png">'],
    ['an emoji by its address', '<img src="https://cdn.org/twemoji/1f600.svg">'],
    ['a face', '<img src="https://secure.gravatar.com/avatar/1?s=96">'],
    ['an icon by its size', '<img src="/rss.png" width="16" height="16">'],
    ['an icon by its style', '<img src="/rss.png" style="height: 1em">'],
    ['a badge', '<img src="https://img.shields.io/npm/v/feedmill.svg">'],
    ['a button', '<img src="http://feeds.feedburner.com/~ff/a?i=1">'],
    ['one without an address', '<img alt="nothing">'],
  ])('passes over %s', (_title, ornament) => {
    expect(leadOf(`<p>${ornament}</p><p>${REAL}</p>`)).toBe('https://a.org/photo.jpg?a=1&b=2');
    expect(leadOf(`<p>${ornament}</p>`)).toBeUndefined();
  });

  it.each([
    ['a lazy one', '<img src="/blank.gif" data-src="/a.jpg">', 'https://a.org/a.jpg'],
    ['the largest of several', '<img srcset="/s.jpg 1x, /l.jpg 2x">', 'https://a.org/l.jpg'],
    ['the poster of a video', '<video src="/v.mp4" poster="/p.jpg"></video>', 'https://a.org/p.jpg'],
    ['none for text alone', '<p>Words</p>', undefined],
  ])('is %s', (_title, html, expected) => {
    expect(leadOf(html)).toBe(expected);
  });
});
