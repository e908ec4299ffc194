/** How are values written as YAML so that their text is never read as syntax? */

export type FrontMatterValue =
  | string
  | number
  | boolean
  | readonly string[]
  /** Written without quotes where that is safe. */
  | { readonly plain: string };

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** Characters that YAML 1.1 and 1.2 require to be escaped: controls, their line breaks, the byte order mark. */
const UNSAFE = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/gu;
/** Words only: neither a mark nor a colon with a space after it. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.+/:-]*(?: [\p{L}\p{N}+-][\p{L}\p{N}\p{M}_.+/:-]*)*$/u;
/** Texts that a YAML reader would read as another type. */
const ANOTHER_TYPE = /^(?:true|false|yes|no|on|off|y|n|null|[-+.]?\d[-+.\d_:eoxa-f]*|[-+]?\.(?:nan|inf))$/iu;
const KEY = /^[A-Za-z_][\w-]*$/u;

/** A front matter block, its closing line included. */
export function frontMatter(fields: Readonly<Record<string, FrontMatterValue>>): string {
  const lines = Object.entries(fields).map(
    ([key, value]) => `${KEY.test(key) ? key : quoted(key)}: ${written(value)}\n`,
  );
  return `---\n${lines.join('')}---\n`;
}

/** Words in one line, as Jekyll accepts them; a list if a word contains a space or looks like a number. */
export function inlineWords(words: readonly string[]): FrontMatterValue {
  return words.every((word) => PLAIN.test(word) && !/[\s:]/u.test(word)) && !ANOTHER_TYPE.test(words.join(' '))
    ? { plain: words.join(' ') }
    : words;
}

function written(value: FrontMatterValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if ('plain' in value) return isDate(value.plain) || isPlain(value.plain) ? value.plain : quoted(value.plain);
  return `[${value.map(quoted).join(', ')}]`;
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !ANOTHER_TYPE.test(text) && !/:(?: |$)/u.test(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d ?[+-]\d\d:?\d\d$/u.test(text);
}

function quoted(text: string): string {
  const escaped = text.replace(
    UNSAFE,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
