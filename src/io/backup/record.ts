/** How is a store written as lines of text, and read again? */
import { isUtf8 } from 'node:buffer';

/** Incremented when a Feedmill that reads the former format could not read the new one. */
export const FORMAT = 1;

/** The first line. */
export interface ExportHeader {
  /** `FORMAT` of the Feedmill that wrote it. */
  readonly format: number;
  /** Version of the data, as kept in Redis. */
  readonly schema: number;
  /** Version of Feedmill. */
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  /** Absent if nothing was published. */
  readonly site?: { readonly id: string; readonly url: string };
}

/** The content of one key of Redis, or with a `+` a part of it. Of a post, the first value is when it was published. */
export type KeyKind = 'string' | 'list' | 'hash' | 'set' | 'zset' | 'post' | 'hash+' | 'set+' | 'zset+';

export interface KeyRecord {
  /** Without the prefix. */
  readonly name: string;
  readonly kind: KeyKind;
  /** Epoch ms; 0 if never. */
  readonly expiresAt: number;
  /** Fields and values alternating, members and scores alternating, members, elements, or the one value. */
  readonly values: readonly Buffer[];
}

/** The last line. */
export interface ExportEnd {
  readonly records: number;
  /** Checksum of all lines before this one, in hex. */
  readonly sha256: string;
}

/** Values that are text are written as such, others in base64. */
type Written = readonly string[] | { readonly base64: readonly string[] };

export function headerLine(header: ExportHeader): string {
  return `${JSON.stringify({ feedmill: 'export', ...header })}\n`;
}

export function recordLine({ name, kind, expiresAt, values }: KeyRecord): string {
  const written: Written = values.every((value) => isUtf8(value))
    ? values.map((value) => value.toString())
    : { base64: values.map((value) => value.toString('base64')) };
  return `${JSON.stringify([name, kind, expiresAt, written])}\n`;
}

export function endLine(end: ExportEnd): string {
  return `${JSON.stringify({ end })}\n`;
}

/** @returns undefined if this is not the start of an export */
export function readHeader(line: string): ExportHeader | undefined {
  const found = parsed(line);
  if (typeof found !== 'object' || found === null || !('feedmill' in found) || found.feedmill !== 'export') {
    return undefined;
  }
  // Written by `headerLine`; the checksum at the end covers it.
  return found as unknown as ExportHeader;
}

/** @returns undefined if the line is neither */
export function readLine(line: string): KeyRecord | ExportEnd | undefined {
  const found = parsed(line);
  if (Array.isArray(found) && found.length === 4) {
    // Written by `recordLine`.
    const [name, kind, expiresAt, written] = found as [string, KeyKind, number, Written];
    const values =
      'base64' in written ? written.base64.map((value) => Buffer.from(value, 'base64')) : written.map(text);
    return { name, kind, expiresAt, values };
  }
  if (typeof found === 'object' && found !== null && 'end' in found) return found.end as ExportEnd;
  return undefined;
}

function text(value: string): Buffer {
  return Buffer.from(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A damaged line is not a record.
    return undefined;
  }
}
