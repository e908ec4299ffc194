/** Fuzzing `sanitiseHtml`: nothing alive comes through, and doing it twice changes nothing. */
import type { HtmlSettings } from '../../src/model/settings.ts';
import { sanitiseHtml } from '../../src/stages/sanitise/sanitise.ts';
import { liveSurface } from './live-surface.ts';
import type { Random } from './random.ts';
import { expectThat, type Target } from './target.ts';

const POLICIES: readonly [HtmlSettings, HtmlSettings] = [
  { iframeHosts: ['video.example'], dataImages: false, cleanLinks: true },
  { iframeHosts: [], dataImages: true, cleanLinks: true },
];

const TAGS = (
  'a p div span b i em strong u s br hr img table thead tbody tr td th caption col colgroup ul ol li dl dt dd pre code blockquote ' +
  'h1 h2 figure figcaption video audio source track picture iframe object embed param script style link meta base form input ' +
  'button textarea select option svg math mi mo mtext annotation-xml foreignObject desc title template noscript noembed ' +
  'noframes xmp plaintext listing frameset frame html head body marquee details summary dialog font center nobr ruby rt rp ' +
  'amp-img amp-youtube amp-iframe amp-video wbr slot canvas map area bdo keygen isindex image x x:y a/b'
).split(' ');

const ATTRIBUTES = [
  'href="javascript:alert(1)"',
  "href='java\tscript:alert(1)'",
  'href=&#106;avascript:alert(1)',
  'href="/x?a=1&amp;b=2"',
  'href="mailto:a@b.example"',
  'href="//evil.example/"',
  'href=" data:text/html,<script>alert(1)</script>"',
  'src="x.png"',
  'src=x onerror=alert(1)',
  'src="data:image/png;base64,AAAA"',
  'src="data:image/svg+xml,<svg onload=alert(1)>"',
  'src="https://video.example/embed/1"',
  'src="https://www.youtube.com/watch?v=abc"',
  'data="https://other.example/player.html"',
  'data-videoid="abc"',
  'type="math/tex"',
  'title="A talk"',
  'src="https://video.example@evil.example/"',
  'srcset="a.png 1x, javascript:alert(1) 2x"',
  'srcdoc="<script>alert(1)</script>"',
  'data-src="lazy.png"',
  "data-original='\"><script>alert(1)</script>'",
  'style="color:red;background:url(javascript:alert(1))"',
  'style="width:expression(alert(1))"',
  'style="x:\\65xpression(1)"',
  `style="font-family:'A &quot;B&quot;','C\tD'"`,
  'class="a b"',
  'title="&quot;><img src=x onerror=alert(1)>"',
  'alt="`<b>`"',
  'onclick="alert(1)"',
  'ONMOUSEOVER=alert(1)',
  'formaction=javascript:alert(1)',
  'xlink:href="javascript:alert(1)"',
  'xmlns="http://www.w3.org/2000/svg"',
  'encoding="text/html"',
  'is=x',
  'width=1 height=1',
  'a="',
  "b='",
  '"',
  '/',
  '=',
  '<',
];

const TEXTS = [
  'text',
  '财经',
  '&lt;script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '<!--',
  '-->',
  '<!-->',
  '--!>',
  '<![CDATA[',
  ']]>',
  '</',
  '</ ',
  '<?xml ?>',
  '<!doctype html>',
  '<script>alert(1)//',
  '</script>',
  '</style>',
  '</title>',
  '\u0000',
  '\u2028',
  '<\u0000script>',
  '&',
  '&amp;',
  '&#x;',
  '<%',
  '{{x}}',
  'a < b',
];

export function sanitiserTarget(corpus: readonly Buffer[]): Target {
  return {
    seeds: [...VECTORS.map((text) => Buffer.from(text)), ...corpus],
    dictionary: [
      ...TAGS.flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} `]),
      ...ATTRIBUTES.map((text) => ` ${text}`),
      ...TEXTS,
    ],
    generate: (random) => Buffer.from(soup(random, 0)),
    check: checkCleaning,
  };
}

/** Cleans the HTML and judges the result. */
export function checkCleaning(input: Buffer): string {
  const html = input.toString('utf8');
  const policy = POLICIES[input.length % POLICIES.length] ?? POLICIES[0];
  const markup = { html, baseUrl: 'https://origin.example/dir/page.html' };
  const once = sanitiseHtml(markup, policy);
  const twice = sanitiseHtml({ ...markup, html: once }, policy);
  expectThat(once === twice, `not stable: ${once.slice(0, 200)} becomes ${twice.slice(0, 200)}`);
  const alive = liveSurface(once, policy);
  expectThat(alive.length === 0, `${alive[0]?.slice(0, 12) ?? ''}: ${alive.join(', ')} in ${once.slice(0, 300)}`);
  return [...new Set(once.match(/<[a-z0-9]+/g))].sort().join('');
}

function soup(random: Random, depth: number): string {
  let out = '';
  for (let left = random.int(depth > 4 ? 2 : 6); left >= 0; left--) {
    const tag = random.pick(TAGS);
    const attributes = Array.from(
      { length: random.int(4) },
      () => random.pick([' ', '/', '\n', '\t']) + random.pick(ATTRIBUTES),
    );
    const inside = random.chance(0.4) ? random.pick(TEXTS) : soup(random, depth + 1);
    const end = random.chance(0.75) ? `</${random.chance(0.9) ? tag : random.pick(TAGS)}>` : '';
    out += `<${tag}${attributes.join('')}${random.pick(['>', '>', '>', '/>', ''])}${inside}${end}`;
  }
  return out;
}

const VECTORS = [
  '<p>A <a href="/x">link</a> and <img src="a.png" alt="x">.</p>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<template><script>alert(1)</script></template>',
  '<a href="jav&#x0A;ascript:alert(1)">x</a>',
  '<iframe src="https://video.example/embed/1"></iframe>',
  '<table><td><a href="javascript&colon;alert(1)"></table>',
];
