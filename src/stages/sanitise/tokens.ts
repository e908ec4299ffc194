/** What does each tag and text of the input write to the output? */
import { decodeHTML, decodeHTMLAttribute } from 'entities';
import { joinSurrogateReferences } from '../../syntax/html/references.ts';
import type { TokenizerCallbacks } from 'htmlparser2';
import { RAW_TEXT_ELEMENTS, VOID_ELEMENTS } from '../../syntax/html/elements.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { clean, isClean } from './characters.ts';
import { DROPPED_WITH_CONTENT, ELEMENTS, type ElementRule } from './elements.ts';
import { tagFinder } from './tag-finder.ts';
import type { HtmlWriter } from './writer.ts';

/** Elements that end where the next of their kind begins; an end tag further on may belong to that one. */
const ENDS_BY_ITSELF: ReadonlySet<string> = new Set('p li dt dd tr td th thead tbody tfoot rt rp rb'.split(' '));

const EMBEDDED: ReadonlySet<string> = new Set(['object', 'embed', 'param']);
const AMP_PLAYERS: ReadonlySet<string> = new Set(['amp-youtube', 'amp-vimeo']);
/** Elements without a rule whose attributes are looked at. */
const COLLECTED: ReadonlySet<string> = new Set([...EMBEDDED, ...AMP_PLAYERS, 'iframe', 'amp-iframe', 'script']);

function ampPlayer(name: string, id: string | undefined): string | undefined {
  if (id === undefined || !/^[\w-]{1,64}$/.test(id)) return undefined;
  return name === 'amp-youtube' ? `https://www.youtube.com/embed/${id}` : `https://player.vimeo.com/video/${id}`;
}

function isTex(type: string | undefined): boolean {
  return type !== undefined && /^\s*math\/tex\b/i.test(type);
}

/** MathML is often written with a prefix. */
function localName(name: string): string {
  return name.includes(':') ? name.replace(/^(?:m|mml|math):(?=m)/, '') : name;
}

/** Positions are indexes into `source`, which the tokenizer gets in one piece, with `decodeEntities` off. */
export function tokenReader(source: string, writer: HtmlWriter): TokenizerCallbacks {
  let name = '';
  let rule: ElementRule | undefined;
  let isCollecting = false;
  let attributeName = '';
  let attributeValue = '';
  const attributes = new Map<string, string>();
  /** Element that is removed with its content, and how many of its name are open. */
  let dropping: string | undefined;
  let droppingDepth = 0;
  /** In `noscript`: only images and players count, because scripts may insert the same ones elsewhere. */
  let isAlternative = false;
  /** In `xmp` and `plaintext`, where references are not decoded. */
  let isLiteral = false;
  /** In a removed frame: its content, raw text to the tokenizer, is HTML for browsers without frames. */
  let isReplaced = false;
  /** In a `script` that holds TeX: the mark that ends the formula. */
  let texEnd: string | undefined;
  const hasKatexMath = source.includes('katex-mathml');
  /** MathJax has left MathML beside its rendering. */
  const isAssisted = /MJX_Assistive_MathML|mjx-assistive-mml/i.test(source);
  const { endsLater, startsBeforeEnd } = tagFinder(source);
  /** References can add characters that the source itself does not contain. */
  const cleanSource = isClean(source) ? (text: string): string => text : clean;

  function startTagEnds(selfClosing: boolean, endIndex: number): void {
    if (dropping !== undefined) {
      if (name === dropping && !selfClosing) droppingDepth += 1;
    } else if (attributes.has('hidden') && isHiddenFor(selfClosing, endIndex)) {
      // Hidden content is removed, because not every feed program knows the attribute.
      if (!selfClosing && !VOID_ELEMENTS.has(name)) drop();
    } else if (isRenderedTwice()) {
      if (!selfClosing && endsLater(name, endIndex)) drop();
    } else if (name === 'iframe' || name === 'amp-iframe') {
      const isShown = writer.frame(attributes);
      if (selfClosing) return;
      if (isShown) drop();
      else isReplaced = name === 'iframe';
    } else if (EMBEDDED.has(name)) {
      embed(selfClosing, endIndex);
    } else if (AMP_PLAYERS.has(name)) {
      const address = ampPlayer(name, attributes.get('data-videoid'));
      if (address !== undefined) writer.frame(new Map([...attributes, ['src', address]]));
      if (!selfClosing && endsLater(name, endIndex)) drop();
    } else if (name === 'script' && isTex(attributes.get('type'))) {
      if (selfClosing) return;
      drop();
      texEnd = isAssisted ? undefined : /mode\s*=\s*display/i.test(attributes.get('type') ?? '') ? '\\]' : '\\)';
    } else if (rule?.name === 'img') {
      writer.picture(attributes, isAlternative);
    } else if (isAlternative || selfClosing) {
      if (rule !== undefined && !isAlternative) writer.start(rule, attributes, true);
    } else if (rule !== undefined) {
      isLiteral = name === 'xmp';
      writer.start(rule, attributes, false);
    } else if (name === 'plaintext') {
      isLiteral = true;
    } else if (name === 'noscript') {
      isAlternative = endsLater(name, endIndex);
    } else if (DROPPED_WITH_CONTENT.has(name) && (RAW_TEXT_ELEMENTS.has(name) || endsLater(name, endIndex))) {
      drop();
    }
  }

  /** Parts of KaTeX and MathJax that repeat, drawn with boxes, the formula before or after them. */
  function isRenderedTwice(): boolean {
    const names = attributes.get('class') ?? '';
    if (/(?:^|\s)katex-html(?:\s|$)/.test(names)) return hasKatexMath;
    return name === 'nobr' && isAssisted && attributes.get('aria-hidden') === 'true';
  }

  /**
   * `object`, `embed` and the `param` of an old player. A picture is shown, an allowed player is framed, everything
   * else is linked.
   */
  function embed(selfClosing: boolean, endIndex: number): void {
    if (name === 'param') {
      if (/^(?:movie|src|url|filename)$/i.test(attributes.get('name') ?? '')) writer.frame(attributes, ['value']);
      return;
    }
    const sources = name === 'object' ? ['data'] : ['src', 'data-src'];
    if (/^\s*image\//i.test(attributes.get('type') ?? '')) {
      const source = attributes.get(sources[0] ?? '');
      if (source !== undefined) writer.picture(new Map([...attributes, ['src', source]]), isAlternative);
    } else if (writer.frame(attributes, sources) && name === 'object' && !selfClosing && endsLater(name, endIndex)) {
      drop();
    }
  }

  /** Not an element without an end: it would remove the rest of the text. */
  function isHiddenFor(selfClosing: boolean, endIndex: number): boolean {
    if (selfClosing || VOID_ELEMENTS.has(name)) return true;
    if (!endsLater(name, endIndex)) return false;
    return !ENDS_BY_ITSELF.has(name) || !startsBeforeEnd(name, endIndex);
  }

  function drop(): void {
    dropping = name;
    droppingDepth = 1;
  }

  return {
    onopentagname(start, endIndex) {
      name = localName(source.slice(start, endIndex).toLowerCase());
      if (dropping !== undefined) {
        isCollecting = false;
        return;
      }
      rule = ELEMENTS.get(name);
      isCollecting = rule !== undefined || COLLECTED.has(name);
      if (attributes.size > 0) attributes.clear();
    },
    onattribname(start, endIndex) {
      if (!isCollecting) return;
      attributeName = source.slice(start, endIndex).toLowerCase();
      attributeValue = '';
    },
    onattribdata(start, endIndex) {
      if (isCollecting) attributeValue += source.slice(start, endIndex);
    },
    onattribend() {
      // Of two attributes with one name, browsers use the first.
      if (!isCollecting || attributes.has(attributeName)) return;
      const isEncoded = attributeValue.includes('&');
      attributes.set(
        attributeName,
        isEncoded ? clean(decodeHTMLAttribute(attributeValue)) : cleanSource(attributeValue),
      );
    },
    onopentagend(endIndex) {
      startTagEnds(false, endIndex);
    },
    onselfclosingtag(endIndex) {
      startTagEnds(true, endIndex);
    },
    ontext(start, endIndex) {
      const text = source.slice(start, endIndex);
      if (texEnd !== undefined && dropping === 'script') {
        writer.text(clean(`${texEnd === '\\]' ? '\\[' : '\\('}${text.trim()}${texEnd}`));
        return;
      }
      if (dropping !== undefined || isAlternative) return;
      if (isReplaced) writer.text(` ${clean(htmlToText(text))} `);
      else
        writer.text(
          !isLiteral && text.includes('&') ? clean(decodeHTML(joinSurrogateReferences(text))) : cleanSource(text),
        );
    },
    onclosetag(start, endIndex) {
      const closing = localName(source.slice(start, endIndex).toLowerCase());
      if (closing === 'script') texEnd = undefined;
      if (dropping !== undefined) {
        if (closing !== dropping) return;
        droppingDepth -= 1;
        if (droppingDepth === 0) dropping = undefined;
      } else if (isAlternative) {
        isAlternative = closing !== 'noscript';
      } else if (isReplaced) {
        isReplaced = false;
      } else {
        isLiteral = false;
        const closed = ELEMENTS.get(closing);
        if (closed !== undefined) writer.end(closed);
      }
    },
    // Comments (also conditional ones), doctypes and processing instructions are not shown. References are decoded above,
    // text by text.
    oncomment: ignore,
    oncdata: ignore,
    ondeclaration: ignore,
    onprocessinginstruction: ignore,
    onend: ignore,
    ontextentity: ignore,
    onattribentity: ignore,
  };
}

function ignore(): void {
  // Nothing to keep.
}
