/** Fuzzing what `sanitiseHtml` makes of formulas: MathML, KaTeX, MathJax and TeX in scripts, among HTML that breaks into them. */
import type { Random } from './random.ts';
import { checkCleaning } from './sanitiser.ts';
import type { Target } from './target.ts';

const FORMULA = (
  'mi mn mo ms mtext menclose merror mfenced mfrac mmultiscripts mover mpadded mphantom mprescripts mroot mrow mspace msqrt ' +
  'mstyle msub msubsup msup mtable mtd mtr munder munderover none'
).split(' ');
/** What may not stay, and what changes between the rules of MathML and those of HTML. */
const STRANGE = (
  'maction semantics annotation annotation-xml mglyph malignmark mprescripts maligngroup mlongdiv ms:mi m:mrow mml:mi svg ' +
  'foreignObject desc title style script img br p a table tr td b font span div ul li iframe video select textarea noscript xmp'
).split(' ');

const ATTRIBUTES = [
  'display="block"',
  'xlink:href="javascript:alert(1)"',
  'href="javascript:alert(1)"',
  'actiontype="statusline#http://evil.example"',
  'definitionURL="x"',
  'encoding="text/html"',
  "encoding='application/xhtml+xml'",
  'style="background:url(x)"',
  'mathcolor="red"',
  'mathvariant="bold"',
  'alttext="a &lt;b&gt; &quot;c&quot;"',
  'onclick=alert(1)',
  'class="katex-mathml"',
  'class="katex-html" aria-hidden="true"',
  'class="MJX_Assistive_MathML"',
  'xmlns="http://www.w3.org/1998/Math/MathML"',
  'open="(" close=")"',
  'width="0.5em"',
  'hidden',
];

const TEXTS = [
  'x',
  '1',
  '+',
  '&lt;',
  '&#x2061;',
  '&InvisibleTimes;',
  '<!--',
  '-->',
  '<![CDATA[x]]>',
  '\\frac{1}{2}',
  '< b',
  ' ',
  '</br>',
  '</p>',
];

const SEEDS = [
  '<p>A limit of <math><msup><mn>10</mn><mn>9</mn></msup></math> bytes.</p>',
  '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">x</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span>x</span></span></span>',
  '<script type="math/tex; mode=display">\\frac{1}{2}</script>',
  '<nobr aria-hidden="true">x</nobr><span class="MJX_Assistive_MathML"><math><mi>x</mi></math></span>',
  '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math><mi><p><br/></math><br>',
];

export function mathmlTarget(corpus: readonly Buffer[]): Target {
  return {
    seeds: [...SEEDS.map((text) => Buffer.from(text)), ...corpus],
    dictionary: [
      ...['math', ...FORMULA, ...STRANGE].flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag}/>`]),
      ...ATTRIBUTES.map((text) => ` ${text}`),
      ...TEXTS,
    ],
    generate: (random) => Buffer.from(formula(random)),
    check: checkCleaning,
  };
}

function formula(random: Random): string {
  const around = random.pick(['', '', 'p', 'b', 'a href="/x"', 'table', 'td', 'li', 'svg', 'select', 'math']);
  const end = around === '' ? '' : `</${around.split(' ', 1)[0] ?? ''}>`;
  return `${around === '' ? '' : `<${around}>`}<math${attributesOf(random)}>${content(random, 0)}${random.chance(0.9) ? '</math>' : ''}${end}`;
}

function content(random: Random, depth: number): string {
  let out = '';
  for (let left = random.int(depth > 5 ? 2 : 5); left >= 0; left--) {
    const tag = random.pick(random.chance(0.75) ? FORMULA : STRANGE);
    const inside = random.chance(0.4) ? random.pick(TEXTS) : content(random, depth + 1);
    const end = random.chance(0.8) ? `</${random.chance(0.9) ? tag : random.pick(STRANGE)}>` : '';
    out += `<${tag}${attributesOf(random)}${random.pick(['>', '>', '>', '/>'])}${inside}${end}`;
  }
  return out;
}

function attributesOf(random: Random): string {
  return Array.from({ length: random.int(3) }, () => ` ${random.pick(ATTRIBUTES)}`).join('');
}
