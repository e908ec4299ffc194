/** Which fields of a post can stand in front matter, and what is written for each? */
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import { type FieldValue, inWords, POST_FIELDS, postField } from '../../model/template-fields.ts';
import { isoDay, isoTime, localParts } from '../../syntax/date/local-time.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import { onlyField, parseTemplate } from '../../syntax/text/template.ts';
import { sourceTitle, webAddress } from './addresses.ts';
import type { FrontMatterValue } from './front-matter.ts';

/** Width in columns of a description that is made from the text. */
const DESCRIPTION_WIDTH = 280;

const OWN_FIELDS = ['category', 'date', 'lastmod', 'summary', 'alsoIn'] as const;

export const FRONT_MATTER_FIELDS: readonly string[] = [...POST_FIELDS, ...OWN_FIELDS];

/** What a site generator can use of a post beside title, date and tags. */
export const USEFUL_FRONT_MATTER: Readonly<Record<string, string>> = {
  lastmod: '{lastmod}',
  author: '{author}',
  source: '{source}',
  original: '{link}',
  image: '{image}',
  language: '{language}',
};

type Written = string | number | boolean;

/** A key whose template gives an empty value is left out. */
export function filledFrontMatter(
  fields: Readonly<Record<string, Written>>,
  post: Post,
  settings: Settings,
): Record<string, FrontMatterValue> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, written]) => {
      const value = typeof written === 'string' ? filled(written, post, settings) : written;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function filled(written: string, post: Post, settings: Settings): FrontMatterValue | undefined {
  const template = parseTemplate(written);
  if (template.names.length === 0) return template.fill(() => '');
  const only = onlyField(written);
  if (only === 'date' || only === 'lastmod') return { plain: inWords(fieldOf(post, only, settings)) };
  if (only === 'tags') return post.tags.length === 0 ? undefined : post.tags;
  if (only === 'score' || only === 'revision') return Number(fieldOf(post, only, settings));
  if (only === 'author' && post.authors.length > 1) return listOf(postField(post, only));
  const text = template.fill((name) => inWords(fieldOf(post, name, settings)));
  return text.trim() === '' ? undefined : text;
}

function listOf(value: FieldValue): readonly string[] | undefined {
  return typeof value === 'object' && value.length > 0 ? value : undefined;
}

/** Addresses only if readers may be sent there. @param name  one of `FRONT_MATTER_FIELDS` */
function fieldOf(post: Post, name: string, { site, categories }: Settings): FieldValue {
  // The schema of the config has refused any other name.
  switch (name as (typeof OWN_FIELDS)[number] | 'link' | 'image' | 'sourceLink') {
    case 'category':
      return categories.find(({ slug }) => slug === post.categories[0])?.title;
    case 'date':
      return isoMoment(post.publishedAt, site.timezone);
    case 'lastmod':
      return isoMoment(post.updatedAt, site.timezone);
    case 'summary':
      return post.summary === undefined ? excerpt(post.content ?? '', DESCRIPTION_WIDTH) : htmlToText(post.summary);
    case 'alsoIn':
      return post.alsoFrom.map(({ source }) => sourceTitle(source));
    case 'link':
      return webAddress(post.url);
    case 'image':
      return webAddress(post.image);
    case 'sourceLink':
      return webAddress(post.source.url);
    default:
      return postField(post, name);
  }
}

/** `2021-12-24T00:59:51+08:00` */
function isoMoment(at: number, timezone: string): string {
  const local = localParts(at, timezone);
  return `${isoDay(local)}T${isoTime(local)}${local.offset.replace(/(\d\d)$/u, ':$1')}`;
}
