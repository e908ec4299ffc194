/** How are content codings removed from a body, without holding more of it than allowed? */
import zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { codeOf } from '../../model/errors.ts';
import { bodyStart } from './body-start.ts';

type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

export type Inflated =
  /** `gzip`: the body as received, if it was one gzip file that was inflated in one call. */
  | { readonly kind: 'body'; readonly body: Uint8Array; readonly gzip?: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The compressed data is incomplete; what could be inflated of it. */
  | { readonly kind: 'cut-off'; readonly start: Uint8Array }
  | { readonly kind: 'corrupt'; readonly detail: string };

/** Compressed bodies up to this size are inflated in one call, which costs half as much as a stream (and blocks for a few ms). */
export const AT_ONCE_BYTES = 1024 * 1024;
/** Maximum output of such a call; a larger body is inflated again as a stream. */
const AT_ONCE_INFLATED_BYTES = 8 * 1024 * 1024;
const MAX_CODINGS = 3;

// Node has zstd since 22.15; the types of the oldest supported Node do not have it.
const zstd = zlib as typeof zlib & {
  readonly zstdDecompressSync?: (data: Uint8Array, options: { maxOutputLength: number }) => Buffer;
  readonly createZstdDecompress?: () => Transform;
};

export const ACCEPT_ENCODING = `gzip, deflate, br${zstd.createZstdDecompress === undefined ? '' : ', zstd'}`;

const CODINGS: Readonly<Record<string, Coding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  ...(zstd.createZstdDecompress !== undefined && { zstd: 'zstd' }),
};

/** Names of codings that we did not offer. Any other word (`none`, `utf-8`, `aws-chunked`) is not a coding. */
const FOREIGN = new Set(
  'compress x-compress bzip2 x-bzip2 lzma xz lz4 snappy sdch dcb dcz exi pack200-gzip aes128gcm zstd'.split(' '),
);

/**
 * Codings in the order in which they were applied (RFC 9110 §8.4), words that are not codings left out; `undefined` if
 * there
 * is one that we cannot remove, or too many.
 */
export function parseCodings(header: string | undefined): readonly Coding[] | undefined {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  if (names.some((name) => CODINGS[name] === undefined && FOREIGN.has(name))) return undefined;
  const codings = names.flatMap((name) => CODINGS[name] ?? []);
  return codings.length <= MAX_CODINGS ? codings : undefined;
}

/** True if a body can be read without knowing its codings: it is text, or a file that shows how it is compressed. */
export function isReadable(raw: Uint8Array): boolean {
  return startsAsMarkup(raw) || isText(raw) || codingShownBy(raw) !== undefined;
}

/** The coding that the first bytes show; no feed begins with them. */
function codingShownBy(start: Uint8Array): Coding | undefined {
  const [first, second, third, fourth] = start;
  if (first === 0x1f && second === 0x8b && third === 0x08) return 'gzip';
  const isZstd = first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd;
  return isZstd ? CODINGS['zstd'] : undefined;
}

const SHOWN_BYTES = 512;

/** A byte order mark of UTF-16, or `<` or a bracket of JSON, followed only by text. */
function startsAsMarkup(start: Uint8Array): boolean {
  const text = bodyStart(start, SHOWN_BYTES);
  if (/^(?:\u00ff\u00fe[<{[\s]\0|\u00fe\u00ff\0[<{[\s]|<\0[!?a-z]\0|\0<\0[!?a-z])/i.test(text)) return true;
  return /^(?:\u00ef\u00bb\u00bf)?\s*(?:<[!?/a-z]|[{[][\s"{\]}])/i.test(text) && !CONTROLS.test(text);
}

const CONTROLS = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

/** Compressed data of this length has control characters. */
function isText(bytes: Uint8Array): boolean {
  return bytes.length >= 64 && !CONTROLS.test(bodyStart(bytes, SHOWN_BYTES));
}

/**
 * The codings that the bytes really have: a label on text is ignored; a file whose first bytes show another coding
 * than its only label has that coding; a `gzip` label on other data that is not gzip is ignored.
 */
function realCodings(codings: readonly Coding[], start: Uint8Array): readonly Coding[] {
  if (codings.length > 0 && startsAsMarkup(start)) return [];
  const shown = codingShownBy(start);
  if (codings.length === 0) return shown === undefined ? [] : [shown];
  if (codings.length > 1) return codings;
  return shown === undefined ? codings.filter((coding) => coding !== 'gzip' || isGzip(start)) : [shown];
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** @param limitBytes  maximum size of the inflated body */
export function inflate(raw: Buffer, declared: readonly Coding[], limitBytes: number): Inflated | Promise<Inflated> {
  const codings = realCodings(declared, raw);
  if (codings.length === 0) return raw.length > limitBytes ? { kind: 'too-large' } : { kind: 'body', body: raw };
  // An empty body is valid with any label.
  if (raw.length === 0) return { kind: 'body', body: raw };
  if (raw.length <= AT_ONCE_BYTES) {
    const atOnceLimit = Math.min(limitBytes, AT_ONCE_INFLATED_BYTES);
    const inflated = inflateAtOnce(raw, codings, atOnceLimit);
    if (inflated.kind === 'corrupt' && isText(raw)) return { kind: 'body', body: raw };
    if (inflated.kind !== 'too-large' || atOnceLimit === limitBytes) return inflated;
  }
  return new Promise((resolve) => {
    const inflation = startInflation(declared, limitBytes, raw, resolve, () => undefined);
    inflation.end();
  });
}

/**
 * Inflates a gzip file that `inflate` returned, which is therefore within the limit.
 *
 * @throws Error (zlib's) for any other data that is not a complete gzip file
 */
export function gunzipAgain(gzip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(gzip.buffer, gzip.byteOffset, gzip.byteLength);
  return decodeSync(bytes, 'gzip', AT_ONCE_INFLATED_BYTES, false);
}

/** The readable beginning of a body, to examine error pages; damaged data only gives a shorter text. */
export function inflateStart(raw: Buffer, declared: readonly Coding[], limitBytes: number): Uint8Array {
  const codings = realCodings(declared, raw);
  if (codings.length === 0) return raw.subarray(0, limitBytes);
  const inflated = inflateAtOnce(raw, codings, limitBytes, true);
  return inflated.kind === 'body' ? inflated.body : Buffer.alloc(0);
}

function inflateAtOnce(raw: Buffer, codings: readonly Coding[], limitBytes: number, partial = false): Inflated {
  let data = raw;
  const left = [...codings];
  const removed: Coding[] = [];
  try {
    for (let coding = left.pop(); coding !== undefined; coding = left.pop()) {
      data = decodeSync(data, coding, limitBytes, partial);
      removed.push(coding);
      // Fewer layers than the label names, or more.
      if (startsAsMarkup(data)) break;
      if (left.length === 0 && isGzip(data) && removed.length < MAX_CODINGS) left.push('gzip');
    }
  } catch (error) {
    const found = fault(error);
    if (found.kind !== 'cut-off' || partial || removed.length > 0 || codings.length !== 1) return found;
    const start = inflateAtOnce(raw, codings, limitBytes, true);
    return start.kind === 'body' ? { kind: 'cut-off', start: start.body } : found;
  }
  if (isGzip(data)) return { kind: 'corrupt', detail: `it is compressed more than ${MAX_CODINGS} times` };
  return { kind: 'body', body: data, ...(removed.length === 1 && removed[0] === 'gzip' && { gzip: raw }) };
}

function decodeSync(data: Buffer, coding: Coding, maxOutputLength: number, partial: boolean): Buffer {
  const flush = partial ? { finishFlush: zlib.constants.Z_SYNC_FLUSH } : {};
  switch (coding) {
    case 'gzip':
      return gunzip(data, { maxOutputLength, chunkSize: chunkSize(data, maxOutputLength), ...flush });
    case 'deflate':
      return isZlib(data)
        ? zlib.inflateSync(data, { maxOutputLength, ...flush })
        : zlib.inflateRawSync(data, { maxOutputLength, ...flush });
    case 'br':
      return zlib.brotliDecompressSync(data, {
        maxOutputLength,
        ...(partial && { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
      });
    case 'zstd':
      if (zstd.zstdDecompressSync === undefined) throw new Error('zstd was not offered');
      return zstd.zstdDecompressSync(data, { maxOutputLength });
  }
}

/** A gzip file followed by other bytes (a line feed is enough to make zlib fail), or without its last 8 bytes, is accepted. */
function gunzip(data: Buffer, options: zlib.ZlibOptions & { readonly maxOutputLength: number }): Buffer {
  try {
    return zlib.gunzipSync(data, options);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    if (!/unexpected end of file|incorrect header check/.test(message)) throw error;
    const start = gzipHeaderLength(data);
    const { maxOutputLength } = options;
    // With `info`, zlib also returns the engine, which knows how much it has read; its types do not say so.
    const { buffer, engine: read } = zlib.inflateRawSync(data.subarray(start), {
      maxOutputLength,
      info: true,
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    const rest = start + read.bytesWritten + 8;
    if (data[rest] === 0x1f && data[rest + 1] === 0x8b) throw error;
    return buffer;
  }
}

/** Offset of the compressed data (RFC 1952 §2.3). */
function gzipHeaderLength(data: Uint8Array): number {
  const flags = data[3] ?? 0;
  let at = 10;
  if ((flags & 0x04) !== 0) at += 2 + ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8));
  for (const flag of [0x08, 0x10]) if ((flags & flag) !== 0) at = data.indexOf(0, at) + 1;
  return (flags & 0x02) !== 0 ? at + 2 : at;
}

/** The size stated in gzip's last four bytes, if it is possible, so that one buffer is enough. */
function chunkSize(data: Buffer, maxOutputLength: number): number {
  const promised = data.length >= 18 ? data.readUInt32LE(data.length - 4) : 0;
  const believable = promised <= maxOutputLength && promised <= data.length * 1032;
  return believable ? Math.max(16 * 1024, promised + 1) : 64 * 1024;
}

/** `deflate` means zlib (RFC 9110 §8.4.1.2), but some servers send the raw stream. */
function isZlib(data: Uint8Array): boolean {
  const [first = 0, second = 0] = data;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

export interface Inflation {
  /** False: the buffer is full; `onDrain` is called when writing can continue. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  destroy(): void;
}

/**
 * Inflates while bytes arrive and stops at the limit.
 *
 * @param start   bytes received so far, at least the first ones
 * @param onDone  called once, with the result
 */
export function startInflation(
  declared: readonly Coding[],
  limitBytes: number,
  start: Uint8Array,
  onDone: (inflated: Inflated) => void,
  onDrain: () => void,
): Inflation {
  const codings = realCodings(declared, start);
  const stages = codings.map((coding) => decodeStream(coding, start)).reverse();
  const [first] = stages;
  const last = stages.at(-1);
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  const finish = (inflated: Inflated): void => {
    if (over) return;
    over = true;
    for (const stage of stages) stage.destroy();
    onDone(inflated);
  };
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limitBytes) finish({ kind: 'too-large' });
    else chunks.push(chunk);
  };
  const done = (): void => {
    finish({ kind: 'body', body: Buffer.concat(chunks, size) });
  };
  for (const [index, stage] of stages.entries()) {
    stage.on('error', (error) => {
      finish(fault(error));
    });
    const next = stages[index + 1];
    if (next !== undefined) stage.pipe(next);
  }
  last?.on('data', take).on('end', done);
  first?.on('drain', onDrain);
  const write = (chunk: Uint8Array): boolean => {
    if (over) return true;
    if (first !== undefined) return first.write(chunk);
    take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return true;
  };
  write(start);
  return {
    write,
    end: () => {
      if (over) return;
      if (first === undefined) done();
      else first.end();
    },
    destroy: () => {
      over = true;
      for (const stage of stages) stage.destroy();
    },
  };
}

function decodeStream(coding: Coding, start: Uint8Array): Transform {
  switch (coding) {
    case 'gzip':
      return zlib.createGunzip();
    case 'deflate':
      return isZlib(start) ? zlib.createInflate() : zlib.createInflateRaw();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
      if (zstd.createZstdDecompress === undefined) throw new Error('zstd was not offered');
      return zstd.createZstdDecompress();
  }
}

function fault(error: unknown): Inflated {
  const code = codeOf(error);
  if (code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too-large' };
  if (code === 'Z_BUF_ERROR') return { kind: 'cut-off', start: new Uint8Array() };
  return { kind: 'corrupt', detail: error instanceof Error ? error.message : String(error) };
}
