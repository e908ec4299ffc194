/** Which date does an entry or feed state, in the first field that has one? */
import { parseDate } from '../../syntax/date/parse.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { ReadContext } from './context.ts';
import { firstOf } from './elements.ts';

/** Epoch ms. A value that is not a date becomes an issue, and the next field is read. */
export function dateOf(parent: XmlElement, names: readonly string[], context: ReadContext): number | undefined {
  return firstOf(parent, names, (field) => readDate(field.text, context));
}

export function readDate(written: string, { dates, issues }: ReadContext): number | undefined {
  const text = written.trim();
  if (text === '') return undefined;
  const date = parseDate(text, dates);
  if (date === undefined || isPlaceholder(date)) {
    issues.note('bad-date', `"${text.slice(0, 60)}" is not a date.`);
    return undefined;
  }
  return date;
}

const YEAR_2_MS = Date.parse('0002-01-01T00:00:00Z');

/** Values that programs write if they know no date: Unix time 0, or the first day of the calendar. */
function isPlaceholder(date: number): boolean {
  return date === 0 || date < YEAR_2_MS;
}
