/** What is the usual name of an element or attribute, independent of the prefix and case that the document uses? */
import { prefixByHabit, prefixOfUri } from './namespaces.ts';
import { kindOf } from './repair.ts';
import type { ElementKind } from './repair.ts';

/** The namespace declarations in force, and a cache of names looked up under them. */
export interface XmlScope {
  /** Usual prefix for unprefixed elements. */
  readonly defaultPrefix: string;
  /** Declared prefix (lower case) -> usual prefix. */
  readonly prefixes: ReadonlyMap<string, string>;
  /** Name as written -> usual name. */
  readonly elements: Map<string, ElementKind>;
  readonly attributes: Map<string, string>;
  /** Inner scopes by their declarations, because feeds repeat the same declarations on every entry. */
  readonly inner: Map<string, XmlScope>;
}

/** Called for each unknown prefix, once per document. */
export type UndeclaredPrefix = (prefix: string) => void;

function scope(defaultPrefix: string, prefixes: ReadonlyMap<string, string>): XmlScope {
  return { defaultPrefix, prefixes, elements: new Map(), attributes: new Map(), inner: new Map() };
}

/** The scope without any declaration. */
export function outerScope(): XmlScope {
  return scope('', new Map());
}

/**
 * The scope inside an element with `xmlns` attributes.
 *
 * @param attributes  names as written and values, alternating
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
      // The default namespace is unknown: use the element names alone.
      defaultPrefix = prefixOfUri(uri) ?? '';
    } else if (isDeclaration(name) && uri !== '') {
      const prefix = name.slice(6).toLowerCase();
      // A usual prefix with an unknown URI: the URI is probably misspelt.
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

/** Names that only one of the two vocabularies has: if a document mixes them, the vocabulary with the name is meant. */
const RSS_ONLY = new Set(
  'guid pubdate description managingeditor webmaster lastbuilddate language ttl enclosure fulltext fullitem'.split(' '),
);
const ATOM_ONLY = new Set(['updated', 'modified', 'issued', 'rights']);

/** `prefix:local` in lower case with the usual prefix; RSS's own names have no prefix. */
export function elementKind(scope: XmlScope, written: string, undeclared: UndeclaredPrefix): ElementKind {
  const known = scope.elements.get(written);
  if (known !== undefined) return known;
  const kind = kindOf(lookUp(scope, written, scope.defaultPrefix, undeclared));
  scope.elements.set(written, kind);
  return kind;
}

/** The same for attributes; an unprefixed attribute belongs to its element. */
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
  // `xmlns="…rdf-syntax-ns#"` on the root: RSS names are still RSS names.
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
