/** Which media belong to an entry, each listed once? */
import type { Enclosure } from '../../model/feed.ts';
import { resolveUrl } from '../../syntax/url/url.ts';

export interface EnclosureFields {
  readonly url: string | undefined;
  readonly type: string | undefined;
  /** Bytes, as written. */
  readonly length: string | undefined;
  readonly durationSeconds?: number | undefined;
}

/** By URL, in document order. */
export type EnclosureList = Map<string, Enclosure>;

/** Adds an enclosure. If the URL is already listed, only its missing fields are filled in. */
export function addEnclosure(list: EnclosureList, fields: EnclosureFields, base: string | undefined): void {
  const url = fields.url === undefined ? undefined : resolveUrl(fields.url, base);
  const type = mediaType(fields.type);
  if (url === undefined || isFlash(url, type)) return;
  const length = byteLength(fields.length);
  const found: Enclosure = {
    url,
    ...(type !== undefined && { type }),
    ...(length !== undefined && { length }),
    ...(fields.durationSeconds !== undefined && { durationSeconds: fields.durationSeconds }),
  };
  list.set(url, { ...found, ...list.get(url) });
}

/** No program plays it any more. */
export function isFlash(url: string, type: string | undefined): boolean {
  return /shockwave-flash|futuresplash|adobe\.flash/i.test(type ?? '') || /\.(?:swf|spl)(?:[?#]|$)/i.test(url);
}

function mediaType(written: string | undefined): string | undefined {
  const type = written?.trim();
  return type === undefined || type === '' ? undefined : type;
}

function byteLength(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const digits = /^\s*(\d[\d,. ]*)/.exec(written)?.[1];
  if (digits === undefined) return undefined;
  const length = Number(digits.replace(/[,. ]/g, ''));
  // Programs write 0 if they do not know the length (RSS 2.0 <enclosure>).
  return Number.isSafeInteger(length) && length > 0 ? length : undefined;
}
