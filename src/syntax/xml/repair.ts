/** Where does an element without an end tag end, given what feeds usually contain? */

/** What the name of an element implies about its end. */
export interface ElementKind {
  readonly name: string;
  /** Contains entries or fields; text between its children is only layout. */
  readonly isContainer: boolean;
  readonly isEntry: boolean;
  /** Appears only directly inside a frame. */
  readonly isPartOfFrame: boolean;
  /** Contains entries. */
  readonly isFrame: boolean;
  /** Contains only text, so a field inside it means that its end tag is missing. */
  readonly isLeaf: boolean;
  readonly endsLeaf: boolean;
  /** May contain unescaped HTML. */
  readonly isProse: boolean;
  readonly endsProse: boolean;
  /** An HTML element without an end tag, except names that feeds use differently. */
  readonly isVoid: boolean;
  /** An HTML element that ends where the next one of its kind begins. */
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
/** Only fields whose names are not names of HTML elements. */
const ENDS_PROSE = words(
  'guid pubdate enclosure content:encoded dc:date dc:creator atom:id atom:updated atom:published',
);
const VOID = htmlNames('area br col embed hr img input param wbr');
const REPEATED = htmlNames('p li dt dd td th tr option');

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** HTML inside a feed may have its own names, those of XHTML, or (undeclared) those of Atom. */
function htmlNames(names: string): ReadonlySet<string> {
  return new Set(names.split(' ').flatMap((name) => [name, `xhtml:${name}`, `atom:${name}`]));
}

/** The document itself, which is not an element. */
export const DOCUMENT_KIND: ElementKind = { ...kind(''), isContainer: true, isFrame: true };

function kind(name: string): ElementKind {
  return {
    // One string object for each name, so that comparisons compare pointers; V8 stores property keys this way.
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
/** More names than all vocabularies have. Further names that documents invent are computed each time. */
const KINDS_MAX = 2048;

/** @param name  lower case, with the usual prefix */
export function kindOf(name: string): ElementKind {
  const known = KINDS.get(name);
  if (known !== undefined) return known;
  const made = kind(name);
  if (KINDS.size < KINDS_MAX) KINDS.set(made.name, made);
  return made;
}

/** Vocabulary of unprefixed names below an element that can only be the root of a feed; undefined for others. */
export function vocabularyOfRoot(written: string): string | undefined {
  if (written === 'feed') return 'atom';
  return written === 'rss' || written === 'channel' ? '' : undefined;
}

const STRUCTURE = words('rss rdf channel item feed entry description encoded content summary');

/** True if an end tag, as written in lower case, belongs to the structure of a feed and not to its content. */
export function isStructure(written: string): boolean {
  return STRUCTURE.has(written.slice(written.indexOf(':') + 1));
}

interface OpenElement {
  readonly kind: ElementKind;
}

/**
 * How many elements stay open when another one opens, including the document; 0 for all.
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
 * Entries do not nest and appear only inside the frame of a feed. An entry that begins elsewhere closes everything that
 * is open, unless it is part of content.
 */
function endsDownToFrame(opening: ElementKind, open: readonly OpenElement[]): number {
  // Channels of CDF may contain channels; in RSS a second channel that is not the root ends the first.
  const mayNest = opening.isFrame && open[1]?.kind === opening;
  for (let depth = open.length - 1; depth >= 0; depth--) {
    const outer = open[depth]?.kind ?? DOCUMENT_KIND;
    if (outer === opening && !mayNest) return depth;
    if (outer.isFrame) return depth === open.length - 1 ? 0 : depth + 1;
    if (outer.name === 'atom:content') return 0;
  }
  return 0;
}
