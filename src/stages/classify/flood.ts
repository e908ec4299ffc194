/** Does a source offer more as new than it can have written? */
import type { FloodSettings } from '../../model/settings.ts';
import type { UsualState } from '../../model/source-state.ts';

export interface Offer {
  /** Dates of the new entries, epoch ms; `undefined` for one without a date. */
  readonly newDates: readonly (number | undefined)[];
  /** All entries of the document, known ones included. */
  readonly entries: number;
}

/** What is known of the source from earlier documents. */
export interface History {
  /** Publishing times of the newest posts, epoch ms, newest first. */
  readonly publishedTimes: readonly number[];
  /** When a document was last read, epoch ms. */
  readonly lastSuccessAt: number | undefined;
  readonly usual: UsualState | undefined;
}

const DAY_MS = 86_400_000;
/** So many of the last documents with something new say what is usual. */
const MOST_BATCHES = 12;
/** In a short document fewer old entries are enough: no less than this, and most of the document. */
const FEWEST_OLD = 4;
const MOST_OF_DOCUMENT = 0.6;
/** A post in half a day is assumed before anything is seen. */
const PRIOR_POSTS = 0.5;
const PRIOR_MS = DAY_MS / 2;

/**
 * Why the new entries of a document are to be held back, in a sentence for the operator; undefined where they are not.
 * They are where most of them are older than the newest post known, or where they are many more than usual. A source without
 * history floods nobody.
 */
export function floodReason(offer: Offer, history: History, settings: FloodSettings, now: number): string | undefined {
  const { newDates, entries } = offer;
  const newest = history.publishedTimes[0];
  if (newest !== undefined) {
    const old = newDates.filter((date) => date !== undefined && date < newest).length;
    const enough = Math.min(settings.least, Math.max(FEWEST_OLD, Math.ceil(entries * MOST_OF_DOCUMENT)));
    if (old >= enough && 2 * old > newDates.length) {
      return `${old} of ${newDates.length} new entries are older than the newest known one, of ${dayOf(newest)}`;
    }
  }
  const usual = Math.max(1, usualNumber(history, now));
  if (newDates.length > Math.max(settings.least, settings.times * usual)) {
    return `${newDates.length} new entries in one document are more than ${settings.times} times the usual ${Math.round(usual)}`;
  }
  return undefined;
}

/** What a document brings: as many as the most of the last ones, or as the rate of posts gives since the last one. */
function usualNumber({ publishedTimes, lastSuccessAt, usual }: History, now: number): number {
  const oldest = publishedTimes.at(-1) ?? now;
  const perMs = (publishedTimes.length - 1 + PRIOR_POSTS) / (Math.max(0, now - oldest) + PRIOR_MS);
  const sinceThen = lastSuccessAt === undefined ? 0 : Math.max(0, now - lastSuccessAt);
  return Math.max(perMs * sinceThen, ...(usual?.batches ?? []));
}

/**
 * Whether the source has a history to measure by: it was read before from this very address.
 *
 * @param url  of the source, as the config has it
 */
export function hasHistory({ lastSuccessAt, usual }: History, url: string): boolean {
  return lastSuccessAt !== undefined && usual?.url === url;
}

/** What is usual after a document was read, and `added` new entries became posts. */
export function nextUsual(before: UsualState | undefined, url: string, added: number): UsualState {
  if (before?.url !== url) return { url, batches: [] };
  return added === 0 ? before : { url, batches: [added, ...before.batches].slice(0, MOST_BATCHES) };
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
