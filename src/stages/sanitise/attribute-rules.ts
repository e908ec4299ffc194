/** Which values may an attribute have, and how are they written? */
import type { HtmlSettings } from '../../model/settings.ts';
import { cleanLink } from '../../syntax/url/clean-link.ts';
import { isSafeLink, resolveUrl } from '../../syntax/url/url.ts';
import { safeSrcset } from './srcset.ts';
import { safeStyle } from './style.ts';

/** What a rule needs to know about the document; it records the addresses that it allowed here. */
export interface Surroundings {
  readonly baseUrl: string | undefined;
  /** The post's own page, which `#fragment` refers to. */
  readonly pageUrl?: string | undefined;
  readonly policy: HtmlSettings;
  readonly links: string[];
  readonly images: string[];
}

/** Returns the value to write, not escaped; undefined drops the attribute. `value` is decoded. */
export type AttributeRule = (value: string, surroundings: Surroundings) => string | undefined;

const HTTP = /^https?:\/\//i;
/** Bitmap formats only: SVG could contain a document of its own. */
const DATA_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon);base64,[a-z0-9+/=]+$/i;

/** A host name that does not exist: it shows whether a reference stays on the host that it is relative to. */
const NOWHERE = 'http://relative.invalid/';

/**
 * If no base is known (a document read from a file), a relative reference stays as it is; it can contain neither a
 * scheme nor a host. Every fetched document has a base.
 */
function relativeReference(reference: string, baseUrl: string | undefined): string | undefined {
  const trimmed = reference.trim().replace(/[\t\n\r]/g, '');
  if (baseUrl !== undefined || trimmed === '' || trimmed.includes('\\') || !URL.canParse(trimmed, NOWHERE))
    return undefined;
  return new URL(trimmed, NOWHERE).origin === new URL(NOWHERE).origin && !/^[^/?#]*:/.test(trimmed)
    ? trimmed
    : undefined;
}

function safeLink(reference: string, { baseUrl, pageUrl }: Surroundings): string | undefined {
  const isPlaceInPost = pageUrl !== undefined && /^\s*#/.test(reference);
  const url = resolveUrl(reference, isPlaceInPost ? pageUrl : baseUrl);
  if (url === undefined) return relativeReference(reference, baseUrl);
  return isSafeLink(url) ? url : undefined;
}

/** An absolute http(s) URL, for resources that a browser loads automatically. */
function safeResource(reference: string, { baseUrl }: Surroundings): string | undefined {
  const url = resolveUrl(reference, baseUrl);
  if (url === undefined) return relativeReference(reference, baseUrl);
  return HTTP.test(url) && isSafeLink(url) ? url : undefined;
}

/** The same for images; a data: URL is also allowed if the policy says so. */
export function safeImage(reference: string, surroundings: Surroundings): string | undefined {
  if (surroundings.policy.dataImages && /^\s*data:/i.test(reference)) {
    const compact = reference.replace(/\s+/g, '');
    return DATA_IMAGE.test(compact) ? compact : undefined;
  }
  return safeResource(reference, surroundings);
}

export const text: AttributeRule = (value) => value;

export const link: AttributeRule = (value, surroundings) => {
  const safe = safeLink(value, surroundings);
  if (safe === undefined) return undefined;
  const url = surroundings.policy.cleanLinks ? cleanLink(safe) : safe;
  surroundings.links.push(url);
  return url;
};

export const resource: AttributeRule = safeResource;

export const image: AttributeRule = (value, surroundings) => {
  const url = safeImage(value, surroundings);
  if (url !== undefined) surroundings.images.push(url);
  return url;
};

export const srcset: AttributeRule = (value, surroundings) =>
  safeSrcset(value, (reference) => safeImage(reference, surroundings));

export const style: AttributeRule = safeStyle;

/** A boolean attribute: only its presence counts. */
export const flag: AttributeRule = () => '';

export const matching =
  (pattern: RegExp): AttributeRule =>
  (value) => {
    const trimmed = value.trim();
    return pattern.test(trimmed) ? trimmed : undefined;
  };

export function oneOf(...words: readonly string[]): AttributeRule {
  const known = new Set(words);
  return (value) => {
    const word = value.trim().toLowerCase();
    return known.has(word) ? word : undefined;
  };
}

/** The known words of the value, in their order. */
export function someOf(...words: readonly string[]): AttributeRule {
  const known = new Set(words);
  return (value) => {
    const kept = value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => known.has(word));
    return kept.length === 0 ? undefined : kept.join(' ');
  };
}

/** Pixels or per cent, as in `width`. */
export const dimension: AttributeRule = (value) => /^\s*(\d{1,5}(?:\.\d{1,4})?%?)(?:px)?\s*$/i.exec(value)?.[1];
export const integer = matching(/^-?\d{1,6}$/);
