/** How are bytes of a known charset decoded, and how many sequences were invalid? */
import iconv from 'iconv-lite';
import { ebcdicTable } from './ebcdic.ts';

export interface Decoded {
  readonly text: string;
  /** Number of invalid byte sequences; each became one U+FFFD. */
  readonly undecodable: number;
}

type Decoder = (bytes: Buffer) => Decoded;

const REPLACEMENT = 0xfffd;

/** Charsets that have another name in iconv-lite. */
const ICONV_NAMES: Readonly<Record<string, string>> = {
  macintosh: 'macroman',
  'x-mac-cyrillic': 'macukraine',
  'koi8-t': 'koi8t',
};

/** Bytes that the Encoding Standard maps differently from iconv-lite's older tables: byte and code unit. */
const NEWER: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  macintosh: [
    [0xbd, 0x03a9],
    [0xdb, 0x20ac],
    [0xf0, 0xf8ff],
  ],
  'x-mac-cyrillic': [[0xff, 0x20ac]],
};

const DOUBLE_BYTE: ReadonlySet<string> = new Set(['gb18030', 'big5', 'euc-kr', 'shift_jis', 'euc-jp']);

const decoders = new Map<string, Decoder>();

/** @param name  canonical, as returned by `charsetOfLabel` */
export function decodeAs(bytes: Buffer, name: string): Decoded {
  let decoder = decoders.get(name);
  if (decoder === undefined) {
    decoder = makeDecoder(name);
    decoders.set(name, decoder);
  }
  return decoder(bytes);
}

function makeDecoder(name: string): Decoder {
  switch (name) {
    case 'utf-8':
      return (bytes) => counted(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    case 'utf-16le':
      return (bytes) => ({
        text: bytes.toString('utf16le').toWellFormed(),
        undecodable: bytes.length % 2,
      });
    case 'utf-16be':
      return (bytes) => ({
        text: Buffer.from(bytes.subarray(0, bytes.length & ~1))
          .swap16()
          .toString('utf16le')
          .toWellFormed(),
        undecodable: bytes.length % 2,
      });
    case 'utf-32le':
    case 'utf-32be':
    case 'utf-7':
      return (bytes) => counted(iconv.decode(bytes, name, { stripBOM: false }).toWellFormed());
    case 'iso-2022-jp':
      return (bytes) => counted(new TextDecoder('iso-2022-jp').decode(bytes));
    case 'iso-2022-kr':
      return (bytes) => decodeAs(unfoldShifts(bytes), 'euc-kr');
    case 'hz-gb-2312':
      return (bytes) => decodeAs(unfoldHz(bytes), 'gb18030');
    default: {
      if (DOUBLE_BYTE.has(name)) {
        const table = doubleByteTable(name);
        return (bytes) => decodeDoubleByte(bytes, table, name);
      }
      if (name === 'windows-1252') return decodeWindows1252;
      const table = singleByteTable(name);
      return (bytes) => decodeSingleByte(bytes, table);
    }
  }
}

function counted(text: string): Decoded {
  let undecodable = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) undecodable++;
  return { text, undecodable };
}

const singleByteTables = new Map<string, Uint16Array>();

/** 256 code units; U+FFFD for unassigned bytes. */
export function singleByteTable(name: string): Uint16Array {
  const known = singleByteTables.get(name);
  if (known !== undefined) return known;
  const table = ebcdicTable(name) ?? new Uint16Array(256);
  if (table[0x40] === 0) {
    const high = iconv.decode(
      Buffer.from(Array.from({ length: 128 }, (_, byte) => byte + 128)),
      ICONV_NAMES[name] ?? name,
    );
    for (let byte = 0; byte < 128; byte++) {
      table[byte] = byte;
      const unit = high.charCodeAt(byte);
      // The Encoding Standard maps unassigned bytes of the windows code pages below 0xA0 to C1 controls.
      table[byte + 128] = unit === REPLACEMENT && byte < 32 && name.startsWith('windows-') ? byte + 128 : unit;
    }
  }
  for (const [byte, unit] of NEWER[name] ?? []) table[byte] = unit;
  singleByteTables.set(name, table);
  return table;
}

/** Latin-1 except for the bytes 80 to 9F, which are rare in most documents. (Node 20's own decoder does not map them.) */
function decodeWindows1252(bytes: Buffer): Decoded {
  const table = singleByteTable('windows-1252');
  const text = bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (control) => String.fromCharCode(table[control.charCodeAt(0)] ?? REPLACEMENT));
  return { text, undecodable: 0 };
}

function decodeSingleByte(bytes: Buffer, table: Uint16Array): Decoded {
  const units = new Uint16Array(bytes.length);
  let undecodable = 0;
  for (let at = 0; at < bytes.length; at++) {
    // Both reads are within bounds: `at` by the loop, and the table has 256 entries.
    const unit = table[bytes[at]!]!; // eslint-disable-line @typescript-eslint/no-non-null-assertion
    units[at] = unit;
    if (unit === REPLACEMENT) undecodable++;
  }
  return { text: unitsToText(units, units.length), undecodable };
}

function unitsToText(units: Uint16Array, length: number): string {
  return Buffer.from(units.buffer, units.byteOffset, length * 2).toString('utf16le');
}

const doubleByteTables = new Map<string, Uint16Array>();

/** Code unit for each pair of bytes, at `(lead - 128) * 256 + trail`; 0 if there is none, or more than one unit. */
export function doubleByteTable(name: string): Uint16Array {
  const known = doubleByteTables.get(name);
  if (known !== undefined) return known;
  const table = new Uint16Array(128 * 256);
  // All pairs in one text, one on each line: one call instead of 24,000.
  const pairs: number[] = [];
  for (let lead = 0x80; lead < 0x100; lead++) {
    for (let trail = 0x40; trail < 0x100; trail++) pairs.push(lead, trail, 0x0a);
  }
  const lines = decodeSlowly(Buffer.from(pairs), name).split('\n');
  for (const [index, text] of lines.entries()) {
    if (text.length !== 1 || text === '\ufffd') continue;
    table[Math.floor(index / 192) * 256 + 0x40 + (index % 192)] = text.charCodeAt(0);
  }
  doubleByteTables.set(name, table);
  return table;
}

/** The platform's gb18030 is complete and loads at once; for the others only iconv-lite covers the Encoding Standard. */
function decodeSlowly(bytes: Buffer, name: string): string {
  if (name === 'gb18030') return new TextDecoder('gb18030').decode(bytes);
  return iconv.decode(bytes, name === 'big5' ? 'big5hkscs' : name);
}

function decodeDoubleByte(bytes: Buffer, table: Uint16Array, name: string): Decoded {
  const length = bytes.length;
  const units = new Uint16Array(length + 1);
  let written = 0;
  let undecodable = 0;
  let at = 0;
  while (at < length) {
    // Every index below is smaller than `length`, or its value is compared as undefined.
    const lead = bytes[at]!; // eslint-disable-line @typescript-eslint/no-non-null-assertion
    if (lead < 0x80) {
      units[written++] = lead;
      at++;
      continue;
    }
    const trail = at + 1 < length ? (bytes[at + 1] ?? 0) : 0;
    const unit = table[(lead - 128) * 256 + trail] ?? 0;
    if (unit !== 0) {
      units[written++] = unit;
      at += 2;
      continue;
    }
    const rare = decodeRare(bytes, at, name);
    for (let index = 0; index < rare.text.length; index++) units[written++] = rare.text.charCodeAt(index);
    if (rare.text === '\ufffd') undecodable++;
    at += rare.length;
  }
  return { text: unitsToText(units, written), undecodable };
}

/** Decodes what the table of pairs does not contain: single bytes, longer sequences, pairs of two code units, errors. */
function decodeRare(bytes: Buffer, at: number, name: string): { readonly text: string; readonly length: number } {
  const lead = bytes[at] ?? 0;
  const trail = bytes[at + 1] ?? 0;
  if (name === 'gb18030') {
    if (lead === 0x80) return { text: '€', length: 1 };
    if (trail >= 0x30 && trail <= 0x39 && (bytes[at + 2] ?? 0) >= 0x81) {
      const text = decodeSlowly(bytes.subarray(at, at + 4), 'gb18030');
      if (!text.includes('\ufffd')) return { text, length: 4 };
    }
  } else if (name === 'shift_jis') {
    if (lead >= 0xa1 && lead <= 0xdf) return { text: String.fromCharCode(lead + 0xfec0), length: 1 };
    if (lead === 0x80) return { text: '\x80', length: 1 };
  } else if (name === 'euc-jp') {
    if (lead === 0x8f && trail >= 0xa1) {
      const text = decodeSlowly(bytes.subarray(at, at + 3), 'euc-jp');
      if (text.length === 1 && text !== '\ufffd') return { text, length: 3 };
    }
  } else if (name === 'big5') {
    const text = decodeSlowly(bytes.subarray(at, at + 2), 'big5');
    if (text.length === 2 && !text.includes('\ufffd') && trail >= 0x40) return { text, length: 2 };
  }
  // As in the Encoding Standard: an ASCII byte after an invalid lead byte is read again, so that no `<` is lost.
  return { text: '\ufffd', length: trail < 0x80 || name === 'gb18030' ? 1 : 2 };
}

/** ISO-2022-KR: SO and SI switch to and from seven-bit KS X 1001; these characters are EUC-KR with the high bit set. */
function unfoldShifts(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0e || byte === 0x0f) shifted = byte === 0x0e;
    else if (byte === 0x1b && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29) at += 3;
    else out[length++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
  }
  return out.subarray(0, length);
}

/** HZ (RFC 1843): `~{` and `~}` switch to and from seven-bit GB 2312, `~~` is a tilde, `~` before LF is nothing. */
function unfoldHz(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x7e) {
      if (byte === 0x0a) shifted = false;
      out[length++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
      continue;
    }
    const next = bytes[at + 1];
    if (next === 0x7b || next === 0x7d) shifted = next === 0x7b;
    else if (next === 0x7e) out[length++] = 0x7e;
    else if (next !== 0x0a) {
      out[length++] = 0x7e;
      continue;
    }
    at++;
  }
  return out.subarray(0, length);
}
