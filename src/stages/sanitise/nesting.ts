/** Which open elements does a tag close? The rules of the HTML parser, as far as posts need them. */

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Start tags that end a paragraph. */
const ENDS_PARAGRAPH = words(`
  address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li
  nav ol p pre section summary table ul`);
const HEADINGS = words('h1 h2 h3 h4 h5 h6');
/** A tag inside one of these closes no element outside it. */
const CELLS = words('td th caption');
const TABLE_PARTS = words('caption col colgroup tbody td tfoot th thead tr');
const ROW_GROUPS = words('tbody thead tfoot');
const LIST_BOUNDARIES = words(`
  ul ol dl table td th caption blockquote section article aside figure details header footer nav center pre`);
/** Elements that only change the look of the text inside them. */
const FORMATTING = words(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup tt u var',
);

const PLAIN_BLOCKS = words('address article aside blockquote center div footer h1 h2 h3 h4 h5 h6 header nav p section');

/** True if its end tag ends it even if other elements inside are still open. */
export function isFormatting(name: string): boolean {
  return FORMATTING.has(name);
}

/** True if it may be closed and opened again in the middle; a list would start numbering again. */
export function isReopened(name: string): boolean {
  return FORMATTING.has(name) || PLAIN_BLOCKS.has(name);
}

/**
 * True if an element may open: rows and cells only in tables, tables inside tables only in cells.
 *
 * @param kept  how many of the open elements would stay open
 */
export function isAllowedIn(open: readonly string[], kept: number, name: string): boolean {
  if (TABLE_PARTS.has(name)) return open.lastIndexOf('table', kept - 1) >= 0 && kept > 0;
  if (name !== 'table') return true;
  const around = kept === 0 ? '' : (open[kept - 1] ?? '');
  return !(around === 'table' || around === 'colgroup' || around === 'tr' || ROW_GROUPS.has(around));
}

/**
 * Which elements a start tag ends before its own begins.
 *
 * @param open  names, outermost first
 * @returns     how many stay open
 */
export function keptByStart(open: readonly string[], name: string): number {
  if (open.length === 0) return 0;
  if (TABLE_PARTS.has(name)) return insideTable(open, name);
  if (name === 'a') return above(open, 'a', CELLS);
  let kept = open.length;
  if (name === 'li') kept = above(open, 'li', LIST_BOUNDARIES);
  else if (name === 'dt' || name === 'dd')
    kept = Math.min(above(open, 'dt', LIST_BOUNDARIES), above(open, 'dd', LIST_BOUNDARIES));
  else if (name === 'rt' || name === 'rp' || name === 'rb') {
    const around = open.at(-1);
    if (around === 'rt' || around === 'rp' || around === 'rb') kept -= 1;
  }
  if (ENDS_PARAGRAPH.has(name)) kept = Math.min(kept, above(open, 'p', CELLS));
  if (HEADINGS.has(name) && kept > 0 && HEADINGS.has(open[kept - 1] ?? '')) kept -= 1;
  return kept;
}

/** Index of the innermost `name` that is not behind a boundary; the number of open elements if there is none. */
function above(open: readonly string[], name: string, boundaries: ReadonlySet<string>): number {
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const here = open[index] ?? '';
    if (here === name) return index;
    if (boundaries.has(here)) break;
  }
  return open.length;
}

function insideTable(open: readonly string[], name: string): number {
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const here = open[index] ?? '';
    const holds =
      here === 'table' ||
      (ROW_GROUPS.has(here) && (name === 'tr' || name === 'td' || name === 'th')) ||
      (here === 'tr' && (name === 'td' || name === 'th')) ||
      (here === 'colgroup' && name === 'col');
    if (holds) return index + 1;
  }
  return open.length;
}

/**
 * The element that an end tag ends; elements inside it end too.
 *
 * @returns  its index; undefined if the tag ends nothing
 */
export function endedBy(open: readonly string[], name: string): number | undefined {
  const isCell = CELLS.has(name) || ROW_GROUPS.has(name) || name === 'tr' || name === 'colgroup';
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const here = open[index] ?? '';
    if (here === name || (HEADINGS.has(name) && HEADINGS.has(here))) return index;
    if (here === 'table' || (!isCell && name !== 'table' && CELLS.has(here))) return undefined;
    if (name === 'li' && (here === 'ul' || here === 'ol')) return undefined;
  }
  return undefined;
}
