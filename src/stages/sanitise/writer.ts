/** How is safe HTML written, so that the output is well-formed for any input? */
import { VOID_ELEMENTS } from '../../syntax/html/elements.ts';
import { escapeAttribute, escapeText } from '../../syntax/html/escape.ts';
import type { Surroundings } from './attribute-rules.ts';
import { IMAGE, MAX_DEPTH, type ElementRule } from './elements.ts';
import { judgeFrame } from './frames.ts';
import { isAllowedInMath } from './mathml.ts';
import { decideImage, largestOf, restoreLazy } from './images.ts';
import { endedBy, isAllowedIn, isFormatting, isReopened, keptByStart } from './nesting.ts';

export interface HtmlWriter {
  /** @param text  decoded and clean */
  text(text: string): void;
  /** @param attributes  values decoded and clean; modified */
  start(rule: ElementRule, attributes: Map<string, string>, selfClosing: boolean): void;
  end(rule: ElementRule): void;
  /**
   * Writes an embedded player, or a link if it is not allowed.
   *
   * @param sources  the attributes that contain the address; those of an `iframe` if absent
   * @returns        whether a player was written, so that its fallback content is not needed
   */
  frame(attributes: ReadonlyMap<string, string>, sources?: readonly string[]): boolean;
  /** @param isAlternative  for readers without scripts */
  picture(attributes: Map<string, string>, isAlternative: boolean): void;
  /** Closes all open elements. */
  finish(): string;
}

/** The previous image, if no text came after it. */
interface WrittenPicture {
  readonly url: string | undefined;
  /** Index of its piece of the output. */
  readonly piece: number;
  readonly isStandIn: boolean;
  readonly isRestored: boolean;
  readonly isAlternative: boolean;
}

/** @param reopenBudget  characters that may be spent on reopening elements; keeps the output in proportion */
export function htmlWriter(surroundings: Surroundings, reopenBudget: number): HtmlWriter {
  const out: string[] = [];
  const open: string[] = [];
  /** Start tag of each open element, to open it again. */
  const startTags: string[] = [];
  let tooDeep = 0;
  let budget = reopenBudget;
  let before: WrittenPicture | undefined;
  /** Address of the player or link before, as long as no text came between. */
  let lastFrame: string | undefined;
  /** Address of the first `source` of the open `picture`. */
  let pictureSource: string | undefined;

  function closeTo(kept: number): void {
    while (open.length > kept) {
      out.push(`</${open.pop() ?? ''}>`);
      startTags.pop();
    }
  }

  function openElement(name: string, startTag: string): void {
    out.push(startTag);
    open.push(name);
    startTags.push(startTag);
  }

  /** `<b><i>1</b>2</i>`: the italics continue after the bold text. False if the budget does not allow that. */
  function closeAround(index: number): boolean {
    const names = open.slice(index + 1);
    const tags = startTags.slice(index + 1);
    const length = tags.reduce((sum, tag) => sum + tag.length, 0);
    if (names.length > 3 || length > budget || !names.every(isReopened)) return false;
    budget -= length;
    closeTo(index);
    names.forEach((name, position) => {
      // The text after a bold paragraph is rarely another one; and nothing may open that would close an open element.
      if (name !== 'p' && keptByStart(open, name) === open.length) openElement(name, tags[position] ?? '');
    });
    return true;
  }

  return {
    text(text) {
      const safe = escapeText(text);
      if ((before !== undefined || lastFrame !== undefined) && /\S/.test(safe)) before = lastFrame = undefined;
      out.push(safe);
    },

    start(rule, attributes, selfClosing) {
      const { name } = rule;
      if (!isAllowedInMath(open, name)) return;
      const kept = keptByStart(open, name);
      if (!isAllowedIn(open, kept, name)) return;
      // WeChat writes each line of a listing as a `code` of its own.
      if (name === 'code' && open.at(-1) === 'pre' && out.at(-1)?.endsWith('</code>') === true) out.push('\n');
      closeTo(kept);
      if (isLinkTarget(name, attributes)) return;
      const isVoid = VOID_ELEMENTS.has(name);
      if (open.length >= MAX_DEPTH && !isVoid) {
        if (!selfClosing) tooDeep += 1;
        return;
      }
      if (attributes.size > 0 && (name === 'source' || name === 'video' || name === 'audio')) {
        restoreLazy(attributes, surroundings);
      }
      if (name === 'source' && open.at(-1) === 'picture')
        pictureSource ??= attributes.get('srcset') ?? attributes.get('src');
      if (name === 'picture') pictureSource = undefined;
      // Media does not start by itself, so it needs controls.
      if (name === 'video' || name === 'audio') attributes.set('controls', '');
      const startTag = `<${name}${attributes.size > 0 ? written(rule, attributes, surroundings) : ''}`;
      if (isVoid) out.push(`${startTag}/>`);
      else if (selfClosing) out.push(`${startTag}></${name}>`);
      else openElement(name, `${startTag}>`);
    },

    end({ name }) {
      if (VOID_ELEMENTS.has(name)) {
        // The HTML parser's own repair for `</br>`; other end tags without a start are dropped.
        if (name === 'br' && isAllowedInMath(open, name)) out.push('<br/>');
        return;
      }
      if (tooDeep > 0) {
        tooDeep -= 1;
        return;
      }
      const index = endedBy(open, name);
      if (index === undefined) return;
      if (index === open.length - 1 || !isFormatting(name)) closeTo(index);
      else if (!closeAround(index) && open.every((inner, at) => at <= index || isFormatting(inner))) closeTo(index);
      // Otherwise the end tag of a formatting element would end a list or a table; it is applied at the enclosing element.
    },

    frame(attributes, sources) {
      if (open.includes('math')) return false;
      const frame = judgeFrame(attributes, surroundings, sources);
      if (frame.kind === 'nothing') return false;
      // A lazy player and its copy for browsers without scripts, or an `object` and the `embed` in it.
      const isTwin = frame.url === lastFrame;
      lastFrame = frame.url;
      if (isTwin) return frame.kind === 'player';
      before = undefined;
      if (frame.kind === 'player') {
        out.push(frame.html);
        return true;
      }
      const label = escapeText(frame.label);
      if (open.includes('a') || open.length >= MAX_DEPTH) out.push(label);
      else {
        surroundings.links.push(frame.url);
        out.push(`<a href="${escapeAttribute(frame.url)}">${label}</a>`);
      }
      return false;
    },

    picture(attributes, isAlternative) {
      if (open.includes('math')) return;
      const isRestored = restoreLazy(attributes, surroundings);
      const hasAddress = attributes.has('src') || attributes.has('srcset');
      // Readers that do not know `picture` see its `img` alone.
      const borrowed = open.includes('picture') && !hasAddress ? largestOf(pictureSource, surroundings) : undefined;
      if (borrowed !== undefined) attributes.set('src', borrowed);
      const verdict = decideImage(attributes, surroundings);
      if (verdict.kind !== 'shown') return;
      if (before !== undefined) {
        const isTwin = verdict.url !== undefined && verdict.url === before.url;
        if (isAlternative ? isTwin || before.isRestored : isRestored && before.isAlternative) {
          before = undefined;
          return;
        }
        if (isAlternative && before.isStandIn) out[before.piece] = '';
      }
      const isStandIn = verdict.standIn && !isRestored;
      before = { url: verdict.url, piece: out.length, isStandIn, isRestored, isAlternative };
      // Many image hosts refuse requests from pages of other sites.
      out.push(`<img${written(IMAGE, attributes, surroundings)} referrerpolicy="no-referrer"/>`);
    },

    finish() {
      closeTo(0);
      return out.join('');
    },
  };
}

function written(rule: ElementRule, attributes: ReadonlyMap<string, string>, surroundings: Surroundings): string {
  let text = '';
  for (const [name, value] of attributes) {
    const safe = rule.attributes.get(name)?.(value, surroundings);
    if (safe !== undefined) text += ` ${name}="${escapeAttribute(safe)}"`;
  }
  return text;
}

/** `<a name="x">` without a link is only a link target; without its name it has no use, and it is often not closed. */
function isLinkTarget(name: string, attributes: ReadonlyMap<string, string>): boolean {
  return name === 'a' && !attributes.has('href') && (attributes.has('name') || attributes.has('id'));
}
