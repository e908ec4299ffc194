/** Which fields do the Podcasting 2.0 tags give: further media, transcripts, chapters, people? */
import type { Person } from '../../../model/feed.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import { attribute, filledAttribute } from '../elements.ts';
import { addEnclosure } from '../enclosures.ts';
import type { EnclosureList } from '../enclosures.ts';
import { addPerson, personFromText } from '../people.ts';

/** `podcast:alternateEnclosure` with its sources, `podcast:transcript` and `podcast:chapters`. */
export function addPodcastMedia(list: EnclosureList, element: XmlElement, base: string | undefined): void {
  for (const field of element.children) {
    const type = filledAttribute(field, 'type');
    if (field.name === 'podcast:alternateenclosure') {
      const length = attribute(field, 'length');
      for (const source of field.children) {
        if (source.name === 'podcast:source') {
          addEnclosure(list, { url: filledAttribute(source, 'uri'), type, length }, base);
        }
      }
    } else if (field.name === 'podcast:transcript' || field.name === 'podcast:chapters') {
      addEnclosure(list, { url: filledAttribute(field, 'url'), type, length: undefined }, base);
    }
  }
}

/** `podcast:person`: hosts and authors, not guests or crew. */
export function podcastPeople(element: XmlElement): readonly Person[] {
  const people: Person[] = [];
  for (const field of element.children) {
    if (field.name !== 'podcast:person') continue;
    const role = attribute(field, 'role')?.trim().toLowerCase() ?? 'host';
    if (role !== 'host' && role !== 'author') continue;
    const person = personFromText(field.text);
    const uri = filledAttribute(field, 'href');
    if (person !== undefined) addPerson(people, uri === undefined ? person : { ...person, uri });
  }
  return people;
}
