/** Which tags in a piece of HTML are named by its author, and not meant as markup? */

/** A tag with its content; quoted values are not considered, because a tag that is only named has none. */
const TAG = /<(\/?)([a-z][a-z0-9-]*)(\s[^<>]*)?>/gi;
const MAY_NAME = /<\/?[a-z][a-z0-9-]*\s*\/?>/i;
const MAY_NAME_IN_PROSE = /[^\s>][ \t]*<[a-z][a-z0-9-]*\s*>(?![a-z0-9<])/i;

/** Elements whose end tag is often left out (HTML Living Standard §13.1.2.4), and documents' frames. */
const OFTEN_LEFT_OPEN = new Set(
  'body caption colgroup dd dt head html li optgroup option p rb rp rt rtc tbody td tfoot th thead tr'.split(' '),
);
/** Void elements that a line of text may contain. */
const VOID_IN_LINES = new Set('br hr img wbr'.split(' '));
const VOID = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(' '),
);
/** Elements that would hide the text after them. */
const SWALLOWING = new Set(
  'applet audio canvas datalist frameset iframe math noembed noframes noscript object plaintext script select style svg template textarea title video xmp'.split(
    ' ',
  ),
);
/** Elements whose content is not text; it is removed even in a title. */
const NO_TEXT = new Set(['script', 'style']);

/** Elements that only change the look of words. */
const FORMATTING = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup tt u var'.split(
    ' ',
  ),
);

/** Characters around a word of a sentence, on the same line; text without spaces has none. */
const BEFORE_WORD = /[^\s>][ \t]+$|["'\u2018-\u201f([{（「『《【:,;/|&、，：；]$/u;
const AFTER_WORD = /^(?:[ \t]+[^\s<]|["'\u2018-\u201f)\]}）」』》】:,.;!?/|&、，。：；！？]|\s*$)/u;
const CJK_BEFORE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]$/u;
const CJK_AFTER = /^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;

/**
 * HTML in which an opening tag that is named, not meant, is escaped: its element never closes, it is neither void nor
 * usually left open, and it has no attribute.
 *
 * - `line`, for titles: every such tag; an end tag that ends nothing; `textarea` and `title` show their content.
 * - `prose`, for bodies: one in the position of a word (`Use <dl> for lists`), so that a document
 *   that was cut keeps its markup.
 *
 * Linear in the length of `html`. HTML without such a tag is returned unchanged.
 */
export function namedTagsAsText(html: string, where: 'line' | 'prose'): string {
  if (!(where === 'line' ? MAY_NAME : MAY_NAME_IN_PROSE).test(html)) return html;
  const tags = [...html.matchAll(TAG)];
  const lastEnd = new Map<string, number>();
  for (const { 1: slash, 2: name = '', index } of tags) {
    if (slash === '/') lastEnd.set(name.toLowerCase(), index);
  }
  const opened = new Set<string>();
  let written = '';
  let from = 0;
  for (const { 0: tag, 1: slash, 2: spelled = '', 3: rest = '', index } of tags) {
    const name = spelled.toLowerCase();
    const isEnd = slash === '/';
    const closes = (lastEnd.get(name) ?? -1) > index;
    if (!isEnd && closes) opened.add(name);
    if (index < from || !/^\s*(?:\/\s*)?$/.test(rest) || tag.endsWith('/>')) continue;
    const isNamed = where === 'line' ? isNamedInLine(name, isEnd, closes, opened) : isNamedInProse(name, isEnd, closes);
    if (!isNamed) continue;
    const end = index + tag.length;
    if (where === 'prose' && !isWordIn(html, index, end, name)) continue;
    written += `${html.slice(from, index)}&lt;${tag.slice(1, -1)}&gt;`;
    from = end;
  }
  return from === 0 ? html : written + html.slice(from);
}

function isNamedInLine(name: string, isEnd: boolean, closes: boolean, opened: ReadonlySet<string>): boolean {
  if (isEnd) return !opened.has(name) && !OFTEN_LEFT_OPEN.has(name) && name !== 'br';
  if (VOID.has(name)) return !VOID_IN_LINES.has(name);
  if (SWALLOWING.has(name) && !NO_TEXT.has(name) && closes) return false;
  return !closes && !OFTEN_LEFT_OPEN.has(name);
}

function isNamedInProse(name: string, isEnd: boolean, closes: boolean): boolean {
  return !isEnd && !closes && !VOID.has(name) && !OFTEN_LEFT_OPEN.has(name);
}

function isWordIn(html: string, start: number, end: number, name: string): boolean {
  const before = html.slice(Math.max(0, start - 8), start);
  const after = html.slice(end, end + 8);
  const isUnspaced = !FORMATTING.has(name);
  return (
    (BEFORE_WORD.test(before) || (isUnspaced && CJK_BEFORE.test(before))) &&
    (AFTER_WORD.test(after) || (isUnspaced && CJK_AFTER.test(after)))
  );
}
