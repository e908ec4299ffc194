/** What does each tag and text of the input write to the output? */
import { decodeHTML, decodeHTMLAttribute } from 'entities';
import type { TokenizerCallbacks } from 'htmlparser2';
import { RAW_TEXT_ELEMENTS, VOID_ELEMENTS } from '../../syntax/html/elements.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { clean, isClean } from './characters.ts';
import { DROPPED_WITH_CONTENT, ELEMENTS, type ElementRule } from './elements.ts';
import { tagFinder } from './tag-finder.ts';
import type { HtmlWriter } from './writer.ts';

/** Elements that end where the next of their kind begins; an end tag further on may belong to that one. */
const ENDS_BY_ITSELF: ReadonlySet<string> = new Set('p li dt dd tr td th thead tbody tfoot rt rp rb'.split(' '));

/** Positions are indexes into `source`, which the tokenizer receives in one piece, with `decodeEntities` off. */
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
  const { endsLater, startsBeforeEnd } = tagFinder(source);
  /** References can add characters that the source itself does not contain. */
  const cleanSource = isClean(source) ? (text: string): string => text : clean;

  function startTagEnds(selfClosing: boolean, endIndex: number): void {
    if (dropping !== undefined) {
      if (name === dropping && !selfClosing) droppingDepth += 1;
    } else if (attributes.has('hidden') && isHiddenFor(selfClosing, endIndex)) {
      // Hidden content is removed, because not every feed program knows the attribute.
      if (!selfClosing && !VOID_ELEMENTS.has(name)) drop();
    } else if (name === 'iframe') {
      const isShown = writer.frame(attributes);
      if (selfClosing) return;
      if (isShown) drop();
      else isReplaced = true;
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

  /** Not for an element without an end tag: it would remove the rest of the text. */
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
      name = source.slice(start, endIndex).toLowerCase();
      if (dropping !== undefined) {
        isCollecting = false;
        return;
      }
      rule = ELEMENTS.get(name);
      isCollecting = rule !== undefined || name === 'iframe';
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
      if (dropping !== undefined || isAlternative) return;
      const text = source.slice(start, endIndex);
      if (isReplaced) writer.text(` ${clean(htmlToText(text))} `);
      else writer.text(!isLiteral && text.includes('&') ? clean(decodeHTML(text)) : cleanSource(text));
    },
    onclosetag(start, endIndex) {
      const closing = source.slice(start, endIndex).toLowerCase();
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
