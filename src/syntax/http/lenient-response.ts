/** How is a response parsed that breaks the grammar of HTTP/1.1, in the way of curl and browsers? */

export interface LenientHead {
  readonly status: number;
  /** Names in lower case; each char is one byte. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Length of the head in bytes, interim responses included. */
  readonly length: number;
}

/**
 * Fields that decide where a request goes or what it contains: accepted only in the form that a strict parser accepts,
 * so that a broken response cannot lead anywhere that a correct one could not.
 */
const DECIDING = new Set(['location', 'refresh', 'set-cookie', 'link', 'content-location']);
/** Of these, the ones that must not be repeated. */
const SINGLE = new Set(['location', 'refresh']);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/;
const ALL_CONTROLS = new RegExp(CONTROLS, 'g');
const STATUS_LINE = /^(?:HTTP\/[0-9.]+|ICY)[ \t]+([1-5]\d\d)(?!\d)/i;

/**
 * Lines may end with LF alone; folded lines are joined with a space (RFC 9112 §5.2); a line that is not a field, or
 * whose name is not a token, is left out; spaces before the colon and control characters in a value are removed.
 *
 * @param bytes  from the start of the response
 * @returns      `incomplete` until the empty line has arrived
 */
export function readLenientHead(bytes: Buffer): LenientHead | 'incomplete' | 'not-http' {
  let at = 0;
  for (;;) {
    while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
    const line = bytes.subarray(at, at + 64).toString('latin1');
    const status = STATUS_LINE.exec(line)?.[1];
    if (status === undefined) return line.length < 16 && !line.includes('\n') ? 'incomplete' : 'not-http';
    const end = headEnd(bytes, at);
    if (end === undefined) return 'incomplete';
    // Interim responses come before the real one (RFC 9110 §15.2).
    if (status.startsWith('1') && status !== '101') at = end;
    else return { status: Number(status), headers: fieldsOf(bytes.subarray(at, end).toString('latin1')), length: end };
  }
}

/** Position of the body: after the first empty line. */
function headEnd(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(0x0a, from); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return undefined;
}

interface Field {
  readonly name: string;
  readonly value: string;
  /** False if a strict parser would reject it. */
  readonly strict: boolean;
}

function fieldsOf(head: string): Readonly<Record<string, string | readonly string[]>> {
  const fields: Field[] = [];
  for (const line of head.split(/\r*\n/).slice(1)) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) fields.splice(-1, 1, { ...last, value: `${last.value} ${line.trim()}`, strict: false });
    } else {
      const field = fieldIn(line);
      if (field !== undefined) fields.push(field);
    }
  }
  const values = new Map<string, string[]>();
  for (const { name, value, strict } of fields) {
    if (DECIDING.has(name) && !strict) continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const headers: [string, string | readonly string[]][] = [];
  for (const [name, given] of values) {
    const [first = '', ...others] = given;
    if (others.length === 0) headers.push([name, first]);
    else if (!SINGLE.has(name)) headers.push([name, given]);
    else if (others.every((other) => other === first)) headers.push([name, first]);
  }
  return Object.fromEntries(headers);
}

function fieldIn(line: string): Field | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const trimmed = name.trimEnd();
  if (!TOKEN.test(trimmed)) return undefined;
  const value = line.slice(colon + 1);
  const clean = value.replace(ALL_CONTROLS, '').trim();
  return { name: trimmed.toLowerCase(), value: clean, strict: name === trimmed && !CONTROLS.test(value) };
}

export type Framing =
  { readonly kind: 'chunked' } | { readonly kind: 'length'; readonly length: number } | { readonly kind: 'close' };

/**
 * How the end of the body is found. `chunked` wins over a length (RFC 9112 §6.3); `identity` is ignored; equal lengths
 * count as one; if lengths differ, the body ends with the connection.
 */
export function framingOf({ headers }: Pick<LenientHead, 'headers'>): Framing {
  const words = (name: string): string[] =>
    [headers[name] ?? []]
      .flat()
      .flatMap((value) => value.split(','))
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== '');
  if (words('transfer-encoding').at(-1) === 'chunked') return { kind: 'chunked' };
  const [length, ...others] = new Set(words('content-length'));
  const isOne = length !== undefined && others.length === 0 && /^\d{1,15}$/.test(length);
  return isOne ? { kind: 'length', length: Number(length) } : { kind: 'close' };
}

export interface Dechunker {
  /** Data of the chunks, in order. */
  write(bytes: Buffer): readonly Buffer[];
  /** `plain`: the body is not chunked at all, and everything is data. */
  readonly state: () => 'open' | 'done' | 'broken' | 'plain';
}

/** Longest line with a size. */
const MOST_SIZE_LINE = 4096;

/** Removes chunks (RFC 9112 §7.1); spaces around sizes and lines that end with LF alone are accepted. */
export function createDechunker(): Dechunker {
  let state: ReturnType<Dechunker['state']> = 'open';
  let rest: Buffer = Buffer.alloc(0);
  let missing = 0;
  let isFirst = true;

  /** Reads the line with the size; false if more bytes are needed. */
  function takeSize(): boolean {
    const end = rest.indexOf(0x0a);
    if (end === -1) {
      if (rest.length > MOST_SIZE_LINE) state = isFirst ? 'plain' : 'broken';
      return false;
    }
    const line = rest.subarray(0, end).toString('latin1').replace(/;.*/s, '').trim();
    // The rest of the line end after a chunk.
    if (line === '' && !isFirst) {
      rest = rest.subarray(end + 1);
      return true;
    }
    if (!/^[0-9a-f]{1,8}$/i.test(line)) {
      state = isFirst ? 'plain' : 'broken';
      return false;
    }
    rest = rest.subarray(end + 1);
    isFirst = false;
    missing = Number.parseInt(line, 16);
    if (missing === 0) state = 'done';
    return missing > 0;
  }

  return {
    state: () => state,
    write(bytes) {
      if (state === 'plain') return [bytes];
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const data: Buffer[] = [];
      while (state === 'open' && (missing > 0 ? rest.length > 0 : takeSize())) {
        const part = rest.subarray(0, missing);
        if (part.length === 0) continue;
        data.push(part);
        missing -= part.length;
        rest = rest.subarray(part.length);
      }
      // takeSize may have found that there are no chunks; nothing has been returned before.
      return (state as string) === 'plain' ? [rest] : data;
    },
  };
}
