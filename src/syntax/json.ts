/** Which value does a nearly valid JSON document contain? (RFC 8259, and common deviations.) */

export interface JsonIssue {
  readonly code: string;
  readonly message: string;
}

export type JsonDocument =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly issues: readonly JsonIssue[];
      /** The error of a strict parser for a document that is cut off or damaged. */
      readonly error?: string;
    }
  /** No value begins at all. */
  | { readonly kind: 'malformed'; readonly message: string };

/** An integer that may not fit into a double: `JSON.parse` would round it. */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}/;

/**
 * Reads JSON. Integers beyond 2^53 become strings of their digits. Deviations that servers send are accepted, with an
 * issue each: control characters in strings, commas before a closing bracket, text after the end, and a document that
 * is cut off or damaged: then all complete values before that place are kept, and an incomplete object is left out of
 * its array.
 *
 * Time is linear in the text. Values nested deeper than `maxDepth` are null.
 */
export function readJson(text: string, maxDepth: number): JsonDocument {
  let strictError = '';
  try {
    const value: unknown = JSON.parse(text);
    if (!LONG_INTEGER.test(text)) return { kind: 'value', value, issues: [] };
  } catch (error) {
    strictError = error instanceof Error ? error.message : String(error);
  }
  const reader = lenientReader(text, maxDepth);
  const { value, isWhole } = reader.read();
  if (value === undefined) return { kind: 'malformed', message: strictError };
  const issues = reader.issues();
  // No deviation was found: only a long integer required this parser.
  return {
    kind: 'value',
    value,
    issues: isWhole && strictError === '' ? [] : issues,
    ...(!isWhole && { error: strictError }),
  };
}

interface Read {
  /** Undefined if no value begins here. */
  readonly value: unknown;
  readonly isWhole: boolean;
}

const NO_VALUE: Read = { value: undefined, isWhole: false };

const MESSAGES = {
  'json-control-character': 'Strings contain control characters that JSON requires to be escaped.',
  'json-escape': 'Strings contain backslashes before characters that JSON does not escape.',
  'json-comma': 'There is a comma before a closing bracket.',
  'json-after-end': 'There is text after the end of the document; it was ignored.',
  'json-cut-off': 'The document is cut off or damaged; only complete values before that place were read.',
  'json-damaged': 'The document is not valid JSON; it was read as far as possible.',
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** White space, byte order marks and zeros. */
const isBlank = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || code === 0xfeff || code === 0xa0 || code === 0;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const NO_BRACKET = /[^"[\]{}]*/y;
const STRING_PART = /[^"\\\0-\x1f]*/y;

function lenientReader(text: string, maxDepth: number) {
  let at = 0;
  const found = new Set<keyof typeof MESSAGES>();

  function skipBlanks(): void {
    while (at < text.length && isBlank(text.charCodeAt(at))) at += 1;
  }

  function readValue(depth: number): Read {
    skipBlanks();
    const mark = text[at];
    if ((mark === '{' || mark === '[') && depth > maxDepth) return skipNested();
    if (mark === '{') return readObject(depth);
    if (mark === '[') return readArray(depth);
    if (mark === '"') return readString();
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word !== undefined) {
      at += word.length;
      return { value: word === 'null' ? null : word === 'true', isWhole: true };
    }
    NUMBER.lastIndex = at;
    const digits = NUMBER.exec(text)?.[0];
    if (digits === undefined) return NO_VALUE;
    at += digits.length;
    // What follows may be the rest of the number, cut off.
    return { value: numberOf(digits), isWhole: at < text.length && !/[\w.+-]/.test(text[at] ?? '') };
  }

  /** Passes over an array or object without going into it, so that no nesting is too deep. */
  function skipNested(): Read {
    let open = 0;
    while (at < text.length) {
      NO_BRACKET.lastIndex = at;
      at += NO_BRACKET.exec(text)?.[0].length ?? 0;
      const mark = text[at];
      if (mark === '"') {
        readString();
        continue;
      }
      if (mark === '[' || mark === '{') open += 1;
      else if (mark !== undefined) open -= 1;
      at += 1;
      if (open === 0) return { value: null, isWhole: at <= text.length };
    }
    return { value: null, isWhole: false };
  }

  function readString(): Read {
    at += 1;
    let value = '';
    for (;;) {
      STRING_PART.lastIndex = at;
      const part = STRING_PART.exec(text)?.[0] ?? '';
      value += part;
      at += part.length;
      const mark = text[at];
      if (mark === undefined) return { value, isWhole: false };
      at += 1;
      if (mark === '"') return { value, isWhole: true };
      if (mark === '\\') value += readEscape();
      else {
        found.add('json-control-character');
        value += mark;
      }
    }
  }

  function readEscape(): string {
    const mark = text[at] ?? '';
    at += 1;
    const known = ESCAPES[mark];
    if (known !== undefined) return known;
    const digits = mark === 'u' ? /^[\da-fA-F]{4}/.exec(text.slice(at, at + 4))?.[0] : undefined;
    if (digits === undefined) {
      found.add('json-escape');
      return mark;
    }
    at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  function readArray(depth: number): Read {
    at += 1;
    const value: unknown[] = [];
    for (;;) {
      if (closes(']')) return { value, isWhole: true };
      const { value: element, isWhole } = readValue(depth + 1);
      if (!isWhole) return { value, isWhole: false };
      value.push(element);
      if (!separated(']')) return { value, isWhole: false };
    }
  }

  function readObject(depth: number): Read {
    at += 1;
    const value: Record<string, unknown> = {};
    for (;;) {
      if (closes('}')) return { value, isWhole: true };
      skipBlanks();
      if (text[at] !== '"') return { value, isWhole: false };
      const key = readString();
      skipBlanks();
      if (!key.isWhole || text[at] !== ':') return { value, isWhole: false };
      at += 1;
      const { value: member, isWhole } = readValue(depth + 1);
      // If a member is incomplete, an array or object in it may still have complete parts.
      if (isWhole || typeof member === 'object') define(value, String(key.value), member);
      if (!isWhole || !separated('}')) return { value, isWhole: false };
    }
  }

  function closes(bracket: string): boolean {
    skipBlanks();
    if (text[at] !== bracket) return false;
    at += 1;
    return true;
  }

  /** Whether another member follows, or the bracket; a comma before the bracket is accepted. */
  function separated(bracket: string): boolean {
    skipBlanks();
    if (text[at] === bracket) return true;
    if (text[at] !== ',') return false;
    while (text[at] === ',') {
      at += 1;
      skipBlanks();
    }
    if (text[at] === bracket) found.add('json-comma');
    return true;
  }

  return {
    read(): Read {
      const read = readValue(1);
      if (read.value === undefined) return read;
      if (!read.isWhole) found.add('json-cut-off');
      skipBlanks();
      if (read.isWhole && at < text.length) found.add('json-after-end');
      return read;
    },
    /** At least one, of what a strict reader refuses. */
    issues(): readonly JsonIssue[] {
      const codes: readonly (keyof typeof MESSAGES)[] = found.size > 0 ? [...found] : ['json-damaged'];
      return codes.map((code) => ({ code, message: MESSAGES[code] }));
    },
  };
}

/** `__proto__` is a key like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function numberOf(digits: string): number | string {
  const value = Number(digits);
  if (!/^-?\d+$/.test(digits) || Number.isSafeInteger(value)) return value;
  return Number.isFinite(value) && BigInt(value).toString() === digits ? value : digits;
}
