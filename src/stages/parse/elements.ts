/** How are the fields of an element found? */
import { resolveUrl } from '../../syntax/url/url.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';

/** Base of relative references, and language, at an element. */
export interface Place {
  readonly base: string | undefined;
  /** The base if an xml:base declares it, not only the document's address. */
  readonly declaredBase?: string | undefined;
  readonly language: string | undefined;
  /** The page of the site that the feed belongs to. */
  readonly home?: string | undefined;
}

export function attribute(element: XmlElement, name: string): string | undefined {
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i += 2) {
    if (attributes[i] === name) return attributes[i + 1];
  }
  return undefined;
}

/** The attribute, trimmed; undefined if it is empty. */
export function filledAttribute(element: XmlElement, name: string): string | undefined {
  const value = attribute(element, name)?.trim();
  return value === '' ? undefined : value;
}

export function child(parent: XmlElement, name: string): XmlElement | undefined {
  for (const element of parent.children) {
    if (element.name === name) return element;
  }
  return undefined;
}

/**
 * The first value from the children with these names, in order of preference. A child without a usable value is
 * skipped.
 */
export function firstOf<T>(
  parent: XmlElement,
  names: readonly string[],
  read: (element: XmlElement) => T | undefined,
): T | undefined {
  for (const name of names) {
    for (const element of parent.children) {
      if (element.name === name) {
        const value = read(element);
        if (value !== undefined) return value;
      }
    }
  }
  return undefined;
}

/** Base and language inside an element; xml:base and xml:lang are inherited (XML Base §3, XML 1.0 §2.12). */
export function placeOf(element: XmlElement, outer: Place): Place {
  if (element.attributes.length === 0) return outer;
  const base = attribute(element, 'xml:base');
  const language = attribute(element, 'xml:lang');
  if (base === undefined && language === undefined) return outer;
  const declared = base === undefined ? undefined : resolveUrl(base, outer.base);
  return {
    base: declared ?? outer.base,
    declaredBase: declared ?? outer.declaredBase,
    language: language === undefined ? outer.language : languageTag(language),
    home: outer.home,
  };
}

/** Only the base; most fields need nothing else. */
export function baseOf(element: XmlElement, outer: string | undefined): string | undefined {
  if (element.attributes.length === 0) return outer;
  const base = attribute(element, 'xml:base');
  return base === undefined ? outer : (resolveUrl(base, outer) ?? outer);
}

const LANGUAGE_TAG = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i;

/** A language tag (BCP 47), with `en_US` corrected; undefined if it is not a language tag. */
export function languageTag(written: string): string | undefined {
  const tag = written.trim().replaceAll('_', '-');
  return LANGUAGE_TAG.test(tag) ? tag : undefined;
}
