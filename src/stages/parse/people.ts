/** Which person does a name field name, in any mix of name and address? */
import type { Person } from '../../model/feed.ts';
import { resolveUrl } from '../../syntax/url/url.ts';
import { isAddress, isPageAddress } from '../../syntax/text/address.ts';
import { collapsed } from '../../syntax/text/white-space.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { ReadContext } from './context.ts';
import { plainTextOf, tidyLine } from './constructs.ts';
import { baseOf, filledAttribute, firstOf } from './elements.ts';

const MAIL = /(?<![^\s<>()[\]"',;:&])[^\s<>()[\]"',;:&]+@[^\s<>()[\]"',;:&]+/;
/** `Name (https://…)`. */
const NAME_AND_PAGE = /^([^()<>]{1,200}?)\s[(<](https?:\/\/[^\s()<>]+)[)>]$/i;
const AROUND_NAME = /^[\s<>()[\]"',;:-]+|(?<![\s<>()[\]"',;:-])[\s<>()[\]"',;:-]+$/g;

/** Separates several people in one field, except inside the brackets around a name. */
const BETWEEN_PEOPLE = /(?:[,;]| and| &) (?![^()]*\))/i;
/** Longer lines are not lists of people. */
const MAX_LIST_LENGTH = 1000;

/** Several people in one line of text if each has an e-mail address; otherwise one person. */
function peopleFromText(text: string): readonly (Person | undefined)[] {
  const parts = text.length > MAX_LIST_LENGTH ? [text] : text.split(BETWEEN_PEOPLE);
  const areAll = parts.length > 1 && parts.every((part) => part.includes('@') && MAIL.test(part));
  return (areAll ? parts : [text]).map(personFromText);
}

/** `a@b (Name)`, `Name (a@b)`, `Name <a@b>`, `a@b`, `Name`; undefined for an empty text. */
export function personFromText(written: string): Person | undefined {
  const text = tidyLine(written);
  const named = NAME_AND_PAGE.exec(text);
  if (named?.[1] !== undefined && named[2] !== undefined && !isAddress(named[1])) {
    return { ...personFromText(named[1]), uri: named[2] };
  }
  // An image or a page in place of a name is not a name.
  if (text === '' || isPageAddress(text)) return undefined;
  const email = text.includes('@') ? MAIL.exec(text)?.[0].replace(/\.$/, '') : undefined;
  if (email === undefined) return { name: text };
  const name = collapsed(
    text
      .replace(email, ' ')
      .replace(/\bmailto:/i, ' ')
      .replace(AROUND_NAME, ''),
  );
  return name === '' ? { email } : { name, email };
}

const NAMES = ['atom:name', 'name', 'itunes:name', 'xhtml:name', 'foaf:name'];
const EMAILS = ['atom:email', 'email', 'itunes:email'];
const URIS = ['atom:uri', 'atom:url', 'atom:homepage', 'uri', 'url', 'homepage', 'link'];

/** A person construct (RFC 4287 §3.2), or one line of text. */
export function personOf(element: XmlElement, base: string | undefined, context: ReadContext): Person | undefined {
  if (element.children.length === 0) {
    const text = plainTextOf(element, context);
    return text === undefined ? undefined : personFromText(text);
  }
  const read = (field: XmlElement): string | undefined => plainTextOf(field, context);
  const named = firstOf(element, NAMES, read);
  const parsed = named === undefined ? undefined : personFromText(named);
  const email = firstOf(element, EMAILS, read)?.replace(/^mailto:/i, '') ?? parsed?.email;
  const uri = uriOf(element, base) ?? parsed?.uri;
  const name = parsed?.name;
  if (name === undefined && email === undefined && uri === undefined) {
    const text = plainTextOf(element, context);
    return text === undefined ? undefined : personFromText(text);
  }
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(uri !== undefined && { uri }),
  };
}

/** The people of an element: one in a person construct, one or more in a line of text. */
export function peopleOf(
  element: XmlElement,
  base: string | undefined,
  context: ReadContext,
): readonly (Person | undefined)[] {
  if (element.children.length > 0) return [personOf(element, base, context)];
  return peopleFromText(plainTextOf(element, context) ?? '');
}

function uriOf(element: XmlElement, base: string | undefined): string | undefined {
  const inner = baseOf(element, base);
  const uri = firstOf(element, URIS, (field) => resolveUrl(field.text, baseOf(field, inner)));
  if (uri !== undefined) return uri;
  const about = filledAttribute(element, 'rdf:about') ?? filledAttribute(element, 'rdf:resource');
  return about === undefined ? undefined : resolveUrl(about, inner);
}

/** More than any entry has authors, and few enough to compare them with each other. */
const MAX_PEOPLE = 1000;

/** Adds a person. If the person is already listed, only missing fields are filled in. */
export function addPerson(people: Person[], person: Person | undefined): void {
  if (person === undefined || people.length === MAX_PEOPLE) return;
  const known = people.findIndex((other) => isSame(other, person));
  if (known < 0) people.push(person);
  else people[known] = { ...person, ...people[known] };
}

function isSame(a: Person, b: Person): boolean {
  if (a.name !== undefined && b.name !== undefined) {
    return a.name === b.name && (a.email === undefined || b.email === undefined || a.email === b.email);
  }
  return a.email !== undefined && a.email === b.email;
}
