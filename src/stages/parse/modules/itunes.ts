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
