/** How is an export written to a file, and how is a file checked? */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { codeOf } from '../../model/errors.ts';
import {
  endLine,
  type ExportHeader,
  FORMAT,
  headerLine,
  type KeyRecord,
  readHeader,
  readLine,
  recordLine,
} from './record.ts';

/** Lines are passed on in blocks of this size. */
const CHUNK_CHARS = 64 * 1024;
/** Longer than any line of an export. */
const LONGEST_LINE_BYTES = 256 * 1024 * 1024;
/** A fast level, which saves nine tenths of what slow levels save. */
const GZIP_LEVEL = 4;

/** The file cannot be read as an export. The message says why and what to do. */
export class ExportFileError extends Error {
  override readonly name = 'ExportFileError';
}

/**
 * Writes an export, compressed: with zstd if the name ends with `.zst`, else with gzip. The file gets its name only
 * once it is complete.
 *
 * @param path  `-` for standard output
 * @returns     number of records
 */
export async function writeExport(
  path: string,
  header: Omit<ExportHeader, 'format'>,
  records: AsyncIterable<KeyRecord>,
  onWritten: (count: number) => void,
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    const hash = createHash('sha256');
    let chunk = headerLine({ format: FORMAT, ...header });
    for await (const record of records) {
      chunk += recordLine(record);
      count += 1;
      if (chunk.length < CHUNK_CHARS) continue;
      hash.update(chunk);
      yield chunk;
      chunk = '';
      onWritten(count);
    }
    hash.update(chunk);
    yield chunk + endLine({ records: count, sha256: hash.digest('hex') });
  }

  const compress = path.endsWith('.zst') ? zstd('createZstdCompress', path) : zlib.createGzip({ level: GZIP_LEVEL });
  if (path === '-') {
    await pipeline(Readable.from(lines()), compress, process.stdout, { end: false });
    return count;
  }
  const part = `${path}.part`;
  try {
    // It contains secrets: addresses with tokens, and the keys of WebSub signatures.
    await pipeline(Readable.from(lines()), compress, createWriteStream(part, { mode: 0o600 }));
    await flushed(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return count;
}

async function flushed(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

export interface ExportReader {
  readonly header: ExportHeader;
  /**
   * To be read once, to the end. @throws ExportFileError if the file is damaged or incomplete, at its end at the latest
   */
  readonly records: AsyncIterable<KeyRecord>;
}

/**
 * Opens an export, compressed with gzip, with zstd or not at all.
 *
 * @throws ExportFileError if it is not an export, or one of a newer Feedmill
 */
export async function readExport(path: string): Promise<ExportReader> {
  const lines = linesOf(path);
  const first = await lines.next();
  const header = first.done === true ? undefined : readHeader(first.value.toString());
  if (first.done === true || header === undefined) {
    throw new ExportFileError(`${path} is not a file that feedmill export wrote`);
  }
  if (header.format > FORMAT) {
    throw new ExportFileError(
      `${path} has format ${header.format} of Feedmill ${header.version}, and this one reads format ${FORMAT}: ` +
        'install that version or a newer one',
    );
  }
  return { header, records: checked(first.value) };

  async function* checked(headerBytes: Buffer): AsyncGenerator<KeyRecord> {
    const hash = createHash('sha256').update(headerBytes).update('\n');
    let count = 0;
    for await (const line of lines) {
      const found = readLine(line.toString());
      if (found === undefined) throw damaged(path, `line ${count + 2} cannot be read`);
      if (!('name' in found)) {
        if (found.records !== count || found.sha256 !== hash.digest('hex')) throw damaged(path, 'its checksum differs');
        return;
      }
      hash.update(line).update('\n');
      count += 1;
      yield found;
    }
    throw damaged(path, `it ends after ${count} records`);
  }
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of inflated(path)) {
    let from = 0;
    for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, to)]);
      rest = [];
      held = 0;
      from = to + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > LONGEST_LINE_BYTES) throw damaged(path, 'a line has no end');
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

async function* inflated(path: string): AsyncGenerator<Buffer> {
  const inflate = inflaterOf(await firstBytes(path), path);
  const file = createReadStream(path);
  try {
    if (inflate === undefined) {
      // Without an encoding, a file is read as buffers.
      yield* file as AsyncIterable<Buffer>;
      return;
    }
    // An error of the file becomes one of the stream that reads from it.
    file.on('error', (error) => inflate.destroy(error));
    yield* file.pipe(inflate) as AsyncIterable<Buffer>;
  } catch (error) {
    if (/^(?:Z_|ZSTD_)/u.test(codeOf(error)))
      throw damaged(path, error instanceof Error ? error.message : codeOf(error));
    throw error;
  } finally {
    file.destroy();
    inflate?.destroy();
  }
}

const GZIP = Buffer.from('1f8b', 'hex');
const ZSTD = Buffer.from('28b52ffd', 'hex');

function inflaterOf(magic: Buffer, path: string): Transform | undefined {
  if (magic.subarray(0, GZIP.length).equals(GZIP)) return zlib.createGunzip();
  return magic.equals(ZSTD) ? zstd('createZstdDecompress', path) : undefined;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  const { buffer, bytesRead } = await file
    .read(Buffer.alloc(ZSTD.length), 0, ZSTD.length, 0)
    .finally(() => file.close());
  return buffer.subarray(0, bytesRead);
}

/** Node.js 22.15 and newer have zstd; the types are those of the oldest version that we run on. */
function zstd(name: 'createZstdCompress' | 'createZstdDecompress', path: string): Transform {
  const make = (zlib as { readonly [other: string]: unknown })[name];
  if (typeof make === 'function') return (make as () => Transform)();
  throw new ExportFileError(
    `${path}: Node.js ${process.version} has no zstd; use gzip, with a name that ends with .gz`,
  );
}

function damaged(path: string, why: string): ExportFileError {
  return new ExportFileError(`${path} is damaged or incomplete (${why}); use another copy of it`);
}
