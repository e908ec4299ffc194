/** When is the next check, and which rule says so? */
import { millisecondsInDay, millisecondsInMinute } from 'date-fns/constants';
import type { HttpHints } from '../../model/fetch-outcome.ts';
import type { ScheduleSettings } from '../../model/settings.ts';
import type { CheckReason, SourceState } from '../../model/source-state.ts';
import { clamp, rhythmOf } from './adaptive.ts';
import { firstOpen } from './skip.ts';
import { inWords, rateInWords } from './words.ts';
import { utcMinute } from '../../syntax/date/format.ts';

/** Longest wait that an origin can ask for: a year is an error. */
const MAX_REQUESTED_WAIT_MS = 31 * millisecondsInDay;
/** Share of the wait that is random, so that sources are not all checked at the same time. It only makes waits longer. */
const JITTER_SHARE = 0.1;
const MAX_JITTER_MS = 10 * millisecondsInMinute;

export interface Due {
  readonly nextCheckAt: number;
  readonly reason: CheckReason;
  readonly reasonText: string;
}

/** The time that one rule proposes; the latest one is used. */
export interface Proposal {
  readonly at: number;
  readonly reason: CheckReason;
  readonly text: string;
  /** An interval that the operator fixed gets no jitter: sources were spread when they were added. */
  readonly exact?: boolean;
}

export interface Moment {
  readonly schedule: ScheduleSettings;
  /** When the check that has just ended was due. */
  readonly checkedAt: number;
  readonly now: number;
  /** 0 to 1. */
  readonly jitter: number;
}

/** The source's own interval: fixed, adaptive, or daily for a source with a hub that pushes. */
export function ownProposal(state: SourceState, moment: Moment): Proposal {
  const { schedule, now } = moment;
  const { websub } = state;
  if (websub?.status === 'active' && (websub.leaseEndsAt ?? Infinity) > now) {
    const at = nextAfter(Math.max(millisecondsInDay, schedule.minMs), moment);
    return { at, reason: 'websub', text: `the hub ${websub.hub ?? ''} pushes what is new; a daily check on it` };
  }
  if (schedule.minMs >= schedule.maxMs) {
    const at = nextAfter(schedule.minMs, moment);
    return { at, reason: 'interval', text: `always every ${inWords(schedule.minMs)}`, exact: true };
  }
  const rhythm = rhythmOf(state.publishedTimes, now, schedule);
  if (rhythm === undefined) {
    const interval = clamp(schedule.defaultMs, schedule);
    const text = `every ${inWords(interval)}, as long as no publishing time is known`;
    return { at: nextAfter(interval, moment), reason: 'interval', text };
  }
  const { intervalMs, perDay, isRecent, posts, spanMs } = rhythm;
  const bound =
    intervalMs <= schedule.minMs ? ' (schedule.min)' : intervalMs >= schedule.maxMs ? ' (schedule.max)' : '';
  const seen = `${posts} ${posts === 1 ? 'post' : 'posts'} in ${inWords(spanMs)}, ${isRecent ? 'lately ' : ''}${rateInWords(perDay)}`;
  return {
    at: nextAfter(intervalMs, moment),
    reason: 'adaptive',
    text: `${seen}: again after ${inWords(intervalMs)}${bound}`,
  };
}

/**
 * The interval counts from the time when the check was due, so that waiting and fetching do not add to it. If the
 * check was late by more
 * than half the interval, it counts from now.
 */
export function nextAfter(intervalMs: number, { checkedAt, now }: Moment): number {
  const at = Math.min(checkedAt, now) + intervalMs;
  return at >= now + intervalMs / 2 ? at : now + intervalMs;
}

/** The wait that the HTTP response asks for, from now on. */
export function httpProposals({ freshForMs, retryAfterMs }: HttpHints, now: number): Proposal[] {
  const proposals: Proposal[] = [];
  if (freshForMs !== undefined && freshForMs > 0) {
    const text = `the answer is fresh for ${inWords(freshForMs)} (Cache-Control or Expires)`;
    proposals.push({ at: now + Math.min(freshForMs, MAX_REQUESTED_WAIT_MS), reason: 'max-age', text });
  }
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const text = `the origin asks to wait ${inWords(retryAfterMs)} (Retry-After)`;
    proposals.push({ at: now + Math.min(retryAfterMs, MAX_REQUESTED_WAIT_MS), reason: 'retry-after', text });
  }
  return proposals;
}

/**
 * The wait that the feed asked for when it was last read. Unlike an HTTP header it is usually a fixed part of a
 * template, so it can
 * ask for at most `schedule.max`.
 */
export function feedProposals({ ttlMs, updatePeriodMs }: SourceState, moment: Moment): Proposal[] {
  const proposals: Proposal[] = [];
  if (ttlMs !== undefined && ttlMs > 0) {
    proposals.push(boundedProposal(ttlMs, 'ttl', `the feed may be kept for ${inWords(ttlMs)} (ttl`, moment));
  }
  if (updatePeriodMs !== undefined && updatePeriodMs > 0) {
    const text = `the feed says that it is updated every ${inWords(updatePeriodMs)} (sy:updatePeriod`;
    proposals.push(boundedProposal(updatePeriodMs, 'update-period', text, moment));
  }
  return proposals;
}

/** @param text  with an open bracket */
function boundedProposal(waitMs: number, reason: CheckReason, text: string, moment: Moment): Proposal {
  const { schedule, now } = moment;
  if (waitMs <= schedule.maxMs) return { at: now + waitMs, reason, text: `${text})` };
  const bound = `${text}; schedule.max is ${inWords(schedule.maxMs)})`;
  return { at: nextAfter(Math.max(schedule.minMs, schedule.maxMs), moment), reason, text: bound };
}

/** The latest proposal, with jitter, moved out of the hours and days that the feed skips. */
export function decide(first: Proposal, others: readonly Proposal[], state: SourceState, { now, jitter }: Moment): Due {
  const latest = others.reduce((chosen, proposal) => (proposal.at > chosen.at ? proposal : chosen), first);
  const spread = Math.min(JITTER_SHARE * Math.max(0, latest.at - now), MAX_JITTER_MS) * jitter;
  const at = Math.round(first.exact === true ? latest.at : latest.at + spread);
  const skip = { hours: state.skipHours ?? [], days: state.skipDays ?? [] };
  const open = firstOpen(at, skip);
  if (open === at) return { nextCheckAt: at, reason: latest.reason, reasonText: latest.text };
  const byDay = skip.days.includes(new Date(at).getUTCDay());
  return {
    // All clients that respect the hours come when they end; spreading them over a few minutes helps the origin.
    nextCheckAt: Math.round(open + MAX_JITTER_MS * jitter),
    reason: byDay ? 'skip-days' : 'skip-hours',
    reasonText: `${utcMinute(at)} is in the ${byDay ? 'days' : 'hours'} in which the feed asks not to be read (${byDay ? 'skipDays' : 'skipHours'}); before that: ${latest.text}`,
  };
}
