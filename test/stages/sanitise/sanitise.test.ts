import { describe, expect, it } from 'vitest';
import { sanitise, sanitiseHtml } from '../../../src/stages/sanitise/sanitise.ts';

const policy = { iframeHosts: ['www.youtube.com', 'player.bilibili.com'], dataImages: false, cleanLinks: true };
const baseUrl = 'https://example.org/news/today.html';
const safe = (html: string): string => sanitiseHtml({ html, baseUrl }, policy);

/** Every picture is asked for without a referrer; the tables leave that out. */
const withoutReferrer = (html: string): string => html.replaceAll(' referrerpolicy="no-referrer"', '');

type Row = readonly [title: string, html: string, expected: string];
const table = (rows: readonly Row[]): void => {
  it.each(rows)('%s', (_title, html, expected) => {
    expect(withoutReferrer(safe(html))).toBe(expected);
    expect(safe(safe(html))).toBe(safe(html));
  });
};

describe('text', () => {
  const news =
    '<p>会议强调“稳字当头、稳中求进”，并作出‘部署’。</p>\n <p><strong>2022年</strong>\t将 "如何" 推进？It\'s 5G+工业互联网…</p><p class="em_media">（文章来源：新华社）</p>';
  table([
    ['stays as it is, quotes and white space included', news, news],
    ['keeps what escapes it needs', 'a &lt;b&gt; &amp;amp; c', 'a &lt;b&gt; &amp;amp; c'],
    ['loses the escapes that it does not need', '&ldquo;a&rdquo; &quot;b&quot; &#20013; &nbsp;c', '“a” "b" 中 \u00a0c'],
    ['gets the escapes that it lacks', 'R&D, 1 < 2 > 0, a&b=c', 'R&amp;D, 1 &lt; 2 &gt; 0, a&amp;b=c'],
    ['loses control characters', 'a\0b\u0008c\u001b&#x1f;d\uffff', 'abcd'],
    ['gets a mark for half a character', 'a\ud83d b', 'a\ufffd b'],
    ['keeps emoji and rare characters', '👩‍👩‍👧 𠮷', '👩‍👩‍👧 𠮷'],
    ['may be empty', '', ''],
    ['may be wrapped twice', '<![CDATA[<p>a</p>]]>', '<p>a</p>'],
  ]);
});

describe('elements', () => {
  table([
    [
      'on the list stay',
      '<h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote>',
      '<h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote>',
    ],
    ['keep their class', '<p class="em_media">a</p>', '<p class="em_media">a</p>'],
    [
      'keep language and direction',
      '<p lang="zh-CN" dir="ltr" title="x">a</p>',
      '<p lang="zh-CN" dir="ltr" title="x">a</p>',
    ],
    ['off the list lose their tags', '<marquee>a</marquee><x-y z>b</x-y><o:p>c</o:p>', 'abc'],
    ['that run go with their content', 'a<script>x</script>b<style>y</style>c<template>z</template>d', 'abcd'],
    ['that are drawn by scripts or styles go', 'a<svg><text>x</text></svg>b<select><option>y</select>c', 'abc'],
    ['that never end lose only their tag', 'a<svg>b<select>c', 'abc'],
    [
      'of forms become plain blocks',
      '<form action="/x"><label>a</label> <input value="b"><button>c</button></form>',
      '<div>a c</div>',
    ],
    [
      'of old HTML become living ones',
      '<dir><li>a</dir><listing>b</listing><xmp><b>&lt;</xmp>',
      '<ul><li>a</li></ul><pre>b</pre><pre>&lt;b&gt;&amp;lt;</pre>',
    ],
    [
      'of formulas stay, without what annotates them',
      '<math><semantics><mi>x</mi><mo>=</mo><mn>2</mn><annotation>x=2</annotation></semantics></math>',
      '<math><mi>x</mi><mo>=</mo><mn>2</mn></math>',
    ],
    [
      'for phonetic guides stay',
      '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>',
      '<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>',
    ],
    ['without content are written so', '<br><hr><wbr>a<br/>b</br>', '<br/><hr/><wbr/>a<br/>b<br/>'],
    ['that close themselves are empty', '<p/>a<b/>b<script/>c', '<p></p>a<b></b>bc'],
    [
      'lose id and name, which other posts may have',
      '<p id="a">x</p><a name="b">y</a><a id="c" href="#d">z</a>',
      '<p>x</p>y<a href="https://example.org/news/today.html#d">z</a>',
    ],
    ['lose data attributes', '<p data-x="y" data-bind="z">a</p>', '<p>a</p>'],
    ['keep the first of two attributes', '<p class="a" class="b">x</p>', '<p class="a">x</p>'],
    [
      'keep numbers that are numbers',
      '<ol start="3" type="a"><li value="x">a</ol>',
      '<ol start="3" type="a"><li>a</li></ol>',
    ],
    [
      'keep the size of pictures',
      '<img src="a.png" width="300px" height="50%" border=0>',
      '<img src="https://example.org/news/a.png" width="300" height="50%" border="0"/>',
    ],
    ['that are hidden go', 'a<p hidden>b <b>c</b></p>d<img hidden src=x>', 'ad'],
    [
      'that are hidden end where their kind does',
      '<p hidden>a<p>b</p><ul><li hidden>c</li><li>d</ul>',
      '<p>a</p><p>b</p><ul><li>d</li></ul>',
    ],
    ['that are hidden and never end lose only that', 'a<b hidden>b', 'a<b>b</b>'],
    ['may be comments, which go', 'a<!-- b --><!--[if IE]><p>c</p><![endif]-->d<!doctype html><?php x ?>', 'ad'],
  ]);
});

describe('nesting', () => {
  table([
    ['closes what is open', '<div><p><b>a', '<div><p><b>a</b></p></div>'],
    ['ignores what was never opened', 'a</p></div></b>b', 'ab'],
    ['ends a paragraph at the next block', '<p>a<p>b<div>c</div>d', '<p>a</p><p>b</p><div>c</div>d'],
    ['ends a paragraph inside bold text', '<b><p>a<p>b</b>', '<b><p>a</p><p>b</p></b>'],
    [
      'ends list items',
      '<ul><li>a<li>b<ul><li>c</ul><li>d</ul>',
      '<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>',
    ],
    ['ends terms and definitions', '<dl><dt>a<dd>b<dt>c</dl>', '<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>'],
    [
      'ends rows and cells',
      '<table><tr><td>a<td>b<tr><th>c</table>',
      '<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>',
    ],
    [
      'ends groups of rows',
      '<table><thead><tr><td>a<tbody><tr><td>b</table>',
      '<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody></table>',
    ],
    ['lets no cell stand without a table', 'a<tr><td>b</td></tr></table>c', 'abc'],
    ['lets no table stand in a row', '<table><tr><table><td>a</table>', '<table><tr><td>a</td></tr></table>'],
    [
      'lets no table stand in a table',
      '<table><p>a<table><tr><td>b</table>',
      '<table><p>a</p><tr><td>b</td></tr></table>',
    ],
    [
      'lets tables stand in cells',
      '<table><tr><td><table><tr><td>a</table></table>',
      '<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>',
    ],
    [
      'keeps a cell from ending what is around the table',
      '<div><table><tr><td>a</div>b</table>c</div>',
      '<div><table><tr><td>ab</td></tr></table>c</div>',
    ],
    [
      'ends a link at the next link',
      '<a href="/1">a<a href="/2">b</a>',
      '<a href="https://example.org/1">a</a><a href="https://example.org/2">b</a>',
    ],
    ['uncrosses styles', '<b>1<i>2</b>3</i>', '<b>1<i>2</i></b><i>3</i>'],
    [
      'uncrosses a style and a block',
      '<b>1<div class="x">2</b>3</div>4',
      '<b>1<div class="x">2</div></b><div class="x">3</div>4',
    ],
    ['uncrosses a style and a paragraph', '<strong><p>1</strong></p>2', '<strong><p>1</p></strong>2'],
    ['does not break a list in two for a style', '<b>1<ol><li>2</b>3</ol>4', '<b>1<ol><li>23</li></ol>4</b>'],
    ['ends a heading at the next', '<h1>a<h2>b</h3>c', '<h1>a</h1><h2>b</h2>c'],
  ]);

  it('is no deeper than a browser goes', () => {
    const html = `${'<div>'.repeat(1000)}a${'</div>'.repeat(1000)}b`;
    const flat = safe(html);
    expect(flat).toBe(`${'<div>'.repeat(200)}a${'</div>'.repeat(200)}b`);
    expect(safe(flat)).toBe(flat);
  });
});

describe('links', () => {
  table([
    [
      'become absolute',
      '<a href="a.html">a</a><a href="/b">b</a><a href="//c.org/">c</a><a href="?d">d</a>',
      '<a href="https://example.org/news/a.html">a</a><a href="https://example.org/b">b</a><a href="https://c.org/">c</a><a href="https://example.org/news/today.html?d">d</a>',
    ],
    [
      'stay as written when absolute',
      '<a href="http://例子.中国/新闻?a=1&amp;b=2">a</a>',
      '<a href="http://例子.中国/新闻?a=1&amp;b=2">a</a>',
    ],
    ['may be mail', '<a href="mailto:a@b.org">a</a>', '<a href="mailto:a@b.org">a</a>'],
    [
      'of other schemes go, their text stays',
      '<a href="javascript:x">a</a><a href="tel:1">b</a><a href="ftp://c/">c</a>',
      '<a>a</a><a>b</a><a>c</a>',
    ],
    [
      'lose their target and keep what they say of themselves',
      '<a href="/x" target="_blank" rel="nofollow opener ugc me">a</a>',
      '<a href="https://example.org/x" rel="nofollow ugc">a</a>',
    ],
    [
      'in quotations become absolute',
      '<q cite="a">x</q><blockquote cite="/b">y</blockquote><del cite="javascript:1" datetime="2021-12-24">z</del>',
      '<q cite="https://example.org/news/a">x</q><blockquote cite="https://example.org/b">y</blockquote><del datetime="2021-12-24">z</del>',
    ],
    [
      'behind pictures become absolute',
      '<img src="a" longdesc="b" alt="">',
      '<img src="https://example.org/news/a" longdesc="https://example.org/news/b" alt=""/>',
    ],
    [
      'to backgrounds become absolute',
      '<table background="a.gif"><tr><td background="b.gif">x</table>',
      '<table background="https://example.org/news/a.gif"><tr><td background="https://example.org/news/b.gif">x</td></tr></table>',
    ],
  ]);

  it.each([
    [
      'stay relative where no base is known',
      '<a href="a.html">x</a><img src="/b.png">',
      '<a href="a.html">x</a><img src="/b.png" referrerpolicy="no-referrer"/>',
    ],
    [
      'name no scheme there',
      '<a href="x:y">a</a><a href="java\tscript:1">b</a><a href=":x">c</a>',
      '<a>a</a><a>b</a><a>c</a>',
    ],
    ['name no host there', '<a href="\\\\evil.org/">a</a><a href="/\\evil.org/">b</a>', '<a>a</a><a>b</a>'],
  ])('%s', (_title, html, expected) => {
    expect(sanitiseHtml({ html }, policy)).toBe(expected);
    expect(sanitiseHtml({ html: expected }, policy)).toBe(expected);
  });
});

describe('pictures', () => {
  const a = '<img src="https://example.org/news/a.jpg"/>';
  table([
    ['become absolute', '<img src="a.jpg" alt="x">', '<img src="https://example.org/news/a.jpg" alt="x"/>'],
    [
      'in a set become absolute',
      '<img src=a.jpg srcset="a.jpg, b.jpg 2x,c.jpg 300w">',
      '<img src="https://example.org/news/a.jpg" srcset="https://example.org/news/a.jpg, https://example.org/news/b.jpg 2x, https://example.org/news/c.jpg 300w"/>',
    ],
    [
      'in a set may have commas in their names',
      '<img srcset="a,b.jpg 1x, c,d.jpg, 2x">',
      '<img srcset="https://example.org/news/a,b.jpg 1x, https://example.org/news/c,d.jpg, https://example.org/news/2x" src="https://example.org/news/a,b.jpg"/>',
    ],
    [
      'in a set lose the unsafe',
      '<img srcset="javascript:x 1x, a.jpg 2x, data:text/html,x 3x, b.jpg nonsense">',
      '<img srcset="https://example.org/news/a.jpg 2x" src="https://example.org/news/a.jpg"/>',
    ],
    [
      'for other screens stay',
      '<picture><source srcset="a.webp" type="image/webp" media="(min-width: 9px)"><img src="a.jpg"></picture>',
      `<picture><source srcset="https://example.org/news/a.webp" type="image/webp" media="(min-width: 9px)"/>${a}</picture>`,
    ],
    ['named image are pictures', '<image src="a.jpg">', a],
    ['that are data go', '<img src="data:image/png;base64,AAAA">b', 'b'],
    ['that are data leave their words', '<img src="data:image/png;base64,AAAA" alt="chart">', '<img alt="chart"/>'],
    ['with data-src are restored', '<img src="data:image/gif;base64,R0" data-src="a.jpg">', a],
    ['with data-original are restored', '<img src="/img/loading.gif" data-original="a.jpg">', a],
    ['with data-lazy-src are restored', '<img src="x.gif" data-lazy-src="a.jpg">', a],
    [
      'with real_src are restored',
      '<img src="http://simg.sinajs.cn/blog7style/images/common/sg_trans.gif" real_src="a.jpg">',
      a,
    ],
    [
      'with data-actualsrc are restored',
      '<img src="//zhstatic.zhimg.com/assets/zhihu/ztext/whitedot.jpg" data-actualsrc="a.jpg">',
      a,
    ],
    [
      'with data-srcset are restored',
      '<img data-srcset="a.jpg 1x" src="data:image/gif;base64,R0">',
      '<img srcset="https://example.org/news/a.jpg 1x" src="https://example.org/news/a.jpg"/>',
    ],
    ['are not replaced by a flag', '<img src="a.jpg" data-lazy="true" data-src="1">', a],
    [
      'that only bear the name of a stand-in are restored',
      '<img src="data:image/gif;base64,R0" data-src="/img/white-house.jpg">',
      '<img src="https://example.org/img/white-house.jpg"/>',
    ],
    ['are found behind a stand-in', '<img src="blank.gif" data-src="/img/loading.gif" data-original="a.jpg">', a],
    ['are not replaced by a stand-in', '<img src="a.jpg" data-src="/img/placeholder.png">', a],
    ['are not replaced by a larger copy', '<img src="a.jpg" data-orig-file="b.jpg">', a],
    ['are replaced by a larger copy where a stand-in is', '<img src="blank.gif" file="a.jpg">', a],
    [
      'are not doubled by noscript',
      '<img class="lazy" data-src="a.jpg"><noscript><img src="a.jpg"></noscript>',
      '<img class="lazy" src="https://example.org/news/a.jpg"/>',
    ],
    [
      'are not doubled by another size in noscript',
      '<img data-src="a.jpg"><noscript><img src="a-large.jpg"></noscript>',
      a,
    ],
    [
      'are not doubled by a noscript before',
      '<noscript><img src="a.jpg"></noscript><img data-src="a.jpg?w=1" src="data:,">',
      a,
    ],
    [
      'are found in noscript',
      '<p><img src="/placeholder.gif"><noscript><img src="a.jpg"></noscript></p>',
      `<p>${a}</p>`,
    ],
    ['are found in noscript alone', 'x<noscript><p>Please use <img src="a.jpg"> scripts</p></noscript>y', `x${a}y`],
    ['in noscript that never ends are pictures', '<noscript>x<img src="a.jpg">y', `x${a}y`],
    [
      "one after the other are not each other's doubles",
      '<noscript><img src="a.jpg"></noscript><img data-src="a.jpg"><noscript><img src="b.jpg"></noscript><img data-src="b.jpg">',
      `${a}<img src="https://example.org/news/b.jpg"/>`,
    ],
    ['that are the same may be shown twice', `${a}text${a}`, `${a}text${a}`],
    ['without an address stay', '<img alt="x"><img>', '<img alt="x"/><img/>'],
  ]);

  it.each([
    ['a pixel', '<img src="https://a.org/x" width="1" height="1">'],
    ['no pixel at all', '<img src="https://a.org/x" width=0 height=0>'],
    ['a pixel by style', '<img src="https://a.org/x" style="width:1px;height:1px;border:0">'],
    ['a pixel that comes late', '<img data-src="https://a.org/x" width="1" height="1px">'],
    ['FeedBurner', '<img src="http://feeds.feedburner.com/~r/news/~4/AbC"/>'],
    ['Google Analytics', '<img src="https://www.google-analytics.com/collect?v=1">'],
    ['DoubleClick', '<img src="//ad.doubleclick.net/ddm/activity/x">'],
    ['WordPress', '<img src="https://pixel.wp.com/b.gif?host=x">'],
    ['Facebook', '<img src="https://www.facebook.com/tr?id=1&ev=PageView&noscript=1">'],
    ['Baidu', '<img src="https://hm.baidu.com/hm.gif?si=1">'],
    ['CNZZ', '<img src="http://c.cnzz.com/stat.php?id=1">'],
    ['Matomo', '<img src="https://stats.a.org/matomo.php?idsite=1">'],
    ['ScoreCard', '<img src="https://sb.scorecardresearch.com/p?c1=2">'],
    ['VG Wort', '<img src="http://vg02.met.vgwort.de/na/1234">'],
    ['a page to share on', '<img src="http://www.facebook.com/sharer.php?u=x" alt="Share">'],
    ['noscript', '<noscript><img src="https://a.org/x" width="1" height="1"></noscript>'],
  ])('by %s, which count readers, go', (_title, html) => {
    expect(safe(`a${html}b`)).toBe('ab');
  });

  it.each([
    ['a thin line', '<img src="https://a.org/x" width="600" height="1"/>'],
    ['a picture of statistics', '<img src="https://a.org/statistics/chart.png"/>'],
    ['a picture by Facebook', '<img src="https://scontent.fbcdn.net/tr/a.jpg"/>'],
  ])('like %s, which count nobody, stay', (_title, html) => {
    expect(withoutReferrer(safe(html))).toBe(html);
  });

  it('that are data stay where the policy says so, unless they are documents', () => {
    const open = { ...policy, dataImages: true, cleanLinks: true };
    const pixels = '<img src="data:image/png;base64,iVBORw0KGgo=" referrerpolicy="no-referrer"/>';
    expect(sanitiseHtml({ html: pixels, baseUrl }, open)).toBe(pixels);
    expect(sanitiseHtml({ html: '<img src="data:image/svg+xml;base64,AAAA" alt="x">', baseUrl }, open)).toBe(
      '<img alt="x" referrerpolicy="no-referrer"/>',
    );
    expect(sanitiseHtml({ html: '<a href="data:image/png;base64,AAAA">x</a>', baseUrl }, open)).toBe('<a>x</a>');
  });
});

describe('media', () => {
  table([
    [
      'get controls and do not start by themselves',
      '<video src="a.mp4" autoplay poster="b.jpg" preload="auto"></video>',
      '<video src="https://example.org/news/a.mp4" poster="https://example.org/news/b.jpg" controls=""></video>',
    ],
    [
      'keep their sources',
      '<audio><source src="a.mp3" type="audio/mpeg"><track src="a.vtt" kind="captions" srclang="zh">x</audio>',
      '<audio controls=""><source src="https://example.org/news/a.mp3" type="audio/mpeg"/><track src="https://example.org/news/a.vtt" kind="captions" srclang="zh"/>x</audio>',
    ],
    [
      'that come late are restored',
      '<video data-src="a.mp4" controls></video>',
      '<video controls="" src="https://example.org/news/a.mp4"></video>',
    ],
  ]);
});

describe('frames', () => {
  const held =
    'sandbox="allow-scripts allow-same-origin allow-presentation allow-popups" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen=""';
  table([
    [
      'of allowed hosts stay, held',
      '<iframe width="560" height="315" src="https://www.youtube.com/embed/x?rel=0" title="T" frameborder="0" allow="autoplay" onload="x"></iframe>',
      `<iframe src="https://www.youtube.com/embed/x?rel=0" width="560" height="315" title="T" ${held}></iframe>`,
    ],
    [
      'without a scheme get https',
      '<iframe src="//player.bilibili.com/player.html?aid=1&page=1"></iframe>',
      `<iframe src="https://player.bilibili.com/player.html?aid=1&amp;page=1" ${held}></iframe>`,
    ],
    [
      'of http get https',
      '<iframe src="http://www.youtube.com/embed/x"></iframe>',
      `<iframe src="https://www.youtube.com/embed/x" ${held}></iframe>`,
    ],
    [
      'that come late are restored',
      '<iframe src="about:blank" data-src="https://www.youtube.com/embed/x"></iframe>',
      `<iframe src="https://www.youtube.com/embed/x" ${held}></iframe>`,
    ],
    [
      'of other hosts leave what stands in for them',
      'a<iframe src="https://evil.org/">b <a href="x">c</a></iframe>d',
      'a b c d',
    ],
    [
      'of hosts that only look allowed become links, if they name a document',
      '<iframe src="https://www.youtube.com.evil.org/"></iframe><iframe src="https://evil.org/www.youtube.com"></iframe><iframe src="https://www.youtube.com@evil.org/"></iframe><iframe src="https://youtube.com/"></iframe><iframe src="https://www.youtube.com:8443/"></iframe>',
      '<a href="https://evil.org/www.youtube.com">evil.org</a>',
    ],
  ]);

  it('become links where no host is allowed', () => {
    const html = 'a<iframe src="https://www.youtube.com/embed/x"></iframe>b';
    expect(sanitiseHtml({ html, baseUrl }, { iframeHosts: [], dataImages: false, cleanLinks: true })).toBe(
      'a<a href="https://www.youtube.com/embed/x">youtube.com</a>b',
    );
  });
});

describe('styles', () => {
  it.each([
    ['color:red', 'color: red;'],
    ['COLOR : RED ; text-align:center', 'color: RED; text-align: center;'],
    ['margin:0 15px 0 0;padding:2ex', 'margin: 0 15px 0 0; padding: 2ex;'],
    ['border: solid 2px #000000', 'border: solid 2px #000000;'],
    ['background: rgba(1, 2, 3, .5)', 'background: rgba(1,2,3,.5);'],
    ["font-family: 'Times New Roman', 微软雅黑, serif", 'font-family: &quot;Times New Roman&quot;,微软雅黑,serif;'],
    ['font-family:Brush Script MT,Curlz MT', 'font-family: Brush Script MT,Curlz MT;'],
    ['text-indent:-2em', 'text-indent: -2em;'],
    ['color:red!important', 'color: red;'],
    ['color:red;position:fixed;z-index:9', 'color: red;'],
    ['color:red;background:url(x.gif)', 'color: red;'],
    ['/* x */ width: 10px /* y */', 'width: 10px;'],
    ['display:none', 'display: none;'],
    ['color:red;;;nonsense;width', 'color: red;'],
  ])('of %j leave %j', (style, expected) => {
    expect(safe(`<p style="${style}">x</p>`)).toBe(`<p style="${expected}">x</p>`);
    expect(safe(`<p style="${expected}">x</p>`)).toBe(`<p style="${expected}">x</p>`);
  });

  it.each([
    'position:absolute',
    'margin-left:-10px',
    'margin:99999em',
    'padding:9999999px',
    'text-indent:-9999px',
    'width:100vw',
    'display:contents',
    'visibility:hidden',
    'opacity:0',
    'transform:scale(9)',
    'animation:x 1s',
    'content:"x"',
    'filter:blur(9px)',
    'background:var(--x)',
    '--x:red',
    'width:calc(1px + 2px)',
    'color:\\72 ed',
    'mso-list:l0',
    'behavior:url(x)',
    'width:expression(alert(1))',
    'list-style:url(x)',
    'cursor:url(x),auto',
    '{}',
    '}',
    '@import "x"',
    "quotes:'\t'",
    `font-family:'a"b'`,
  ])('of %j leave nothing', (style) => {
    expect(safe(`<p style='${style.replaceAll("'", '&#39;')}'>x</p>`)).toBe('<p>x</p>');
  });
});

describe('sanitise', () => {
  it('tells which pictures and links it met', () => {
    const html =
      '<a href="/a"><img src="b.jpg"></a><img data-src="c.jpg"><a href="mailto:d@e.org">d</a><video poster="f.jpg"></video>';
    expect(sanitise({ html, baseUrl }, policy)).toMatchObject({
      images: ['https://example.org/news/b.jpg', 'https://example.org/news/c.jpg', 'https://example.org/news/f.jpg'],
      links: ['https://example.org/a', 'mailto:d@e.org'],
    });
  });

  it('cleans links but no pictures, or leaves both as they are', () => {
    const html =
      '<a href="/a?utm_source=x"><img src="b.jpg?utm_source=x"></a><a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fc.org%2F">c</a>';
    const links = (cleanLinks: boolean) => sanitise({ html, baseUrl }, { ...policy, cleanLinks });
    expect(links(true)).toMatchObject({
      images: ['https://example.org/news/b.jpg?utm_source=x'],
      links: ['https://example.org/a', 'https://c.org/'],
    });
    expect(links(false).links).toEqual([
      'https://example.org/a?utm_source=x',
      'https://l.facebook.com/l.php?u=https%3A%2F%2Fc.org%2F',
    ]);
  });
});
