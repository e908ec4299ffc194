/** What does a subscription list (OPML 1.0, 1.1, 2.0) contain? */
import { Parser } from 'htmlparser2';
import { collapsed } from './text/white-space.ts';

/** One `<outline xmlUrl>` with its folders. Texts are trimmed; empty ones are absent. */
export interface OpmlSubscription {
  readonly xmlUrl: string;
  readonly text?: string;
  readonly title?: string;
  readonly htmlUrl?: string;
  readonly description?: string;
  readonly language?: string;
  /** Parts of the `category` attribute: `/a/b,c` is `[['a', 'b'], ['c']]` (OPML 2.0, category). */
  readonly categories: readonly (readonly string[])[];
  /** Titles of the outlines around it, outermost first. */
  readonly folders: readonly string[];
  /** Position of its `<` in the text, in UTF-16 code units. */
  readonly offset: number;
}

export interface OpmlDocument {
  readonly title?: string;
  readonly subscriptions: readonly OpmlSubscription[];
}

interface Outline {
  readonly text?: string;
}

/**
 * Tolerant: letter case of names, stray `&`, unclosed outlines and text around the document are accepted. An outline
 * with both an address and children counts as a subscription and as a folder.
 *
 * @returns `undefined` if the text has neither `<opml>` nor an `<outline>`
 */
export function readOpml(xml: string): OpmlDocument | undefined {
  const subscriptions: OpmlSubscription[] = [];
  const open: Outline[] = [];
  const seen = { recognised: false, inTitle: false, title: '' };

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = localName(name);
        if (element === 'opml' || element === 'outline') seen.recognised = true;
        if (element === 'title' && open.length === 0) seen.inTitle = seen.title === '';
        if (element !== 'outline') return;
        const outline = readOutline(attributes);
        if (outline.xmlUrl !== undefined) {
          const folders = open.flatMap((folder) => folder.text ?? []);
          subscriptions.push({ ...outline, xmlUrl: outline.xmlUrl, folders, offset: parser.startIndex });
        }
        const text = outline.text ?? outline.title;
        open.push({ ...(text !== undefined && { text }) });
      },
      ontext(text) {
        if (seen.inTitle) seen.title += text;
      },
      onclosetag(name) {
        const element = localName(name);
        if (element === 'title') seen.inTitle = false;
        if (element === 'outline') open.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  if (!seen.recognised) return undefined;
  const title = present(seen.title);
  return { ...(title !== undefined && { title }), subscriptions };
}

const FEED_TYPE = /^\s*(?:rss|atom|rdf|feed|json)/iu;

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function readOutline(attributes: Readonly<Record<string, string>>) {
  const byName = new Map(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]));
  const htmlUrl = present(byName.get('htmlurl'));
  // Some programs wrote the address of a feed as `url`, which elsewhere links to another list or a page.
  const isFeed = FEED_TYPE.test(byName.get('type') ?? '');
  const xmlUrl = present(byName.get('xmlurl')) ?? (isFeed ? present(byName.get('url')) : undefined);
  const [text, title] = [present(byName.get('text')), present(byName.get('title'))];
  const [description, language] = [present(byName.get('description')), present(byName.get('language'))];
  return {
    ...(xmlUrl !== undefined && { xmlUrl }),
    ...(text !== undefined && { text }),
    ...(title !== undefined && { title }),
    ...(htmlUrl !== undefined && { htmlUrl }),
    ...(description !== undefined && { description }),
    ...(language !== undefined && { language }),
    categories: readCategories(byName.get('category') ?? ''),
  };
}

function readCategories(attribute: string): string[][] {
  return attribute
    .split(',')
    .map((path) => path.split('/').flatMap((part) => present(part) ?? []))
    .filter((path) => path.length > 0);
}

function present(text: string | undefined): string | undefined {
  const trimmed = text === undefined ? undefined : collapsed(text);
  return trimmed === '' ? undefined : trimmed;
}
