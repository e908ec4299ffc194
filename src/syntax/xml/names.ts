/** What is the usual name of an element or attribute, whatever prefix and case its document chose? */
import { prefixByHabit, prefixOfUri } from './namespaces.ts';
import { kindOf } from './repair.ts';
import type { ElementKind } from './repair.ts';

/** The namespace declarations in force, with the names already looked up under them. */
export interface XmlScope {
  /** Usual prefix for unprefixed elements. */
  readonly defaultPrefix: string;
  /** Declared prefix (lower case) -> usual prefix. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** Name as written -> usual name. */
  readonly elements: Map<string, ElementKind>;
  readonly attributes: Map<string, string>;
  /** Scopes below this one by their declarations: feeds repeat the same ones on every entry. */
  readonly inner: Map<string, XmlScope>;
}

/** Prefixes that were used and mean nothing to us; told once per document. */
export type UndeclaredPrefix = (prefix: string) => void;

function scope(defaultPrefix: string, prefixes: ReadonlyMap<string, string>): XmlScope {
  return { defaultPrefix, prefixes, elements: new Map(), attributes: new Map(), inner: new Map() };
}

/** Nothing declared yet. */
export function outerScope(): XmlScope {
  return scope('', new Map());
}

/**
 * The scope inside an element with `xmlns` attributes.
 *
 * @param attributes  flat list of names as written and values
 */
export function innerScope(outer: XmlScope, attributes: readonly string[]): XmlScope {
  let key = '';
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i] ?? '';
    if (isDeclaration(name)) key += `${name} ${attributes[i + 1] ?? ''}\n`;
  }
  const known = outer.inner.get(key);
  if (known !== undefined) return known;
  const made = declare(outer, attributes);
  outer.inner.set(key, made);
  return made;
}

export function isDeclaration(attributeName: string): boolean {
  return attributeName.startsWith('xmlns') && (attributeName.length === 5 || attributeName.charCodeAt(5) === COLON);
}

function declare(outer: XmlScope, attributes: readonly string[]): XmlScope {
  let defaultPrefix = outer.defaultPrefix;
  const prefixes = new Map(outer.prefixes);
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i] ?? '';
    const uri = attributes[i + 1] ?? '';
    if (name === 'xmlns') {
      // A vocabulary that we do not know as the default: the element names have to speak for themselves.
      defaultPrefix = prefixOfUri(uri) ?? '';
    } else if (isDeclaration(name) && uri !== '') {
      const prefix = name.slice(6).toLowerCase();
      // A usual prefix with an unknown URI: misspelt more often than meant for something else.
      prefixes.set(prefix, prefixOfUri(uri) ?? prefixByHabit(prefix) ?? prefix);
    }
  }
  return scope(defaultPrefix, prefixes);
}

/** A scope in which unprefixed elements belong to the given vocabulary. */
export function withDefault(base: XmlScope, defaultPrefix: string): XmlScope {
  return scope(defaultPrefix, base.prefixes);
}

const COLON = 58;
const RDF_NAMES = new Set(['rdf', 'li', 'seq', 'bag', 'alt', 'value', 'parsetype', 'about', 'resource']);

/** Names that one of the two vocabularies has and the other has not: whoever mixes them up means the one that has them. */
const RSS_ONLY = new Set(
  'guid pubdate description managingeditor webmaster lastbuilddate language ttl enclosure fulltext fullitem'.split(' '),
);
const ATOM_ONLY = new Set(['updated', 'modified', 'issued', 'rights']);

/** Lower case, `prefix:local` with the usual prefix; RSS's own names have none. */
export function elementKind(scope: XmlScope, written: string, undeclared: UndeclaredPrefix): ElementKind {
  const known = scope.elements.get(written);
  if (known !== undefined) return known;
  const kind = kindOf(lookUp(scope, written, scope.defaultPrefix, undeclared));
  scope.elements.set(written, kind);
  return kind;
}

/** The same for attributes; unprefixed ones belong to their element. */
export function attributeName(scope: XmlScope, written: string, undeclared: UndeclaredPrefix): string {
  const known = scope.attributes.get(written);
  if (known !== undefined) return known;
  const { name } = kindOf(lookUp(scope, written, '', undeclared));
  scope.attributes.set(written, name);
  return name;
}

function lookUp(scope: XmlScope, written: string, defaultPrefix: string, undeclared: UndeclaredPrefix): string {
  const lower = written.toLowerCase();
  const colon = lower.indexOf(':');
  const local = lower.slice(colon + 1);
  const prefix = colon <= 0 ? defaultPrefix : usualPrefix(scope, lower.slice(0, colon), undeclared);
  // `xmlns="…rdf-syntax-ns#"` on the root: RSS's names are meant all the same.
  if (prefix === '' || (prefix === 'rdf' && !RDF_NAMES.has(local)))
    return ATOM_ONLY.has(local) ? `atom:${local}` : local;
  if (prefix === 'atom' && RSS_ONLY.has(local)) return local;
  return `${prefix}:${local}`;
}

function usualPrefix(scope: XmlScope, prefix: string, undeclared: UndeclaredPrefix): string {
  const declared = scope.prefixes.get(prefix);
  if (declared !== undefined) return declared;
  if (prefix !== 'xml') undeclared(prefix);
  return prefixByHabit(prefix) ?? prefix;
}
