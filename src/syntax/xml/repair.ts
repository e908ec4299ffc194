/** Where does an element end whose end tag was forgotten? What only those can tell who know feeds. */

/** What an element's name says about where it ends. */
export interface ElementKind {
  readonly name: string;
  /** Holds entries or fields: text between its children is layout. */
  readonly isContainer: boolean;
  readonly isEntry: boolean;
  /** Stands in a frame and nowhere else. */
  readonly isPartOfFrame: boolean;
  /** What entries stand in. */
  readonly isFrame: boolean;
  /** Holds text and nothing else, so another field inside means that the end tag is missing. */
  readonly isLeaf: boolean;
  readonly endsLeaf: boolean;
  /** May hold HTML that was not escaped. */
  readonly isProse: boolean;
  readonly endsProse: boolean;
  /** One of HTML's elements without an end tag, but for those whose names feeds use otherwise. */
  readonly isVoid: boolean;
  /** One of HTML's elements that end where the next of their kind begins. */
  readonly endsItsLike: boolean;
}

const CONTAINERS = words('rss channel item rdf:rdf rdf atom:feed atom:entry atom:source items image');
const ENTRIES = words('item atom:entry');
const FRAMES = words('rss channel items rdf:rdf rdf atom:feed');
const LEAVES = words(
  'title link guid pubdate lastbuilddate category comments language ttl copyright managingeditor webmaster generator',
  'docs enclosure url dc:title dc:creator dc:date dc:subject dc:language dc:identifier atom:id atom:updated',
  'atom:published atom:link atom:category atom:modified atom:issued',
);
const FIELDS = words(
  'guid pubdate lastbuilddate category comments language ttl copyright enclosure author managingeditor webmaster',
  'generator docs description content:encoded dc:title dc:creator dc:date dc:subject dc:language dc:identifier',
  'atom:id atom:updated atom:published atom:category atom:author atom:content atom:summary atom:modified',
  'atom:issued atom:rights title link image atom:title atom:link',
);
const PROSE = words('description content:encoded atom:summary atom:content');
/** Only such fields as HTML has no element of that name for. */
const ENDS_PROSE = words(
  'guid pubdate enclosure content:encoded dc:date dc:creator atom:id atom:updated atom:published',
);
const VOID = htmlNames('area br col embed hr img input param wbr');
const REPEATED = htmlNames('p li dt dd td th tr option');

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** HTML inside a feed goes by its own names, by XHTML's, and, undeclared, by Atom's. */
function htmlNames(names: string): ReadonlySet<string> {
  return new Set(names.split(' ').flatMap((name) => [name, `xhtml:${name}`, `atom:${name}`]));
}

/** The document itself, which is no element. */
export const DOCUMENT_KIND: ElementKind = { ...kind(''), isContainer: true, isFrame: true };

function kind(name: string): ElementKind {
  return {
    // One string object for each name, so that comparing two of them compares pointers: V8 keeps property keys so.
    name: Object.keys({ [name]: true })[0] ?? name,
    isContainer: CONTAINERS.has(name),
    isEntry: ENTRIES.has(name),
    isPartOfFrame: name === 'channel' || ENTRIES.has(name),
    isFrame: FRAMES.has(name),
    isLeaf: LEAVES.has(name),
    endsLeaf: FIELDS.has(name),
    isProse: PROSE.has(name),
    endsProse: ENDS_PROSE.has(name),
    isVoid: VOID.has(name),
    endsItsLike: REPEATED.has(name),
  };
}

const KINDS = new Map<string, ElementKind>();
/** More names than all vocabularies have; what documents invent beyond that is worked out each time. */
const KINDS_MAX = 2048;

/** @param name  lower case, with the usual prefix */
export function kindOf(name: string): ElementKind {
  const known = KINDS.get(name);
  if (known !== undefined) return known;
  const made = kind(name);
  if (KINDS.size < KINDS_MAX) KINDS.set(made.name, made);
  return made;
}

/** What unprefixed names mean below an element that can only be the root of a feed; undefined for any other. */
export function vocabularyOfRoot(written: string): string | undefined {
  if (written === 'feed') return 'atom';
  return written === 'rss' || written === 'channel' ? '' : undefined;
}

const STRUCTURE = words('rss rdf channel item feed entry description encoded content summary');

/** Whether an end tag, as written in lower case, belongs to the frame of a feed and not to something carried in it. */
export function isStructure(written: string): boolean {
  return STRUCTURE.has(written.slice(written.indexOf(':') + 1));
}

interface OpenElement {
  readonly kind: ElementKind;
}

/**
 * How many elements stay open when one opens, the document counted; 0 for all.
 *
 * @param open  from the document to the innermost, `top`
 */
export function closesOpen(opening: ElementKind, top: ElementKind, open: readonly OpenElement[]): number {
  if (opening.isPartOfFrame) return endsDownToFrame(opening, open);
  const endsTop =
    (top.isLeaf && opening.endsLeaf) || (top.isProse && opening.endsProse) || (top.endsItsLike && top === opening);
  return endsTop ? open.length - 1 : 0;
}

/**
 * Entries do not nest, and stand in nothing but the frame of the feed: one that begins elsewhere ends what is open,
 * unless it is carried as content.
 */
function endsDownToFrame(opening: ElementKind, open: readonly OpenElement[]): number {
  // CDF's channels hold channels; in RSS, where none is the root, the second one means that the first has ended.
  const mayNest = opening.isFrame && open[1]?.kind === opening;
  for (let depth = open.length - 1; depth >= 0; depth--) {
    const outer = open[depth]?.kind ?? DOCUMENT_KIND;
    if (outer === opening && !mayNest) return depth;
    if (outer.isFrame) return depth === open.length - 1 ? 0 : depth + 1;
    if (outer.name === 'atom:content') return 0;
  }
  return 0;
}
