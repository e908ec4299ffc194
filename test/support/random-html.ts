/** HTML as nobody would write it, made of the pieces that matter to a parser. */
import { fc } from './seeded.ts';
import { attackGroups } from './attacks.ts';

const NAMES =
  'a b i p div span ul ol li dl dt dd table tbody thead tr td th caption col h1 h2 pre blockquote img br hr video source audio picture iframe noscript script style svg math mtext title textarea select option form input button template xmp plaintext noembed noframes object ruby rt font center details summary font x-y nobr foreignObject desc annotation-xml image'.split(
    ' ',
  );
const ATTRIBUTES =
  'class style href src srcset data-src data-srcset title alt width height onclick onerror id name align background cite poster lang dir rel target xlink:href srcdoc formaction hidden loading'.split(
    ' ',
  );
const VALUES = [
  '',
  'x',
  'a.png',
  '../b c.jpg',
  '//h.org/ü?x=1&y=2',
  'https://www.youtube.com/embed/x',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:image/png;base64,AAAA',
  'data:text/html,x',
  'mailto:a@b.org',
  '#x',
  'http://[',
  'a.png 1x, b.png, 2x',
  ',,a,b 1w 2x,',
  'color:red;background:url(x);width:5px',
  'font-family:\'a\',"b"',
  '1',
  '100%',
  '</b><script>',
  '&quot;&lt;&amp;&nbsp;&#0;&#x80;',
  '`\'"<>',
  '\u0000\u0001\ud800',
  '中文',
  'blank.gif',
  'nofollow opener',
];
const TEXTS = [
  ' ',
  'text',
  '\n',
  '“引文”。',
  '&amp;',
  '&lt;b&gt;',
  '&nbsp',
  '&#x3c;script&#x3e;',
  '<',
  '>',
  '</',
  '<!',
  '<!--',
  '-->',
  '--!>',
  '<![CDATA[',
  ']]>',
  '<?',
  '<!doctype html>',
  '\0',
  '\ud83d',
  '</>',
  '<3',
  '"',
  "'",
  '=',
  '/',
];

const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'grapheme', maxLength: 8 }));
const attribute = fc
  .tuple(fc.constantFrom(...ATTRIBUTES), value, fc.constantFrom('"', "'", '', '`'), fc.constantFrom(' ', '\n', '/', ''))
  .map(([name, text, quote, space]) => `${space}${name}=${quote}${text}${quote}`);
const startTag = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.array(attribute, { maxLength: 4 }),
    fc.constantFrom('>', '>', '>', '/>', ' />', ''),
  )
  .map(([name, attributes, end]) => `<${name} ${attributes.join(' ')}${end}`);
const endTag = fc.constantFrom(...NAMES).map((name) => `</${name}>`);
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'grapheme', maxLength: 10 }));

/** Tags, texts and pieces of known attacks in any order. */
export function randomHtml(): fc.Arbitrary<string> {
  const attacks = attackGroups('canary.example').flatMap(({ vectors }) => vectors);
  const attack = fc.constantFrom(...attacks);
  const cut = fc.tuple(attack, fc.nat({ max: 200 })).map(([html, length]) => html.slice(0, length));
  return fc
    .array(
      fc.oneof(
        { arbitrary: startTag, weight: 6 },
        { arbitrary: endTag, weight: 4 },
        { arbitrary: text, weight: 4 },
        { arbitrary: attack, weight: 1 },
        { arbitrary: cut, weight: 1 },
      ),
      { maxLength: 25 },
    )
    .map((pieces) => pieces.join(''));
}
