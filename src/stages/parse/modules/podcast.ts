/** Which fields do the tags of podcasts give: length, number, cover, transcripts, chapters, further media, people? */
import type { Episode, Person, Transcript } from '../../../model/feed.ts';
import { mediaDuration } from '../../../syntax/media-duration.ts';
import { resolveUrl } from '../../../syntax/url/url.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import type { Mutable } from '../canonical.ts';
import { attribute, baseOf, filledAttribute, firstOf, languageTag } from '../elements.ts';
import { addEnclosure } from '../enclosures.ts';
import type { EnclosureList } from '../enclosures.ts';
import { addPerson, personFromText } from '../people.ts';
import { podcastExplicit, podcastImage } from './itunes.ts';

const DURATIONS = ['itunes:duration', 'googleplay:duration'];
const SEASONS = ['itunes:season', 'podcast:season'];
const NUMBERS = ['itunes:episode', 'podcast:episode'];
const KINDS = ['itunes:episodetype'];
const CHAPTERS = ['podcast:chapters'];
/** One for each language and form; more are left out. */
const MAX_TRANSCRIPTS = 20;

/** What podcast apps show of an entry; undefined if it says nothing of the kind. */
export function episodeOf(item: XmlElement, base: string | undefined): Episode | undefined {
  if (!item.children.some(({ name }) => IS_PODCAST.test(name))) return undefined;
  const episode: Mutable<Episode> = {};
  const durationSeconds = firstOf(item, DURATIONS, (field) => mediaDuration(field.text));
  if (durationSeconds !== undefined) episode.durationSeconds = durationSeconds;
  const season = firstOf(item, SEASONS, numberOf);
  if (season !== undefined) episode.season = season;
  const number = firstOf(item, NUMBERS, numberOf);
  if (number !== undefined) episode.number = number;
  const kind = firstOf(item, KINDS, kindOf);
  if (kind !== undefined) episode.kind = kind;
  const explicit = podcastExplicit(item);
  if (explicit !== undefined) episode.explicit = explicit;
  const image = podcastImage(item, base);
  if (image !== undefined) episode.image = image;
  const transcripts = transcriptsOf(item, base);
  if (transcripts.length > 0) episode.transcripts = transcripts;
  const chapters = firstOf(item, CHAPTERS, (field) => fileOf(field, base));
  if (chapters !== undefined) episode.chapters = chapters;
  return Object.keys(episode).length > 0 ? episode : undefined;
}

const IS_PODCAST = /^(?:itunes|podcast|googleplay):/;

/** `podcast:episode` may have a fraction; 0 is the pilot. */
function numberOf(field: XmlElement): number | undefined {
  const text = field.text.trim();
  return /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : undefined;
}

function kindOf(field: XmlElement): Episode['kind'] {
  const word = field.text.trim().toLowerCase();
  return word === 'full' || word === 'trailer' || word === 'bonus' ? word : undefined;
}

function transcriptsOf(item: XmlElement, base: string | undefined): readonly Transcript[] {
  const found = new Map<string, Transcript>();
  for (const field of item.children) {
    const file = field.name === 'podcast:transcript' ? fileOf(field, base) : undefined;
    if (file === undefined || found.has(file.url) || found.size === MAX_TRANSCRIPTS) continue;
    const language = languageTag(attribute(field, 'language') ?? '');
    const isCaptions = attribute(field, 'rel')?.trim().toLowerCase() === 'captions';
    found.set(file.url, {
      ...file,
      ...(language !== undefined && { language }),
      ...(isCaptions && { captions: true }),
    });
  }
  return [...found.values()];
}

function fileOf(field: XmlElement, outer: string | undefined): { url: string; type?: string } | undefined {
  const url = resolveUrl(filledAttribute(field, 'url') ?? '', baseOf(field, outer));
  const type = filledAttribute(field, 'type');
  return url === undefined ? undefined : { url, ...(type !== undefined && { type }) };
}

/** `podcast:alternateEnclosure` with its sources. */
export function addAlternateEnclosures(list: EnclosureList, element: XmlElement, base: string | undefined): void {
  for (const field of element.children) {
    if (field.name !== 'podcast:alternateenclosure') continue;
    const type = filledAttribute(field, 'type');
    const length = attribute(field, 'length');
    for (const source of field.children) {
      if (source.name === 'podcast:source') {
        addEnclosure(list, { url: filledAttribute(source, 'uri'), type, length }, base);
      }
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
