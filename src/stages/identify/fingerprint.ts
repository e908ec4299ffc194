/** Which fingerprint shows that an entry has changed? */
import type { Markup } from '../../model/feed.ts';
import { joinFingerprint } from '../../model/fingerprint.ts';
import type { Draft } from '../../model/post.ts';
import { hash64 } from '../../syntax/hash.ts';
import { withoutVolatileMarkup, withoutVolatileText } from '../../syntax/html/volatile-text.ts';
import { collapsed } from '../../syntax/text/white-space.ts';

/**
 * 16 hex digits. The first 10 are of the title and the visible text without counters, relative times and advertisements:
 * a reader would see that change. The last 6 are of categories, tags, link and image: such a change is not announced.
 */
export function fingerprint(draft: Draft): string {
  const visible = hash64(`${plain(withoutVolatileText(plain(draft.title)))}\n${visibleText(draft)}`);
  const { categories, tags, url, image, enclosures, language, source, episode, score } = draft;
  const fields = [categories, tags, url, image, enclosures, language, source.title];
  // Only if it has them: fingerprints of all other posts stay as they are.
  const more = [...(episode === undefined ? [] : [episode]), ...(score === undefined ? [] : [{ score }])];
  const placed = hash64(JSON.stringify([...fields, ...more]));
  return joinFingerprint(visible, placed);
}

/** The text of a draft as a reader sees it, with collapsed white space and without volatile parts. */
export function visibleText({ content, summary }: Draft): string {
  return [content, summary].map((markup) => (markup === undefined ? '' : textOf(markup))).join('\n');
}

export function plain(text: string): string {
  return collapsed(text.normalize('NFC'));
}

/** The fingerprint needs the text of each entry, and keys of text and of takedowns need it again. */
const texts = new WeakMap<Markup, string>();

function textOf(markup: Markup): string {
  const known = texts.get(markup);
  if (known !== undefined) return known;
  // White space is collapsed already.
  const text = withoutVolatileMarkup(markup).normalize('NFC');
  texts.set(markup, text);
  return text;
}
