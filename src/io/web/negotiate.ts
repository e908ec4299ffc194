/** Which of the available forms does a reader prefer? */
import { LRUCache } from 'lru-cache';
import type { OutputFormat } from '../../model/output.ts';

export type Coding = 'br' | 'gzip' | 'identity';

interface Weighted {
  readonly name: string;
  readonly weight: number;
}

/** Names and weights of an Accept-like header, in the order written (RFC 9110 §12.4.2). */
function weighted(header: string): Weighted[] {
  return header.split(',').map((part) => {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    return { name, weight: Number.isNaN(weight) ? 0 : weight };
  });
}

/** Longer headers are rare, and clients choose their length. */
const LONGEST_REMEMBERED = 200;
const codings = new LRUCache<string, Coding>({ max: 256 });

/** Content coding for an Accept-Encoding header (RFC 9110 §12.5.3); brotli before gzip before none, at equal weight. */
export function codingFor(acceptEncoding: string | undefined): Coding {
  if (acceptEncoding === undefined) return 'identity';
  // The same few headers come again and again.
  const known = codings.get(acceptEncoding);
  if (known !== undefined) return known;
  const coding = chooseCoding(weighted(acceptEncoding));
  if (acceptEncoding.length > LONGEST_REMEMBERED) return coding;
  codings.set(acceptEncoding, coding);
  return coding;
}

function chooseCoding(accepted: readonly Weighted[]): Coding {
  const weightOf = (...names: readonly string[]): number =>
    accepted.find(({ name }) => names.includes(name))?.weight ?? accepted.find(({ name }) => name === '*')?.weight ?? 0;
  const br = weightOf('br');
  const gzip = weightOf('gzip', 'x-gzip');
  const identity = accepted.find(({ name }) => name === 'identity')?.weight ?? 0;
  const best = Math.max(br, gzip, identity);
  if (best === 0) return 'identity';
  if (br === best) return 'br';
  return gzip === best ? 'gzip' : 'identity';
}

/** In order of preference if the reader has none: pages for people first. */
const MEDIA_TYPES: readonly (readonly [OutputFormat, readonly string[]])[] = [
  ['html', ['text/html', 'application/xhtml+xml']],
  ['atom', ['application/atom+xml']],
  ['rss', ['application/rss+xml', 'application/xml', 'text/xml', 'application/rdf+xml']],
  ['json', ['application/feed+json', 'application/json']],
];

/** The form of a feed for an Accept header (RFC 9110 §12.5.1); the page if no other form is preferred. */
export function formatFor(accept: string | undefined): OutputFormat {
  if (accept === undefined) return 'html';
  const accepted = weighted(accept);
  const weightOf = (type: string): number => {
    const [group = ''] = type.split('/');
    const exact = accepted.find(({ name }) => name === type);
    const family = accepted.find(({ name }) => name === `${group}/*`) ?? accepted.find(({ name }) => name === '*/*');
    return (exact ?? family)?.weight ?? 0;
  };
  const ranked = MEDIA_TYPES.map(([format, types]) => ({ format, weight: Math.max(...types.map(weightOf)) }));
  return ranked.reduce((best, next) => (next.weight > best.weight ? next : best)).format;
}

/** Whether a reader accepts a delta of entries (RFC 3229 §10.5.3, `A-IM: feed`). */
export function takesDelta(aIm: string | undefined): boolean {
  return aIm !== undefined && weighted(aIm).some(({ name, weight }) => name === 'feed' && weight > 0);
}
