/** Which time does an HTTP date name? */

const MONTHS: Readonly<Record<string, number>> = {
  jan: 0,
  feb: 1,
  mar: 2,
  apr: 3,
  may: 4,
  jun: 5,
  jul: 6,
  aug: 7,
  sep: 8,
  oct: 9,
  nov: 10,
  dec: 11,
};

// The three forms of RFC 9110 §5.6.7. The weekday is not checked: the date is clear without it.
const IMF = /^[a-z]{3}, *(\d{1,2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|Z|[+-]0000)$/i;
const RFC_850 = /^[a-z]{6,9}, *(\d{1,2})-([a-z]{3})-(\d{2}|\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC)$/i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/**
 * Epoch ms of an HTTP date in any of its three forms (RFC 9110 §5.6.7); `undefined` for anything else.
 * A two-digit year means 1970 to 2069.
 */
export function parseHttpDate(text: string): number | undefined {
  const value = text.trim();
  const imf = IMF.exec(value) ?? RFC_850.exec(value);
  if (imf) return utc(imf[3], imf[2], imf[1], imf[4], imf[5], imf[6]);
  const asctime = ASCTIME.exec(value);
  return asctime ? utc(asctime[6], asctime[1], asctime[2], asctime[3], asctime[4], asctime[5]) : undefined;
}

type Part = string | undefined;

function utc(year: Part, month: Part, day: Part, hour: Part, minute: Part, second: Part): number | undefined {
  const monthIndex = MONTHS[(month ?? '').toLowerCase()];
  if (monthIndex === undefined) return undefined;
  const [y, d, h, m, s] = [Number(year), Number(day), Number(hour), Number(minute), Number(second)];
  const fullYear = y >= 100 ? y : y < 70 ? 2000 + y : 1900 + y;
  if (d < 1 || d > 31 || h > 23 || m > 59 || s > 60) return undefined;
  return Date.UTC(fullYear, monthIndex, d, h, m, s);
}
