/** Does a document have more new entries than its source can have written? */
import { millisecondsInDay } from 'date-fns/constants';
import type { FloodSettings } from '../../model/settings.ts';
import type { UsualState } from '../../model/source-state.ts';
import { utcDay } from '../../syntax/date/format.ts';

export interface Offer {
  /** Dates of the new entries, epoch ms; `undefined` for an entry without a date. */
  readonly newDates: readonly (number | undefined)[];
  /** Number of all entries of the document, including known ones. */
  readonly entries: number;
}

/** What earlier documents showed about the source. */
export interface History {
  /** Publishing times of the newest posts, epoch ms, newest first. */
  readonly publishedTimes: readonly number[];
  /** When a document was last read, epoch ms. */
  readonly lastSuccessAt: number | undefined;
  readonly usual: UsualState | undefined;
}

/** The usual number is computed from this many of the last documents with new entries. */
const MOST_BATCHES = 12;
/** In a short document at least this many old entries, and most of the document, are enough. */
const FEWEST_OLD = 4;
const MOST_OF_DOCUMENT = 0.6;
/** Assumed before anything is known: a post in half a day. */
const PRIOR_POSTS = 0.5;
const PRIOR_MS = millisecondsInDay / 2;

/**
 * Why the new entries of a document are held back, in a sentence for the operator; undefined if they are not. They are held
 * if most of them are older than the newest known post, or if they are many more than usual. A source without history is
 * never held.
 */
export function floodReason(offer: Offer, history: History, settings: FloodSettings, now: number): string | undefined {
  const { newDates, entries } = offer;
  const newest = history.publishedTimes[0];
  if (newest !== undefined) {
    const old = newDates.filter((date) => date !== undefined && date < newest).length;
    const enough = Math.min(settings.least, Math.max(FEWEST_OLD, Math.ceil(entries * MOST_OF_DOCUMENT)));
    if (old >= enough && 2 * old > newDates.length) {
      return `${old} of ${newDates.length} new entries are older than the newest known one, of ${utcDay(newest)}`;
    }
  }
  const usual = Math.max(1, usualNumber(history, now));
  if (newDates.length > Math.max(settings.least, settings.times * usual)) {
    return `${newDates.length} new entries in one document are more than ${settings.times} times the usual ${Math.round(usual)}`;
  }
  return undefined;
}

/** The expected number of new entries: the most in one of the last documents, or rate times the time since the last one. */
function usualNumber({ publishedTimes, lastSuccessAt, usual }: History, now: number): number {
  const oldest = publishedTimes.at(-1) ?? now;
  const perMs = (publishedTimes.length - 1 + PRIOR_POSTS) / (Math.max(0, now - oldest) + PRIOR_MS);
  const sinceThen = lastSuccessAt === undefined ? 0 : Math.max(0, now - lastSuccessAt);
  return Math.max(perMs * sinceThen, ...(usual?.batches ?? []));
}

/**
 * True if the source has a history to compare with: a document was read from this address before.
 *
 * @param url  address of the source in the config
 */
export function hasHistory({ lastSuccessAt, usual }: History, url: string): boolean {
  return lastSuccessAt !== undefined && usual?.url === url;
}

/** The usual numbers after a document of which `added` new entries became posts. */
export function nextUsual(before: UsualState | undefined, url: string, added: number): UsualState {
  if (before?.url !== url) return { url, batches: [] };
  return added === 0 ? before : { url, batches: [added, ...before.batches].slice(0, MOST_BATCHES) };
}
