/** Would any browser run something out of this HTML? */
import { type DefaultTreeAdapterTypes, html as NAMESPACES, parse, parseFragment, serialize } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Elements that run, load, submit or change how the rest is read. */
const FORBIDDEN = new Set(
  (
    'script style link meta base object embed applet param form input button textarea select option iframe frame frameset ' +
    'noscript noframes noembed template slot svg xml xmp plaintext listing title head body html dialog portal ' +
    'animate set foreignobject annotation-xml marquee isindex keygen bgsound layer ilayer canvas'
  ).split(' '),
);

const ADDRESSES = new Set(
  'href src poster cite longdesc background action formaction data srcdoc xlink:href ping usemap'.split(' '),
);

/** `data:` pictures are the caller's choice. */
export interface SurfaceOptions {
  readonly iframeHosts: readonly string[];
  readonly dataImages: boolean;
}

/** What could run or load by itself, in words; empty when nothing could, wherever in a page the markup is put. */
export function liveSurface(html: string, options: SurfaceOptions): string[] {
  const found = new Set<string>();
  for (const [before, after] of PLACES) {
    for (const scriptingEnabled of before === '' ? [true, false] : [true]) {
      const document = parse(`<!doctype html><body>${before}${html}${after}`, { scriptingEnabled });
      const body = document.childNodes.flatMap((node) => ('childNodes' in node ? node.childNodes : [])).find(isBody);
      if (body !== undefined) walk(body.childNodes, options, found);
    }
  }
  // A second reading of what the first one wrote: mutation.
  walk(parseFragment(serialize(parseFragment(html))).childNodes, options, found);
  return [...found];
}

const PLACES: readonly (readonly [string, string])[] = [
  ['', ''],
  ['<div>', '</div>'],
  ['<table><tr><td>', '</td></tr></table>'],
  ['<ul><li><p>', '</p></li></ul>'],
];

function isBody(node: Node): node is Element {
  return node.nodeName === 'body';
}

function walk(nodes: readonly Node[], options: SurfaceOptions, found: Set<string>): void {
  for (const node of nodes) {
    if (!('tagName' in node)) continue;
    judgeElement(node, options, found);
    walk(node.childNodes, options, found);
    if (node.tagName === 'template' && 'content' in node) walk(node.content.childNodes, options, found);
  }
}

function judgeElement(element: Element, options: SurfaceOptions, found: Set<string>): void {
  const name = element.tagName.toLowerCase();
  const allowedFrame = name === 'iframe' && isAllowedFrame(element, options);
  if (FORBIDDEN.has(name) && !allowedFrame) found.add(`<${name}>`);
  if (element.namespaceURI === NAMESPACES.NS.MATHML) judgeFormula(element, found);
  else if (element.namespaceURI !== NAMESPACES.NS.HTML) found.add(`<${name}> in a foreign namespace`);
  for (const { name: attribute, value, prefix } of element.attrs) {
    const full = (prefix === undefined || prefix === '' ? attribute : `${prefix}:${attribute}`).toLowerCase();
    judgeAttribute(name, full, value, options, found);
  }
}

/** MathML for presentation only, with nothing of HTML or SVG inside. */
function judgeFormula({ tagName, childNodes }: Element, found: Set<string>): void {
  if (/^(?:annotation|annotation-xml|maction|semantics|mglyph|malignmark)$/.test(tagName)) found.add(`<${tagName}>`);
  for (const child of childNodes) {
    if ('namespaceURI' in child && child.namespaceURI !== NAMESPACES.NS.MATHML) {
      found.add(`<${child.tagName}> in <${tagName}>`);
    }
  }
}

function isAllowedFrame(element: Element, { iframeHosts }: SurfaceOptions): boolean {
  const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
  const source = attributes.get('src') ?? '';
  if (!attributes.has('sandbox') || !/^https?:\/\//.test(source) || !URL.canParse(source)) return false;
  return iframeHosts.includes(new URL(source).hostname);
}

function judgeAttribute(
  element: string,
  name: string,
  value: string,
  options: SurfaceOptions,
  found: Set<string>,
): void {
  if (/^on|^formaction$|^srcdoc$|^is$|^nonce$|^xmlns/.test(name)) found.add(`${name}= on <${element}>`);
  if (
    name === 'style' &&
    /url\s*\(|expression\s*\(|javascript|@import|behaviou?r|-moz-binding|\\|<|position\s*:\s*fixed/i.test(value)
  ) {
    found.add(`style="${value.slice(0, 60)}"`);
  }
  if (name === 'target' && value !== '_blank') found.add(`target=${value.slice(0, 20)}`);
  if (name === 'id' || name === 'name') found.add(`${name}= on <${element}>`);
  const addresses = name === 'srcset' ? value.split(/\s*,\s+/) : ADDRESSES.has(name) ? [value] : [];
  for (const address of addresses) {
    // Browsers leave these out of a scheme.
    const bare = address.replace(/[\u0000-\u0020]/g, '').toLowerCase();
    const scheme = /^([a-z][a-z0-9+.-]*):/.exec(bare)?.[1];
    const isPicture =
      /^(?:img|source)$/.test(element) &&
      /^data:image\/(?:png|gif|jpeg|webp|avif|bmp)[;,]/.test(bare) &&
      options.dataImages;
    if (scheme !== undefined && !/^(?:https?|mailto)$/.test(scheme) && !isPicture)
      found.add(`${name}="${bare.slice(0, 40)}"`);
  }
}
