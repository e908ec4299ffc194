/** Which fields do Apple's and Google's podcast tags give? */
import { resolveUrl } from '../../../syntax/url/url.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import { keywordsOf } from '../keywords.ts';
import { attribute, baseOf, filledAttribute, firstOf } from '../elements.ts';

export const PODCAST_SUMMARIES = ['itunes:summary', 'googleplay:description', 'itunes:subtitle'];
export const PODCAST_AUTHORS = ['itunes:author', 'googleplay:author'];
const IMAGES = ['itunes:image', 'googleplay:image', 'itunes:link'];

export function podcastImage(element: XmlElement, base: string | undefined): string | undefined {
  return firstOf(element, IMAGES, (image) => {
    if (image.name === 'itunes:link' && attribute(image, 'rel') !== 'image') return undefined;
    const url = filledAttribute(image, 'href') ?? filledAttribute(image, 'url') ?? image.text;
    return resolveUrl(url, baseOf(image, base));
  });
}

/** Categories with subcategories, and keywords. */
export function podcastCategories(element: XmlElement): readonly string[] {
  const categories: string[] = [];
  for (const field of element.children) {
    if (field.name === 'itunes:category' || field.name === 'googleplay:category') addNested(field, categories, 0);
    else if (field.name === 'itunes:keywords') {
      for (const keyword of keywordsOf(field.text)) categories.push(keyword);
    }
  }
  return categories;
}

function addNested(category: XmlElement, categories: string[], level: number): void {
  categories.push(filledAttribute(category, 'text') ?? category.text);
  if (level > 2) return;
  for (const inner of category.children) {
    if (inner.name === category.name) addNested(inner, categories, level + 1);
  }
}

/** `yes`, `true` and `explicit`, or `no`, `false` and `clean`; also the words of <media:rating>. */
export function explicitOf(written: string): boolean | undefined {
  const word = written.trim().toLowerCase();
  if (/^(?:yes|true|explicit|adult)$/.test(word)) return true;
  return /^(?:no|false|clean|nonadult)$/.test(word) ? false : undefined;
}

/** Whether there is explicit content, by Apple's or Google's tag. */
export function podcastExplicit(element: XmlElement): boolean | undefined {
  return firstOf(element, EXPLICIT, (field) => explicitOf(field.text));
}

const EXPLICIT = ['itunes:explicit', 'googleplay:explicit'];
