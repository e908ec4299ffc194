/** Which is the real image of a lazy-loading `img`? */
import type { Surroundings } from './attribute-rules.ts';
import { safeImage } from './attribute-rules.ts';
import { isBeacon, isPixel } from './beacons.ts';
import { safeSrcset } from './srcset.ts';

/** Always the real image; `src` is a placeholder or the same image. Most reliable first. */
const LAZY_SOURCES = [
  'data-src',
  'data-lazy-src',
  'data-original',
  'data-actualsrc',
  'data-lazy',
  'data-lazyload',
  'data-lazyload-src',
  'data-lazy-load',
  'data-ks-lazyload',
  'data-original-src',
  'data-orig-src',
  'data-real-src',
  'data-realsrc',
  'data-echo',
  'data-cfsrc',
  'data-ezsrc',
  'data-img-src',
  'data-pagespeed-lazy-src',
  'data-pin-media',
  'data-croporisrc',
  'data-backsrc',
  'data-defer-src',
  'data-td-src-property',
  'real_src',
  '_src',
];
/** Larger versions and similar; used only if `src` is a placeholder. */
const SPARE_SOURCES = [
  'data-full-src',
  'data-hi-res-src',
  'data-high-res-src',
  'data-large-file',
  'data-medium-file',
  'data-orig-file',
  'data-image',
  'data-url',
  'file',
  'zoomfile',
];
const LAZY_SRCSETS = ['data-srcset', 'data-lazy-srcset', 'data-ezsrcset', 'data-src-set', 'data-original-set'];

/** File names of placeholders. */
const STAND_IN =
  /^\s*$|^\s*data:|^about:|(?:^|[/_.-])(?:placeholder|blank|spacer|loading|loader|lazy-?load(?:ing)?|lazy|grey|gray|transparent|pixel|clear|dummy|trans|1x1|empty|default_?img|no_?pic|white)(?:[_.-][^/]*)?\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)/i;

/** True if an image is only a placeholder until a script replaces it. */
export function isStandIn(source: string | undefined): boolean {
  return source === undefined || STAND_IN.test(source);
}

/**
 * Moves the real image to `src` and `srcset`, and removes addresses that must not be loaded.
 *
 * @param attributes  of an `img`, `source` or `video`; modified
 * @returns           true if a lazy image was found
 */
export function restoreLazy(attributes: Map<string, string>, surroundings: Surroundings): boolean {
  // Only attributes that plain HTML does not have show lazy loading.
  let source = firstImage(attributes, LAZY_SOURCES, surroundings);
  if (source === undefined && isStandIn(attributes.get('src'))) {
    source = firstImage(attributes, SPARE_SOURCES, surroundings);
  }
  if (source !== undefined) attributes.set('src', source);
  const srcset = firstSrcset(attributes, surroundings);
  if (srcset !== undefined) attributes.set('srcset', srcset);
  if (source === undefined && srcset === undefined) return false;
  // A placeholder's srcset would win over the restored src, and a placeholder's src is better absent.
  if (srcset === undefined && isStandIn(attributes.get('srcset'))) attributes.delete('srcset');
  if (source === undefined && isStandIn(attributes.get('src'))) attributes.delete('src');
  return true;
}

function firstImage(
  attributes: ReadonlyMap<string, string>,
  names: readonly string[],
  surroundings: Surroundings,
): string | undefined {
  let doubtful: string | undefined;
  for (const name of names) {
    const value = attributes.get(name);
    // A flag such as `data-lazy="true"` or a number is not an address.
    if (value === undefined || !/[./]/.test(value)) continue;
    const url = safeImage(value, surroundings);
    if (url === undefined) continue;
    if (!isStandIn(value)) return url;
    doubtful ??= url;
  }
  // `white-house.jpg` also matches the pattern of placeholders: such a name is used if there is nothing better.
  return isStandIn(attributes.get('src')) ? doubtful : undefined;
}

function firstSrcset(attributes: ReadonlyMap<string, string>, surroundings: Surroundings): string | undefined {
  for (const name of LAZY_SRCSETS) {
    const value = attributes.get(name);
    if (value === undefined) continue;
    const srcset = safeSrcset(value, (reference) => safeImage(reference, surroundings));
    if (srcset !== undefined) return srcset;
  }
  return undefined;
}

/** The largest picture of a `srcset`, for readers that only know `src`; undefined if it has none. */
export function largestOf(srcset: string | undefined, surroundings: Surroundings): string | undefined {
  const safe = srcset === undefined ? undefined : safeSrcset(srcset, (reference) => safeImage(reference, surroundings));
  let best: { readonly url: string; readonly size: number } | undefined;
  for (const candidate of safe?.split(/,\s+/) ?? []) {
    const [url = '', descriptor = '1x'] = candidate.split(/\s+/);
    const size = Number.parseFloat(descriptor) || 0;
    if (url !== '' && (best === undefined || size > best.size)) best = { url, size };
  }
  return best?.url;
}

/** The result for an `img`, after lazy ones are restored. */
export type ImageDecision =
  | { readonly kind: 'beacon' }
  /** It had an image that must not be loaded, and has no alternative text. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'shown'; readonly url: string | undefined; readonly standIn: boolean };

/** @param attributes  modified: `src` becomes absolute, or is removed */
export function decideImage(attributes: Map<string, string>, surroundings: Surroundings): ImageDecision {
  const source = attributes.get('src');
  const standIn = isStandIn(source);
  const url = source === undefined ? undefined : safeImage(source, surroundings);
  if (isPixel(attributes) || (url !== undefined && isBeacon(url))) return { kind: 'beacon' };
  if (url !== undefined) {
    attributes.set('src', url);
    return { kind: 'shown', url, standIn };
  }
  attributes.delete('src');
  const largest = largestOf(attributes.get('srcset'), surroundings);
  if (largest !== undefined) {
    attributes.set('src', largest);
    return { kind: 'shown', url: largest, standIn: false };
  }
  const hasOther = attributes.has('srcset') || (attributes.get('alt') ?? '').trim() !== '';
  return source !== undefined && !hasOther ? { kind: 'nothing' } : { kind: 'shown', url: undefined, standIn };
}
