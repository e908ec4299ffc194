/** What is the state of a source after a check, and when is the next check? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { CheckResult, FeedFacts, Response } from '../../model/check.ts';
import { joinEntryHashes } from '../../model/entry-hashes.ts';
import type { ParseFailure } from '../../model/feed.ts';
import type { FetchFailure, FetchOutcome, HttpHints, NotModified } from '../../model/fetch-outcome.ts';
import type { Source } from '../../model/settings.ts';
import { sourceAddress } from '../../model/source-address.ts';
import type { LastOutcome, SourceState } from '../../model/source-state.ts';
import { rememberTimes } from './adaptive.ts';
import { backoffMs, isTransient } from './backoff.ts';
import { decide, feedProposals, httpProposals, nextAfter, ownProposal, type Moment, type Proposal } from './due.ts';
import { afterBody, afterNotModified } from './doubted-validators.ts';
import { isUnreached } from './network-outage.ts';
import { adoption, afterDiscovery, afterLoss, afterRedirects, type Move } from './moving.ts';
import { inWords } from './words.ts';

export interface Checked {
  readonly source: Source;
  /** The state before the check. */
  readonly state: SourceState;
  /** When the check was due, epoch ms; `now` for a check on request. */
  readonly checkedAt: number;
  readonly now: number;
  /** 0 to 1, from the caller's random source. */
  readonly jitter: number;
  readonly result: CheckResult;
  /** Whether the network of this machine is down: then an unreachable host is not to blame. */
  readonly isNetworkOut?: boolean;
}

/** Wait while the network of this machine is down. */
const OUTAGE_WAIT_MS = 5 * millisecondsInMinute;

/** After this many failures of an adopted address, the configured one is tried again. */
const ADOPTED_FAILURES = 5;

/**
 * The state after a check. Pure: the same arguments give the same state.
 *
 * The next check is at the latest of: the source's own interval, what HTTP and the feed ask for, and the backoff after
 * failures. The state also holds the reason and its numbers. Only a request of the origin may exceed `schedule.maxMs`.
 */
export function nextState({
  source,
  state,
  checkedAt,
  now,
  jitter,
  result,
  isNetworkOut = false,
}: Checked): SourceState {
  const moment: Moment = { schedule: source.schedule, checkedAt, now, jitter };
  const before: SourceState = { ...state, lastCheckAt: now };
  switch (result.kind) {
    case 'feed': {
      const isOther = result.facts.bodyHash !== state.bodyHash;
      return afterFeed(source, afterBody(before, isOther, now), result.response, result.facts, moment);
    }
    case 'unchanged':
      return afterSuccess(
        source,
        afterBody(before, false, now),
        result.response,
        { kind: 'unchanged', status: result.response.status },
        moment,
      );
    case 'unreadable':
      return afterUnreadable(source, afterBody(before, true, now), result.response, result.failure, moment);
    case 'no-body':
      return isNetworkOut && isUnreached(result)
        ? afterOutage(source, before, result.outcome, moment)
        : afterNoBody(source, before, result.outcome, moment);
  }
}

function afterNoBody(
  source: Source,
  state: SourceState,
  outcome: Exclude<FetchOutcome, { kind: 'body' }>,
  moment: Moment,
): SourceState {
  switch (outcome.kind) {
    case 'not-modified': {
      const { last } = state;
      const doubted = afterNotModified(state, moment.now);
      // The unreadable document is still there, unchanged.
      const isStillUnreadable = state.failures > 0 && last !== undefined && UNREADABLE.has(last.kind);
      return isStillUnreadable
        ? afterFailure(
            source,
            remember(doubted, outcome),
            { ...last, at: moment.now },
            outcome.hints,
            last.kind === 'empty',
            moment,
          )
        : afterSuccess(source, doubted, outcome, { kind: 'not-modified', status: outcome.status }, moment);
    }
    case 'gone':
      return afterGone(source, state, outcome.redirects.length, moment);
    case 'failed': {
      const { failure, hints, redirects } = outcome;
      const isMissing = failure.status === 404 && redirects.length === 0;
      const isTired = state.failures + 1 >= ADOPTED_FAILURES && isAdopted(source, state);
      const move = isMissing ? afterLoss(source, state, 404) : isTired ? {} : undefined;
      const last = lastFailure(failure, moment.now);
      if (move !== undefined) return afterMove(source, state, move, last, moment);
      return afterFailure(source, state, last, hintsOfFailure(failure, hints), isTransient(failure), moment);
    }
  }
}

/** The wait and the failures in a row do not change, because no host is to blame. */
function afterOutage(
  source: Source,
  state: SourceState,
  { failure }: Extract<FetchOutcome, { kind: 'failed' }>,
  { now, jitter }: Moment,
): SourceState {
  const waitMs = OUTAGE_WAIT_MS * (1 + jitter / 5);
  return {
    ...without(state, MOVES),
    ...stay(source, state),
    last: lastFailure(failure, now),
    nextCheckAt: Math.round(now + waitMs),
    reason: 'backoff',
    reasonText: `no host can be reached from here: again after ${inWords(waitMs)}`,
  };
}

/** Kinds of ParseFailure. */
const UNREADABLE: ReadonlySet<string> = new Set<ParseFailure['kind']>([
  'not-a-feed',
  'html',
  'malformed',
  'empty',
  'unknown-charset',
  'limit',
]);

function afterFeed(
  source: Source,
  state: SourceState,
  response: Response,
  facts: FeedFacts,
  moment: Moment,
): SourceState {
  const { now } = moment;
  const isFirst = state.lastSuccessAt === undefined;
  const { ttlMs, updatePeriodMs, skipHours, skipDays } = facts.hints;
  const read = without(state, [
    ...(['entryHashes', 'title', 'link', 'ttlMs', 'updatePeriodMs', 'skipHours', 'skipDays'] as const),
    ...(facts.remembered === undefined ? [] : (['identity', 'usual', 'churning'] as const)),
  ]);
  const entryHashes = hashesAfter(state, response, facts);
  const known: SourceState = {
    ...read,
    ...facts.remembered,
    bodyHash: facts.bodyHash,
    ...(entryHashes !== undefined && { entryHashes }),
    ...(facts.isWhole === true && { readWholeAt: now }),
    ...(facts.title !== undefined && { title: facts.title }),
    ...(facts.link !== undefined && { link: facts.link }),
    publishedTimes: rememberTimes(state.publishedTimes, facts.publishedTimes, isFirst ? undefined : facts.added, now),
    ...(ttlMs !== undefined && { ttlMs }),
    ...(updatePeriodMs !== undefined && { updatePeriodMs }),
    ...(skipHours.length > 0 && { skipHours }),
    ...(skipDays.length > 0 && { skipDays }),
  };
  const last = {
    kind: 'feed',
    status: response.status,
    entries: facts.entries,
    added: facts.added,
    changed: facts.changed,
    ...(facts.issues.length > 0 && { issues: facts.issues }),
  };
  return afterSuccess(source, known, response, last, moment);
}

/** A 226 response has only new entries; the hashes of the others are kept. */
function hashesAfter(state: SourceState, { delta }: Response, { entryHashes }: FeedFacts): string | undefined {
  return delta && entryHashes !== undefined ? joinEntryHashes(entryHashes, state.entryHashes) : entryHashes;
}

function afterSuccess(
  source: Source,
  state: SourceState,
  answer: Response | NotModified,
  last: Omit<LastOutcome, 'at'>,
  moment: Moment,
): SourceState {
  const { now } = moment;
  const { entries } = state.last ?? {};
  const wasGone = state.reason === 'gone';
  const healthy: SourceState = {
    ...without(remember(state, answer), [...MOVES, ...(wasGone ? PAUSE : [])]),
    ...afterRedirects(source, state, answer.redirects, now),
    failures: 0,
    goneSightings: 0,
    lastSuccessAt: now,
    readWholeAt: state.readWholeAt ?? now,
    last: { at: now, ...(entries !== undefined && { entries }), ...last },
  };
  const proposals = [...httpProposals(answer.hints, now), ...feedProposals(healthy, moment)];
  return { ...healthy, ...decide(ownProposal(healthy, moment), proposals, healthy, moment) };
}

const MOVES = ['adoptedUrl', 'adoptedBecause', 'adoptedFrom', 'redirect'] as const;
const PAUSE = ['pausedAt', 'pauseReason'] as const;

/** Validators of the response: a 200 without any removes the old ones, a 304 may leave out unchanged ones (RFC 9110 §15.4.5). */
function remember(state: SourceState, { status, url, etag, lastModified }: Response | NotModified): SourceState {
  const isNotModified = status === 304;
  const newEtag = etag ?? (isNotModified ? state.etag : undefined);
  const newLastModified = lastModified ?? (isNotModified ? state.lastModified : undefined);
  const rest = without(state, ['etag', 'lastModified', 'validatorsFor']);
  return {
    ...rest,
    ...(newEtag !== undefined && { etag: newEtag }),
    ...(newLastModified !== undefined && { lastModified: newLastModified }),
    ...((newEtag !== undefined || newLastModified !== undefined) && { validatorsFor: url }),
  };
}

/** The validators of an unreadable document are kept too: it need not be sent again before it changes. */
function afterUnreadable(
  source: Source,
  state: SourceState,
  response: Response,
  failure: ParseFailure,
  moment: Moment,
): SourceState {
  const last = lastFailure(failure, moment.now, response.status);
  const move = failure.kind === 'html' ? afterDiscovery(source, state, failure.feedLinks) : undefined;
  if (move !== undefined) return afterMove(source, state, move, last, moment);
  return afterFailure(source, remember(state, response), last, response.hints, isTransient(failure), moment);
}

function afterFailure(
  source: Source,
  state: SourceState,
  last: LastOutcome,
  hints: HttpHints,
  transient: boolean,
  moment: Moment,
): SourceState {
  const { now, jitter, schedule } = moment;
  const failures = state.failures + 1;
  const waitMs = backoffMs(failures, transient, schedule, jitter);
  const count = failures === 1 ? 'the first failure' : `${failures} failures in a row`;
  const proposal: Proposal = {
    at: now + waitMs,
    reason: 'backoff',
    text: `${count} (${last.kind}): again after ${inWords(waitMs)}`,
    // The backoff has its own jitter.
    exact: true,
  };
  const failed: SourceState = { ...without(state, MOVES), ...stay(source, state), failures, last };
  return { ...failed, ...decide(proposal, httpProposals(hints, now), failed, moment) };
}

/** After a move the new address is checked immediately, unless the source keeps failing after moves. */
function afterMove(source: Source, state: SourceState, move: Move, last: LastOutcome, moment: Moment): SourceState {
  const { now, jitter, schedule } = moment;
  const failures = state.failures + 1;
  const waitMs = failures === 1 ? 0 : backoffMs(failures, true, schedule, jitter);
  const because = move.adoptedBecause ?? 'the address adopted for it failed';
  return {
    ...without(state, MOVES),
    ...move,
    failures,
    last,
    nextCheckAt: Math.round(now + waitMs),
    reason: 'new',
    reasonText: `${move.adoptedUrl ?? source.url} is requested ${waitMs === 0 ? 'immediately' : `after ${inWords(waitMs)}`}: ${because}`,
  };
}

/** After the first 410 the source is checked once more; after the second it is paused. */
function afterGone(source: Source, state: SourceState, hops: number, moment: Moment): SourceState {
  const { now, schedule } = moment;
  // A manual check shortly after the first 410 does not count as the second one.
  const isSameSighting = state.last?.kind === 'gone' && now - state.last.at < millisecondsInHour / 2;
  const goneSightings = isSameSighting ? Math.max(1, state.goneSightings) : state.goneSightings + 1;
  const message = 'the origin says that this feed is gone permanently (410)';
  const last: LastOutcome = { at: now, kind: 'gone', status: 410, message };
  const move = hops === 0 ? afterLoss(source, state, 410) : undefined;
  if (move !== undefined) return afterMove(source, state, move, last, moment);
  const waitMs = Math.max(schedule.defaultMs, schedule.minMs, millisecondsInHour);
  const gone: SourceState = {
    ...without(state, MOVES),
    ...stay(source, state),
    failures: state.failures + 1,
    goneSightings,
    last,
    reason: 'gone',
    nextCheckAt: nextAfter(waitMs, moment),
    reasonText: `${message}; checked once more after ${inWords(waitMs)}, then paused`,
  };
  if (goneSightings < 2) return gone;
  const pauseReason = `${message}, ${goneSightings} times; remove the source, or resume it`;
  return { ...gone, pausedAt: now, pauseReason, reasonText: pauseReason };
}

/** A failure does not end an adoption or the proof of a redirect. */
function stay(source: Source, state: SourceState): Move {
  return { ...adoption(source, state), ...(state.redirect !== undefined && { redirect: state.redirect }) };
}

function isAdopted(source: Source, state: SourceState): boolean {
  return sourceAddress(source, state) !== source.url;
}

/** The freshness of an error page is ignored; a Retry-After with a 429 or 503 is used. */
function hintsOfFailure({ status }: FetchFailure, hints: HttpHints): HttpHints {
  const { freshForMs } = hints;
  if (freshForMs === undefined || status === 429 || status === 503) return hints;
  return { ...hints, freshForMs: Math.min(freshForMs, millisecondsInDay) };
}

function lastFailure(failure: FetchFailure | ParseFailure, now: number, answered?: number): LastOutcome {
  const status = 'status' in failure ? failure.status : answered;
  return { at: now, kind: failure.kind, message: failure.message, ...(status !== undefined && { status }) };
}

function without<K extends keyof SourceState>(state: SourceState, keys: readonly K[]): Omit<SourceState, K> {
  const left: Partial<Record<keyof SourceState, unknown>> = { ...state };
  for (const key of keys) Reflect.deleteProperty(left, key);
  // The copy had every field of the state; those of `keys` are removed.
  return left as Omit<SourceState, K>;
}
