/** Which kinds of values does the config have, how are they written, and what do messages say is allowed? */
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { BYTE_SIZE_PATTERN, parseByteSize } from '../syntax/byte-size.ts';
import { isTimezone } from '../syntax/date/time-zone.ts';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../syntax/duration.ts';
import { unknownFieldFault } from '../syntax/text/template.ts';
import { isWebAddress } from '../syntax/url/web-address.ts';

// Every message continues after "is …, ": `is "5 min", must be a duration such as 30s, 15m, 6h or 7d`.

/** A mapping with these keys and no others. Its message for an unknown key is the list of the known ones. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? allowed : `must be a mapping with the keys ${allowed}`),
  });
}

export function listOf<Item extends z.ZodType>(item: Item, example: string) {
  return z.array(item, { error: `must be a list, such as ${example}` });
}

export function text(example?: string) {
  const error = `must be text${example === undefined ? '' : ` such as ${example}`}; put quotes around a number`;
  return z.string({ error }).regex(/\S/, { error });
}

/** Text of one line for an HTTP header: a value must not smuggle in a second header. */
export function headerValue() {
  const error = 'must be text of one line, without control characters';
  return z.string({ error }).regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error });
}

/** Text in which `{name}` stands for a field of a post. */
export function template(fields: readonly string[], example: string) {
  return text(example).check(({ value, issues }) => {
    const message = unknownFieldFault(value, fields);
    if (message !== undefined) issues.push({ code: 'custom', input: value, message });
  });
}

/** ms. */
export function duration(minMs = 0) {
  const error =
    'must be a duration such as 30s, 15m, 6h or 7d' + (minMs === 0 ? '' : `, at least ${formatDuration(minMs)}`);
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error })
    .transform((written, context) => {
      const durationMs = parseDuration(written);
      if (durationMs !== undefined && durationMs >= minMs) return durationMs;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    });
}

/** Bytes. */
export function byteSize(minBytes = 1) {
  const error = 'must be a size such as 512KB or 10MB';
  return z
    .string({ error })
    .regex(BYTE_SIZE_PATTERN, { error })
    .transform((written, context) => {
      const bytes = parseByteSize(written);
      if (bytes !== undefined && bytes >= minBytes) return bytes;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    });
}

/** The value of a variable is text; digits count as a number if a number is expected. */
function asNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function asBoolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(asNumber, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** 0 to 1. */
export function share() {
  const error = 'must be a number from 0 to 1, such as 0.4';
  return z.preprocess(asNumber, z.number({ error }).min(0, { error }).max(1, { error }));
}

export function yesOrNo() {
  return z.preprocess(asBoolean, z.boolean({ error: 'must be true or false' }));
}

export function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** Absolute http(s) address without user name and password. The address is kept as it was written. */
export function webAddress(example: string) {
  const error = `must be an http:// or https:// address such as ${example}`;
  return z.string({ error }).check((context) => {
    const fault = addressFault(context.value, error);
    if (fault !== undefined) context.issues.push({ code: 'custom', input: context.value, message: fault });
  });
}

function addressFault(written: string, error: string): string | undefined {
  if (!isWebAddress(written)) return error;
  if (/\s/.test(written)) return 'must be an address without spaces';
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user name or password; for a source they belong under auth: { username, password }';
  }
  return undefined;
}

/** Address of a proxy; it may contain a user name and password. */
export function proxyAddress() {
  const error = 'must be an http://, https://, socks5:// or socks5h:// address such as http://proxy.example.org:3128';
  return z
    .string({ error })
    .refine((text) => /^(?:https?|socks5h?):\/\/[^/]/iu.test(text) && URL.canParse(text), { error });
}

/** SHA-256 of a public key, as in RFC 7469 §2.4 and in curl's `--pinnedpubkey`, which writes two slashes. */
export function keyPin() {
  const error = 'must be sha256/ and the base64 of the SHA-256 of the public key, 44 characters';
  return z
    .string({ error })
    .regex(/^sha256\/\/?[A-Za-z0-9+/]{43}=$/u, { error })
    .transform((pin) => pin.replace('//', '/'));
}

/** IANA name that Node.js knows. */
export function timezone() {
  const error = 'must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC';
  return z.string({ error }).refine(isTimezone, { error });
}

/** BCP 47. */
export function languageTag() {
  const error = 'must be a language tag (BCP 47) such as zh-CN, en or pt-BR';
  return z.string({ error }).refine(isLanguageTag, { error });
}

function isLanguageTag(tag: string): boolean {
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag)) return false;
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** One address, or a range in CIDR form; a single address becomes a range of one. */
export function network() {
  const error = 'must be an IP address or a network in CIDR form such as 127.0.0.0/8 or fd00::/8';
  return z.string({ error }).transform((written, context) => {
    if (isPlainAddress(written) && ipaddr.isValidCIDR(written)) return written;
    if (isPlainAddress(written) && ipaddr.isValid(written)) {
      return `${written}/${ipaddr.parse(written).kind() === 'ipv6' ? 128 : 32}`;
    }
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

/** Without the octal, hexadecimal and shortened spellings that ipaddr.js also accepts. */
function isPlainAddress(written: string): boolean {
  return /:/.test(written) || /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}(\/\d{1,2})?$/.test(written);
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Parts of published addresses: ids of sources, slugs of categories. */
export function name() {
  const error = 'must be 1 to 64 letters (a-z), digits, - or _, starting with a letter or digit';
  return z.string({ error }).regex(NAME_PATTERN, { error });
}
