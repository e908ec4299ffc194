/** How does an entry become a draft? */
import type { Entry, Markup, ParsedFeed } from '../../model/feed.ts';
import type { Draft, PostSource } from '../../model/post.ts';
import type { HtmlSettings, Source } from '../../model/settings.ts';
import { cleanLink } from '../../syntax/url/clean-link.ts';
import { hasSecrets } from '../../syntax/url/redact-url.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { visibleTextOf } from '../../syntax/html/visible-lines.ts';
import { guessLanguage } from '../../syntax/text/language.ts';
import { titleFromText } from '../../syntax/text/sentence.ts';
import { collapsed } from '../../syntax/text/white-space.ts';
import { type PostDates, postDates } from './dates.ts';
import { episodeFrom } from './episode.ts';
import { type Withhold, withholdSecrets } from './withhold.ts';

/** Enough text to detect a language, and short enough to be cheap; long tags may stand before the text. */
const LANGUAGE_SAMPLE_LENGTH = 1_000;
const LANGUAGE_HTML_LENGTH = 4_000;

/** The drafts of a feed's entries, in document order; pure, and the same for the same `now`. */
export function normaliseFeed(
  feed: ParsedFeed,
  source: Source,
  now: number,
  { cleanLinks }: Pick<HtmlSettings, 'cleanLinks'>,
): readonly Draft[] {
  const origin = postSource(feed, source);
  const dates = postDates(feed.entries, now);
  const withhold = withholdSecrets(source);
  const clean = cleanLinks ? cleanLink : (link: string) => link;
  return feed.entries.map((entry, place) =>
    normaliseEntry(entry, { feed, source, origin, withhold, clean, dates: dates[place] ?? {} }),
  );
}

interface Surroundings {
  readonly feed: ParsedFeed;
  readonly source: Source;
  readonly origin: PostSource;
  readonly withhold: Withhold;
  readonly clean: (link: string) => string;
  readonly dates: PostDates;
}

function normaliseEntry(entry: Entry, { feed, source, origin, withhold, clean, dates }: Surroundings): Draft {
  // RSS has one field for both: if there is only one text, it is the content.
  const content = withhold.markup(entry.content ?? entry.summary);
  const summary = entry.content === undefined ? undefined : withhold.markup(entry.summary);
  const title = entry.title ?? titleOf(content);
  const language = source.language ?? entry.language ?? feed.language ?? guessFrom(title, content);
  // Cleaned first: a key in what a redirector leads to must be seen, too.
  const pageLink = (link: string | undefined) => withhold.address(link && clean(link));
  const url = pageLink(webLink(entry.link));
  const canonicalUrl = pageLink(webLink(entry.canonicalLink));
  const image = withhold.address(webLink(entry.image));
  const rights = entry.rights ?? feed.rights;
  const enclosures = withhold.enclosures(entry.enclosures.filter(({ url: address }) => isWebLink(address)));
  const episode = episodeFrom(entry.episode, feed, enclosures, (address) => withhold.address(webLink(address)));
  return {
    source: origin,
    title,
    authors: entry.authors.length > 0 ? entry.authors : feed.authors,
    categories: source.categories,
    tags: unique([...source.tags, ...entry.categories.map(collapsed)]),
    enclosures,
    ...dates,
    ...(entry.id !== undefined && { guid: entry.id }),
    ...(url !== undefined && { url }),
    ...(canonicalUrl !== undefined && { canonicalUrl }),
    ...(content !== undefined && { content }),
    ...(summary !== undefined && { summary }),
    ...(language !== undefined && { language }),
    ...(image !== undefined && { image }),
    ...(episode !== undefined && { episode }),
    ...(rights !== undefined && { rights }),
    ...(entry.rawHash !== undefined && { rawHash: entry.rawHash }),
  };
}

/** What each post stores about its source (RFC 4287 §4.2.11). */
function postSource(feed: ParsedFeed, source: Source): PostSource {
  const title = source.title ?? feed.title;
  const isSecret = (address: string): boolean => hasSecrets(address) || (isHidden && address === source.url);
  const isHidden = source.isPrivate === true || hasSecrets(source.url);
  const link = webLink(feed.link);
  const url = link !== undefined && isSecret(link) ? undefined : link;
  return {
    id: source.id,
    // Posts outlive their source: secret addresses are not stored with them.
    feedUrl: isHidden ? '' : source.url,
    ...(title !== undefined && { title }),
    ...(url !== undefined && { url }),
  };
}

function titleOf(content: Markup | undefined): string {
  return content === undefined ? '' : titleFromText(htmlToText(content.html));
}

function guessFrom(title: string, content: Markup | undefined): string | undefined {
  const sample = content === undefined ? '' : beginningOf(content);
  return guessLanguage(`${title}\n${sample.slice(0, LANGUAGE_SAMPLE_LENGTH)}`);
}

/** A short text is needed whole by later steps. */
function beginningOf(content: Markup): string {
  const { html } = content;
  return html.length > LANGUAGE_HTML_LENGTH ? htmlToText(html.slice(0, LANGUAGE_HTML_LENGTH)) : visibleTextOf(content);
}

function webLink(url: string | undefined): string | undefined {
  return url !== undefined && isWebLink(url) ? url : undefined;
}

/** Only web addresses are used as the link of a post. */
function isWebLink(url: string): boolean {
  return /^https?:/iu.test(url);
}

function unique(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
