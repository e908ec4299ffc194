import { fc } from '../../support/seeded.ts';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { sanitiseHtml } from '../../../src/stages/sanitise/sanitise.ts';
import { htmlToText } from '../../../src/syntax/html/text.ts';
import { liveScript } from '../../support/live-script.ts';
import { expectProportional } from '../../support/proportion.ts';
import { randomHtml } from '../../support/random-html.ts';

const iframeHosts = ['www.youtube.com'];
const policy = { iframeHosts, dataImages: true, cleanLinks: true };
const baseUrl = 'https://example.org/a/b?c';
const safe = (html: string): string => sanitiseHtml({ html, baseUrl }, policy);

describe('sanitiseHtml, for any input', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(randomHtml(), (html) => {
        const once = safe(html);
        expect(safe(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([['a heading in a style in a heading', '<h1><u\n><h1/t></u>x']])(
    'changes nothing the second time after %s',
    (_title, html) => {
      const once = safe(html);
      expect(safe(once)).toBe(once);
    },
  );

  it('changes nothing the second time where no base is known', () => {
    fc.assert(
      fc.property(randomHtml(), (html) => {
        const once = sanitiseHtml({ html }, policy);
        expect(sanitiseHtml({ html: once }, policy)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves nothing that could run', () => {
    fc.assert(
      fc.property(randomHtml(), (html) => {
        expect(liveScript(safe(html).replaceAll('data:image/', 'https://x.org/'), iframeHosts)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('is well-formed as XML', () => {
    fc.assert(
      fc.property(randomHtml(), (html) => {
        const parser = new SaxesParser();
        parser.on('error', (error) => {
          throw error;
        });
        parser.write(`<post>${safe(html)}</post>`).close();
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps all text that has no markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const escaped = text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
        expect(htmlToText(safe(`<p>${escaped}</p>`))).toBe(text.replace(/[\s\u200b]+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['open tags', (count: number) => '<div>'.repeat(count)],
    ['open tags of one kind in another', (count: number) => '<b><i><a href=x>'.repeat(count)],
    ['end tags of nothing', (count: number) => '</div>'.repeat(count)],
    ['crossed tags', (count: number) => '<b><div class="aaaaaaaaaaaaaaaaaaaaaaaaaaaaa">x</b>'.repeat(count)],
    ['tables in tables', (count: number) => '<table><tr><td>'.repeat(count)],
    ['rows without tables', (count: number) => '<tr><td>'.repeat(count)],
    ['list items', (count: number) => '<li>'.repeat(count)],
    ['elements that are dropped and never end', (count: number) => '<svg><select><noscript>'.repeat(count)],
    [
      'lazy pictures with twins',
      (count: number) => '<img src="blank.gif"><noscript><img src=a></noscript>'.repeat(count),
    ],
    [
      'attributes of one tag',
      (count: number) => `<p ${Array.from({ length: count }, (_, index) => `a${index}=b`).join(' ')}>`,
    ],
    ['candidates of one srcset', (count: number) => `<img srcset="${'a.png 1x, '.repeat(count)}">`],
    ['commas of one srcset', (count: number) => `<img srcset="${','.repeat(count)}">`],
    ['declarations of one style', (count: number) => `<p style="${'color:red;'.repeat(count)}">`],
    [
      'styles',
      (count: number) => Array.from({ length: count }, (_, index) => `<p style="width:${index % 2000}px">`).join(''),
    ],
    ['references', (count: number) => '&amp;&lt;&nbsp;&'.repeat(count)],
    ['one long attribute', (count: number) => `<a title="${'x'.repeat(count * 10)}">y</a>`],
    ['one long text', (count: number) => 'x & y < z '.repeat(count)],
    ['comments that never end', (count: number) => '<!--'.repeat(count)],
    ['tags that never end', (count: number) => '<a b="'.repeat(count)],
    ['CDATA', (count: number) => '<![CDATA['.repeat(count)],
  ])('takes time in proportion to size for %s', (_title, make) => {
    expectProportional((count) => {
      const html = make(count);
      expect(safe(html).length).toBeLessThan(html.length * 12 + 1000);
    }, 5_000);
  });
});
