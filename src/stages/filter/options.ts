/** Which kinds of option do several rules have? */
import * as z from 'zod';
import { isTimezone } from '../../syntax/date/time-zone.ts';
import { DURATION_PATTERN, parseDuration } from '../../syntax/duration.ts';
import { RULE_FIELDS } from '../../model/template-fields.ts';
import { unknownFieldFault } from '../../syntax/text/template.ts';

/** Schema of a single value or a list of values. */
export function oneOrMore(what: string) {
  const error = `must be text, or a list of ${what} such as [a, b]`;
  const one = z.string({ error }).min(1, { error });
  return z.union([one.transform((text) => [text]), z.array(one, { error }).min(1, { error })], { error });
}

/** Schema of a list of texts with at least one text. */
export function texts(what: string) {
  const error = `must be a list of ${what}, such as [a, b]`;
  return z
    .array(
      z.string({ error: `must be text, in a list of ${what}; quote a number` }).min(1, { error: 'must not be empty' }),
      { error },
    )
    .min(1, { error });
}

export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(
    // The value of a variable is text.
    (written) => (typeof written === 'string' && /^-?\d+$/.test(written) ? Number(written) : written),
    z.int({ error }).min(min, { error }).max(max, { error }),
  );
}

/** ms. */
export function duration() {
  const error = 'must be a duration such as 30s, 15m, 6h or 7d';
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error })
    .transform((written) => parseDuration(written) ?? 0);
}

/** IANA name that this machine knows. */
export function timezone() {
  const error = 'must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC';
  return z.string({ error }).refine(isTimezone, { error });
}

/** Text of at most 1000 characters with names of fields in braces. */
export function template(error: string) {
  return z
    .string({ error })
    .max(1000, { error })
    .check(({ value, issues }) => {
      const message = unknownFieldFault(value, RULE_FIELDS);
      if (message !== undefined) issues.push({ code: 'custom', input: value, message });
    });
}
