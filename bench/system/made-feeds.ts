/** Which documents does a made-up source publish? The same ones for the same numbers. */
import { randomFrom } from '../publishing-times.ts';

export interface MadeEntry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Terms of the origin. */
  readonly tags: readonly string[];
  readonly publishedAt: number;
}

const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bre cli dro fru'.split(' ');
const VOCABULARY = 6_000;
const TAGS = 40;

const words = makeWords();

function makeWords(): readonly string[] {
  const random = randomFrom(7);
  const syllable = (): string => SYLLABLES[Math.floor(random() * SYLLABLES.length)] ?? '';
  return Array.from({ length: VOCABULARY }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(''),
  );
}

/**
 * Entries of a source, newest first. The words are drawn from a vocabulary so large that no two entries are near-duplicates.
 *
 * @param spacingMs  between two entries of this source
 */
export function makeEntries(
  source: number,
  count: number,
  { newestAt, spacingMs, textWords = 60 }: { newestAt: number; spacingMs: number; textWords?: number },
): readonly MadeEntry[] {
  const random = randomFrom(1_000 + source);
  const phrase = (length: number): string =>
    Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? '').join(' ');
  return Array.from({ length: count }, (_, place) => ({
    id: `${source}-${count - place}`,
    title: phrase(7),
    text: phrase(textWords),
    tags: [`topic${Math.floor(random() * TAGS)}`],
    publishedAt: newestAt - Math.floor(spacingMs * (place + random())),
  }));
}

/** An RSS 2.0 document. */
export function documentOf(source: number, entries: readonly MadeEntry[]): Uint8Array {
  const link = `http://news-${source}.example`;
  const items = entries.map(({ id, title, text, tags, publishedAt }) => {
    const terms = tags.map((tag) => `<category>${tag}</category>`).join('');
    return `<item><title>${title}</title><link>${link}/${id}</link><guid isPermaLink="false">${id}</guid>${terms}<pubDate>${new Date(publishedAt).toUTCString()}</pubDate><description>${text}</description></item>\n`;
  });
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Made source ${source}</title><link>${link}/</link><description>Made for a measurement</description>\n${items.join('')}</channel></rss>\n`,
  );
}
