import { describe, expect, it } from 'vitest';
import { sanitiseHtml } from '../../../src/stages/sanitise/sanitise.ts';
import { liveScript } from '../../support/live-script.ts';

const policy = {
  iframeHosts: ['www.youtube.com', 'player.bilibili.com', 'player.vimeo.com'],
  dataImages: false,
  cleanLinks: true,
};
const safe = (html: string): string => sanitiseHtml({ html, baseUrl: 'https://site.example/post/' }, policy);
/** What is left of each player and link: its address, and the text of links. */
const traces = (html: string): readonly string[] =>
  [...safe(html).matchAll(/<iframe src="([^"]*)"|<a href="([^"]*)">([^<]*)/g)].map(
    ([, player, href, label]) => player ?? `${label ?? ''} ${href ?? ''}`,
  );

describe('embedded documents', () => {
  it.each([
    [
      'a page of YouTube',
      '<iframe src="https://www.youtube.com/watch?v=abc&t=3">',
      ['https://www.youtube.com/embed/abc'],
    ],
    ['a short address', '<iframe src="https://youtu.be/abc">', ['https://www.youtube.com/embed/abc']],
    ['a mobile address', '<iframe src="//m.youtube.com/embed/abc">', ['https://www.youtube.com/embed/abc']],
    ['an address without www', '<iframe src="http://youtube.com/embed/abc">', ['https://www.youtube.com/embed/abc']],
    ['a Flash player', '<object data="https://www.youtube.com/v/abc"></object>', ['https://www.youtube.com/embed/abc']],
    [
      'a player in an object with its embed',
      '<object><param name="movie" value="https://www.youtube.com/v/abc"><embed src="https://www.youtube.com/v/abc"></object>',
      ['https://www.youtube.com/embed/abc'],
    ],
    [
      'a page of Bilibili for phones',
      '<iframe src="https://www.bilibili.com/blackboard/html5mobileplayer.html?bvid=BV1">',
      ['https://player.bilibili.com/player.html?bvid=BV1'],
    ],
    [
      'a video page of Bilibili',
      '<iframe src="https://www.bilibili.com/video/BV1xx">',
      ['https://player.bilibili.com/player.html?bvid=BV1xx'],
    ],
    ['a page of Vimeo', '<iframe src="https://vimeo.com/123">', ['https://player.vimeo.com/video/123']],
    ['an AMP player', '<amp-youtube data-videoid="abc"></amp-youtube>', ['https://www.youtube.com/embed/abc']],
    [
      'a lazy player and its twin',
      '<iframe data-src="https://www.youtube.com/embed/a"></iframe><noscript><iframe src="https://www.youtube.com/embed/a"></iframe></noscript>',
      ['https://www.youtube.com/embed/a'],
    ],
    [
      'the same player twice in the text',
      '<iframe src="https://youtu.be/a"></iframe> again: <iframe src="https://youtu.be/a"></iframe>',
      ['https://www.youtube.com/embed/a', 'https://www.youtube.com/embed/a'],
    ],
    [
      'a titled frame of another host',
      '<iframe title="The talk" src="https://t.example/e/4F">',
      ['The talk https://t.example/e/4F'],
    ],
    ['a frame of another host', '<iframe src="/e/4F">', ['site.example https://site.example/e/4F']],
    ['an embed of another host', '<embed src="https://t.example/p.swf">', ['t.example https://t.example/p.swf']],
    ['a frame of nothing', '<iframe></iframe><iframe src="about:blank"></iframe><embed>', []],
    ['a frame nobody sees', '<iframe src="https://t.example/x" width="0" height="0"></iframe>', []],
    ['a frame that measures', '<iframe src="https://www.googletagmanager.com/ns.html?id=G"></iframe>', []],
    ['a frame of a script', '<iframe src="javascript:alert(1)"></iframe><object data="data:text/html,x"></object>', []],
  ])('%s', (_title, html, left) => {
    expect(traces(html)).toEqual(left);
    expect(safe(safe(html))).toBe(safe(html));
    expect(liveScript(safe(html), policy.iframeHosts)).toEqual([]);
  });

  it('shows AMP pictures, and pictures that were objects', () => {
    expect(safe('<amp-img src="/a.png" alt="A"></amp-img><object type="image/png" data="/b.png"></object>')).toBe(
      '<img src="https://site.example/a.png" alt="A" referrerpolicy="no-referrer"/><img src="https://site.example/b.png" referrerpolicy="no-referrer"/>',
    );
  });

  it('gives a picture that only its sources name an address of its own', () => {
    expect(safe('<picture><source srcset="/a-1.webp 1x, /a-2.webp 2x"><img alt="A"></picture>')).toContain(
      '<img alt="A" src="https://site.example/a-2.webp"',
    );
  });
});

describe('formulas', () => {
  it.each([
    ['stay', '<math><msup><mn>10</mn><mn>9</mn></msup></math>', '<math><msup><mn>10</mn><mn>9</mn></msup></math>'],
    ['lose their prefix', '<m:math><m:mi>x</m:mi></m:math>', '<math><mi>x</mi></math>'],
    [
      'lose links and actions',
      '<math><mrow href="javascript:alert(1)" xlink:href="x"><maction actiontype="statusline"><mi>x</mi></maction></mrow></math>',
      '<math><mrow><mi>x</mi></mrow></math>',
    ],
    [
      'lose what annotates them',
      '<math><semantics><mi>x</mi><annotation-xml encoding="text/html"><b>x</b></annotation-xml></semantics></math>',
      '<math><mi>x</mi></math>',
    ],
    ['hold no HTML', '<math><mtext><b>a</b><img src="x.png"></mtext></math>', '<math><mtext>a</mtext></math>'],
    ['do not stand in themselves', '<math><math><mi>x</mi></math></math>', '<math><mi>x</mi></math>'],
    ['need math around them', '<mi>x</mi><mfrac><mn>1</mn></mfrac>', 'x1'],
    [
      'of KaTeX are shown once',
      '<span class="katex"><span class="katex-mathml"><math><mi>x</mi></math></span><span class="katex-html" aria-hidden="true"><span>x</span></span></span>',
      '<span class="katex"><span class="katex-mathml"><math><mi>x</mi></math></span></span>',
    ],
    ['in TeX become their TeX', 'a <script type="math/tex">x < y</script> b', 'a \\(x &lt; y\\) b'],
    ['in display TeX become their TeX', '<script type="math/tex; mode=display">x^2</script>', '\\[x^2\\]'],
    [
      'do not open a way for scripts',
      '<script type="math/tex"><img src=x onerror=alert(1)></script>',
      '\\(&lt;img src=x onerror=alert(1)&gt;\\)',
    ],
  ])('%s', (_title, html, expected) => {
    expect(safe(html)).toBe(expected);
    expect(safe(expected)).toBe(expected);
    expect(liveScript(safe(html))).toEqual([]);
  });

  it.each([
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a title="</style><img src onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><xmp>&lt;/xmp&gt;&lt;img src onerror=alert(1)&gt;</xmp></annotation-xml></math>',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    '<p><math><p>x</p></math><mtext><svg><script>alert(1)</script>',
  ])('let nothing run: %s', (html) => {
    expect(liveScript(safe(html))).toEqual([]);
  });
});
