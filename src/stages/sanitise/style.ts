/** Which declarations of a `style` attribute may stay? */
import type { CssNode, Value } from 'css-tree';
import generate from 'css-tree/generator';
import parse from 'css-tree/parser';
import walk from 'css-tree/walker';
import { LRUCache } from 'lru-cache';

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/**
 * Properties that change the look of the text and nothing outside it. Not listed: properties that place, layer, move or
 * cover (`position`, `z-index`, `transform`, `opacity`), load (`background-image`, `content`, `cursor: url()`), run code
 * (`behavior`, `-moz-binding`), or refer to names of the page (`animation`, custom properties).
 */
const PROPERTIES = words(`
  background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
  border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius
  border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
  border-top-color border-top-style border-top-width border-width caption-side clear color cursor direction display
  empty-cells float font font-family font-size font-style font-variant font-weight height letter-spacing line-height
  list-style list-style-position list-style-type margin margin-bottom margin-left margin-right margin-top max-height
  max-width min-height min-width overflow overflow-wrap padding padding-bottom padding-left padding-right padding-top
  quotes ruby-align ruby-position tab-size table-layout text-align text-align-last text-combine-upright text-decoration
  text-decoration-color text-decoration-line text-decoration-style text-emphasis text-emphasis-color
  text-emphasis-position text-emphasis-style text-indent text-justify text-orientation text-transform
  text-underline-position unicode-bidi vertical-align white-space width word-break word-spacing word-wrap writing-mode`);

const FUNCTIONS = words('rgb rgba hsl hsla');
const LENGTH_UNITS = words('px em rem ex ch pt pc in cm mm q');
const DISPLAYS = words(`
  block inline inline-block list-item none table table-caption table-cell table-column table-column-group
  table-footer-group table-header-group table-row table-row-group inline-table ruby ruby-base ruby-text`);
const OVERFLOWS = words('auto hidden scroll visible');

/** Maximum length by unit; a longer one would cover the page or push text out of sight. */
const MAX_LENGTH: Readonly<Record<string, number>> = { px: 2000, pt: 1500, mm: 500, q: 2000, cm: 50, pc: 120, in: 20 };
const MAX_RELATIVE = 50;
const MAX_PERCENTAGE = 400;
const MAX_NUMBER = 2000;

/** Bounded cache: feeds repeat the same few styles hundreds of times, and the result depends on the style alone. */
const remembered = new LRUCache<string, string>({ max: 2000 });
const MAX_LENGTH_TO_REMEMBER = 300;
const MAX_STYLE_LENGTH = 4000;

/** `property: value;` for each allowed declaration, separated by spaces; undefined if none is left. */
export function safeStyle(style: string): string | undefined {
  if (style.length > MAX_STYLE_LENGTH) return undefined;
  let safe = remembered.get(style);
  if (safe === undefined) {
    safe = readStyle(style);
    if (style.length <= MAX_LENGTH_TO_REMEMBER) remembered.set(style, safe);
  }
  return safe === '' ? undefined : safe;
}

/** Empty if no declaration is left. */
function readStyle(style: string): string {
  if (hasEscape(style)) return '';
  const tree = parse(style, { context: 'declarationList', parseCustomProperty: false });
  if (tree.type !== 'DeclarationList') return '';
  const kept: string[] = [];
  for (const node of tree.children) {
    if (node.type !== 'Declaration' || node.value.type !== 'Value') continue;
    const property = node.property.toLowerCase();
    if (!PROPERTIES.has(property) || !isSafeValue(property, node.value)) continue;
    const value = generate(node.value);
    // Quotes and control characters inside a string would be written as escapes.
    if (value !== '' && !hasEscape(value)) kept.push(`${property}: ${value};`);
  }
  return kept.join(' ');
}

/** An escape can spell any name, and ordinary styles need none. */
function hasEscape(css: string): boolean {
  return css.includes('\\');
}

function isSafeValue(property: string, value: Value): boolean {
  let safe = true;
  walk(value, (node) => {
    safe &&= isSafeNode(property, node);
  });
  return safe;
}

const HARMLESS_NODES: ReadonlySet<string> = new Set(['Value', 'Hash', 'Operator']);

/** Everything that is not listed here is refused: URLs, parentheses, blocks, and what the CSS parser could not read. */
function isSafeNode(property: string, node: CssNode): boolean {
  if (HARMLESS_NODES.has(node.type)) return true;
  if (node.type === 'Identifier') return isSafeWord(property, node.name.toLowerCase());
  if (node.type === 'String') return !/[<>&\\]/.test(node.value);
  if (node.type === 'Number') return isWithin(property, Number(node.value), MAX_NUMBER);
  if (node.type === 'Percentage') return isWithin(property, Number(node.value), MAX_PERCENTAGE);
  if (node.type === 'Function') return FUNCTIONS.has(node.name.toLowerCase());
  if (node.type !== 'Dimension') return false;
  const unit = node.unit.toLowerCase();
  return LENGTH_UNITS.has(unit) && isWithin(property, Number(node.value), MAX_LENGTH[unit] ?? MAX_RELATIVE);
}

/** Slightly negative values are normal typography (`text-indent: -2em`); a negative margin would cover the page. */
function isWithin(property: string, amount: number, most: number): boolean {
  return amount <= most && amount >= (property.startsWith('margin') ? 0 : -most / 10);
}

/** Parts of names that were split to hide them; they are neither values of allowed properties nor font names. */
const SUSPICIOUS_WORDS = /^(?:url|expression|import|behaviou?r)$|^(?:java|vb|live)script/;

function isSafeWord(property: string, word: string): boolean {
  if (property === 'display') return DISPLAYS.has(word);
  if (property === 'overflow') return OVERFLOWS.has(word);
  return !word.startsWith('--') && !SUSPICIOUS_WORDS.test(word);
}
