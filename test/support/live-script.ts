/** Is there anything in a piece of HTML that could run, load a document, or leave its place? Judged on a browser's tree. */
import { html as names, parse, parseFragment, serialize, type DefaultTreeAdapterTypes, type Token } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const LIVE_ELEMENTS = new Set(
  `applet area base bgsound body button dialog embed fencedframe form frame frameset head html input isindex keygen link
   map meta noembed noframes noscript object optgroup option param plaintext portal script select slot style svg
   template textarea title xmp`.split(/\s+/),
);
const URL_ATTRIBUTES = new Set(
  'action archive background cite classid code codebase data formaction href icon longdesc manifest ping poster profile src usemap'.split(
    ' ',
  ),
);
const FORBIDDEN_ATTRIBUTES =
  /^(?:on|data-|formaction|srcdoc|action|ping|id$|name$|target$|tabindex|accesskey|autofocus|autoplay|contenteditable|popover|slot|is$|nonce|part$|itemprop|itemscope|http-equiv|xmlns|xlink|crossorigin|download|usemap|ismap|allow$|v-|x-|ng-|hx-|[@:*#[(])/;
const DANGEROUS_CSS =
  /url|expression|import|behaviou?r|binding|position|z-index|(?<!text-)transform|image|content|var\(|[\\<>{}@]/i;

/** What was found, one line each; empty when nothing can run. */
export function liveScript(html: string, iframeHosts: readonly string[] = []): readonly string[] {
  const found = new Set<string>();
  const judge = (root: Node): void => {
    for (const element of elementsIn(root)) judgeElement(element, iframeHosts, found);
  };
  judge(parseFragment(html, { scriptingEnabled: true }));
  judge(parseFragment(html, { scriptingEnabled: false }));
  // As part of a page, in places with rules of their own, and after a browser wrote it out and read it again.
  for (const around of AROUND) {
    const page = parse(around.replace('$', () => html));
    const place = placeIn(page);
    if (place === undefined) found.add(`escapes from ${around}`);
    else judge(place);
    const again = placeIn(parse(serialize(page)));
    if (again === undefined) found.add(`escapes from ${around} the second time`);
    else judge(again);
    if (elementsIn(page).filter(({ tagName }) => tagName === 'after').length !== 1)
      found.add(`swallows what follows in ${around}`);
    else if (place !== undefined && elementsIn(place).some(({ tagName }) => tagName === 'after'))
      found.add(`holds what follows in ${around}`);
  }
  return [...found];
}

/** `$` is the piece; the place around it must still hold all of it, and what follows must stay outside. */
const AROUND = [
  '<!DOCTYPE html><body><main><place>$</place><after></after></main>',
  '<!DOCTYPE html><body><table><tr><td><place>$</place></td><td><after></after></td></tr></table>',
  '<!DOCTYPE html><body><ul><li><place>$</place></li><li><after></after></li></ul>',
];

function placeIn(page: Node): Element | undefined {
  return elementsIn(page).find(({ tagName }) => tagName === 'place');
}

function elementsIn(node: Node): Element[] {
  const found: Element[] = [];
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ('tagName' in next && next !== node) found.push(next);
    if ('content' in next) waiting.push(next.content);
    if ('childNodes' in next) waiting.push(...next.childNodes);
  }
  return found;
}

function judgeElement(element: Element, iframeHosts: readonly string[], found: Set<string>): void {
  const { tagName, namespaceURI, attrs } = element;
  if (namespaceURI === names.NS.MATHML) judgeFormula(element, found);
  else if (namespaceURI !== names.NS.HTML) found.add(`<${tagName}> in ${namespaceURI}`);
  if (LIVE_ELEMENTS.has(tagName)) found.add(`<${tagName}>`);
  if (/[^a-z0-9]/.test(tagName)) found.add(`<${tagName}>`);
  for (const attribute of attrs) judgeAttribute(tagName, attribute, found);
  if (tagName === 'iframe') judgeFrame(attrs, iframeHosts, found);
}

/** Presentation elements of MathML, and nothing of another kind inside. */
const FORMULA =
  /^(?:math|m(?:i|n|o|s|text|space|row|frac|sqrt|root|style|error|padded|phantom|fenced|enclose|sub|sup|subsup|under|over|underover|multiscripts|prescripts|table|tr|td)|none)$/;

function judgeFormula({ tagName, childNodes }: Element, found: Set<string>): void {
  if (!FORMULA.test(tagName)) found.add(`<${tagName}> in a formula`);
  for (const child of childNodes) {
    if ('namespaceURI' in child && child.namespaceURI !== names.NS.MATHML)
      found.add(`<${child.tagName}> in <${tagName}>`);
  }
}

function judgeAttribute(tagName: string, { name, value }: Token.Attribute, found: Set<string>): void {
  const place = `${tagName} ${name}="${value}"`;
  if (FORBIDDEN_ATTRIBUTES.test(name) || /[^a-z-]/.test(name)) found.add(place);
  if (name === 'style' && DANGEROUS_CSS.test(value)) found.add(place);
  if (URL_ATTRIBUTES.has(name) && !isHarmless(value)) found.add(place);
  if (name === 'srcset' && value.split(/,\s+/).some((candidate) => !isHarmless(candidate.trim()))) found.add(place);
  if (name === 'rel' && /\b(?:opener|stylesheet|import|preload|prefetch)\b/.test(value.replace('noopener', '')))
    found.add(place);
}

const isHarmless = (url: string): boolean =>
  URL.canParse(url, 'https://base.invalid/') &&
  ['http:', 'https:', 'mailto:'].includes(new URL(url, 'https://base.invalid/').protocol);

function judgeFrame(attributes: readonly Token.Attribute[], iframeHosts: readonly string[], found: Set<string>): void {
  const value = (name: string): string => attributes.find((attribute) => attribute.name === name)?.value ?? '';
  const url = URL.canParse(value('src')) ? new URL(value('src')) : undefined;
  if (url?.protocol !== 'https:' || !iframeHosts.includes(url.host)) found.add(`iframe ${value('src')}`);
  if (!/^(?:allow-(?:scripts|same-origin|presentation|popups) ?)+$/.test(value('sandbox')))
    found.add('iframe without sandbox');
}
