/** How often does a feed say it changes (RSS 1.0 syndication module, RSS 2.0 <ttl>, <skipHours>, <skipDays>)? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { FeedHints } from '../../../model/feed.ts';
import type { XmlElement } from '../../../syntax/xml/read.ts';
import { child } from '../elements.ts';

const PERIOD_MS = new Map([
  ['hourly', millisecondsInHour],
  ['daily', millisecondsInDay],
  ['weekly', 7 * millisecondsInDay],
  ['monthly', 30 * millisecondsInDay],
  ['yearly', 365 * millisecondsInDay],
]);
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export const NO_HINTS: FeedHints = { skipHours: [], skipDays: [] };

export function hintsOf(channel: XmlElement): FeedHints {
  const ttlMs = ttl(channel);
  const updatePeriodMs = updatePeriod(channel);
  return {
    ...(ttlMs !== undefined && { ttlMs }),
    ...(updatePeriodMs !== undefined && { updatePeriodMs }),
    skipHours: skipped(channel, 'skiphours', hour),
    skipDays: skipped(channel, 'skipdays', day),
  };
}

/** Minutes, also fractional; invalid values count as absent. */
function ttl(channel: XmlElement): number | undefined {
  const minutes = Number.parseFloat(child(channel, 'ttl')?.text ?? '');
  return Number.isFinite(minutes) && minutes > 0 ? minutes * millisecondsInMinute : undefined;
}

/** The period divided by the frequency. If one is missing, the period is an hour or the frequency 1. */
function updatePeriod(channel: XmlElement): number | undefined {
  const written = child(channel, 'sy:updateperiod')?.text.trim().toLowerCase();
  const frequency = Number.parseFloat(child(channel, 'sy:updatefrequency')?.text ?? '1');
  if (written === undefined) return undefined;
  const period = PERIOD_MS.get(written);
  if (period === undefined) return undefined;
  return Number.isFinite(frequency) && frequency > 0 ? period / frequency : period;
}

function skipped(channel: XmlElement, name: string, read: (text: string) => number | undefined): readonly number[] {
  const list = child(channel, name);
  if (list === undefined) return [];
  const found = list.children.map(({ text }) => read(text)).filter((value) => value !== undefined);
  return [...new Set(found)].sort((a, b) => a - b);
}

/** 24 means midnight in feeds that count hours from 1 (RSS 0.91). */
function hour(text: string): number | undefined {
  const value = /^\s*\d{1,2}\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 24 ? value % 24 : undefined;
}

function day(text: string): number | undefined {
  const at = DAYS.indexOf(text.trim().slice(0, 3).toLowerCase());
  return at < 0 ? undefined : at;
}
