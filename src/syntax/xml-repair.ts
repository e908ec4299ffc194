/** Where does an element end whose end tag was forgotten? What only those can tell who know feeds. */

/** Elements that hold entries or fields: text between their children is layout. */
const CONTAINERS = new Set([
  '',
  'rss',
  'channel',
  'item',
  'rdf:rdf',
  'rdf',
  'atom:feed',
  'atom:entry',
  'atom:source',
  'items',
  'image',
]);

export function isContainer(name: string): boolean {
  return CONTAINERS.has(name);
}

/** What unprefixed names mean below an element that can only be the root of a feed; undefined for any other. */
export function vocabularyOfRoot(written: string): string | undefined {
  if (written === 'feed') return 'atom';
  return written === 'rss' || written === 'channel' ? '' : undefined;
}

/** Hold text and nothing else, so another field inside means that the end tag is missing. */
const LEAVES = new Set([
  ...['title', 'link', 'guid', 'pubdate', 'lastbuilddate', 'category', 'comments', 'language', 'ttl', 'copyright'],
  ...['managingeditor', 'webmaster', 'generator', 'docs', 'enclosure', 'url'],
  ...['dc:title', 'dc:creator', 'dc:date', 'dc:subject', 'dc:language', 'dc:identifier'],
  ...['atom:id', 'atom:updated', 'atom:published', 'atom:link', 'atom:category', 'atom:modified', 'atom:issued'],
]);

/** Fields whose names HTML does not have. */
const FIELDS = new Set([
  ...[
    'guid',
    'pubdate',
    'lastbuilddate',
    'category',
    'comments',
    'language',
    'ttl',
    'copyright',
    'enclosure',
    'author',
  ],
  ...['managingeditor', 'webmaster', 'generator', 'docs', 'description', 'item', 'channel', 'content:encoded'],
  ...['dc:title', 'dc:creator', 'dc:date', 'dc:subject', 'dc:language', 'dc:identifier'],
  ...['atom:id', 'atom:updated', 'atom:published', 'atom:category', 'atom:entry', 'atom:author', 'atom:content'],
  ...['atom:summary', 'atom:modified', 'atom:issued', 'atom:rights'],
]);

/** These HTML has too; they end a leaf of RSS, not a description. */
const SHARED = new Set(['title', 'link', 'image', 'atom:title', 'atom:link']);

/** May hold HTML that was not escaped. */
const PROSE = new Set(['description', 'content:encoded', 'atom:summary', 'atom:content']);
const ENDS_PROSE = new Set([
  'guid',
  'pubdate',
  'enclosure',
  'item',
  'content:encoded',
  'dc:date',
  'dc:creator',
  'atom:id',
  'atom:updated',
  'atom:published',
]);

/** HTML's elements without an end tag, but those whose names feeds use otherwise. */
const VOID = new Set(
  ['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'param', 'wbr'].flatMap((name) => [
    name,
    `xhtml:${name}`,
    `atom:${name}`,
  ]),
);

export function isVoid(name: string): boolean {
  return VOID.has(name);
}

/** HTML's elements that end where the next of their kind begins. */
const REPEATED = new Set(
  ['p', 'li', 'dt', 'dd', 'td', 'th', 'tr', 'option'].flatMap((name) => [name, `xhtml:${name}`, `atom:${name}`]),
);

/** Whether an end tag, as written in lower case, belongs to the frame of a feed and not to something carried in it. */
export function isStructure(written: string): boolean {
  const local = written.slice(written.indexOf(':') + 1);
  return STRUCTURE.has(local);
}

const STRUCTURE = new Set([
  'rss',
  'rdf',
  'channel',
  'item',
  'feed',
  'entry',
  'description',
  'encoded',
  'content',
  'summary',
]);

interface OpenName {
  readonly element: { readonly name: string };
}

/**
 * How many elements stay open when `name` opens, the document counted; 0 for all.
 *
 * @param open  from the document to the innermost
 */
export function closesOpen(name: string, open: readonly OpenName[]): number {
  const depth = open.length;
  const top = open[depth - 1]?.element.name ?? '';
  if (LEAVES.has(top) && (FIELDS.has(name) || SHARED.has(name))) return depth - 1;
  if (top === name && REPEATED.has(name)) return depth - 1;
  if (PROSE.has(top) && ENDS_PROSE.has(name)) return depth - 1;
  if (name === 'item' || name === 'atom:entry') return endsSame(name, open);
  return 0;
}

/** What entries stand in. */
const FRAMES = new Set(['', 'rss', 'channel', 'items', 'rdf:rdf', 'rdf', 'atom:feed']);

/**
 * Entries do not nest, and stand in nothing but the frame of the feed: one that begins elsewhere ends what is open,
 * unless it is carried as content.
 */
function endsSame(name: string, open: readonly OpenName[]): number {
  for (let depth = open.length - 1; depth >= 0; depth--) {
    const outer = open[depth]?.element.name ?? '';
    if (outer === name) return depth;
    if (FRAMES.has(outer)) return depth === open.length - 1 ? 0 : depth + 1;
    if (outer === 'atom:content') return 0;
  }
  return 0;
}
