/** When was it, by the first of several fields that holds a date? */
import { parseDate } from '../../syntax/date/parse.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { ReadContext } from './context.ts';
import { firstOf } from './elements.ts';

/** Epoch ms; what is no date is an issue, and the next field is asked. */
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

/** What programs write where they know no date: nought in Unix time, or the beginning of the calendar. */
function isPlaceholder(date: number): boolean {
  return date === 0 || date < YEAR_2_MS;
}
