/** How is one source checked now, independent of its schedule? */
import { randomUUID } from 'node:crypto';
import type { App } from '../app/app.ts';
import type { CheckEnd, NotMade } from '../jobs/check/check-source.ts';
import type { SourceState } from '../model/source-state.ts';

export type CheckedNow =
  /** The source is paused, so no request was made. */
  | { readonly kind: 'paused'; readonly state: SourceState }
  /** Another process is checking it, its host asked to wait, or it is not in the schedule: no request was made. */
  | { readonly kind: 'not-made'; readonly because: string; readonly state: SourceState | undefined }
  /** The state after the check. */
  | { readonly kind: 'checked'; readonly state: SourceState };

/** A page that names its feed, and then the feed. */
const MOST_VISITS = 2;

/**
 * One check, or two if the first one only found the address of the feed. It waits for the host's budget like any check. A
 * paused source is not checked; its state is returned as it is.
 *
 * @param before  the state of the source
 * @throws the signal's reason if it is aborted
 */
export async function checkNow(
  app: App,
  sourceId: string,
  before: SourceState | undefined,
  signal: AbortSignal,
): Promise<CheckedNow> {
  if (before?.pausedAt !== undefined) return { kind: 'paused', state: before };
  let state = before;
  for (let visit = 1; ; visit += 1) {
    const end = await checkOnce(app, sourceId, state, signal);
    if (end.state === undefined) {
      [state] = await app.checks.read([sourceId]);
      if (state === undefined) return notMade(app, { kind: 'unknown' }, state);
      return end.notMade !== undefined && visit === 1 ? notMade(app, end.notMade, state) : { kind: 'checked', state };
    }
    const { state: written } = end;
    if (visit === MOST_VISITS || !isToBeAskedElsewhere(written)) return { kind: 'checked', state: written };
    state = written;
  }
}

export async function notMade(app: App, why: NotMade, state: SourceState | undefined): Promise<CheckedNow> {
  return { kind: 'not-made', because: await wordsFor(why, app.config().settings.site.timezone), state };
}

async function wordsFor(why: NotMade, timezone: string): Promise<string> {
  switch (why.kind) {
    case 'unknown':
      return 'it is not in the schedule';
    case 'taken':
      return 'another process is checking it';
    case 'host-rests': {
      // Loaded on demand, so that other commands start without it.
      const { restText } = await import('../stages/schedule/resting-host.ts');
      return restText(why.untilMs, timezone);
    }
  }
}

async function checkOnce(
  app: App,
  sourceId: string,
  state: SourceState | undefined,
  signal: AbortSignal,
): Promise<CheckEnd> {
  const due = {
    sourceId,
    // Later than any due time, so that the check is made now.
    dueAt: Number.MAX_SAFE_INTEGER,
    ...(state?.adoptedUrl !== undefined && { adoptedUrl: state.adoptedUrl }),
    ...(state?.adoptedFrom !== undefined && { adoptedFrom: state.adoptedFrom }),
  };
  // Not the name of a job, so that the queue has nothing to wake.
  const holder = `now ${randomUUID()}`;
  const first = await app.checkSource(due, holder, signal);
  if (first.kind === 'done') return first;
  // Listening starts only when a host has no slot. A slot that became free before that is found by the next attempt.
  const wakeup = await app.wakeups.listen(holder);
  try {
    for (;;) {
      const result = await app.checkSource(due, holder, signal);
      if (result.kind === 'done') return result;
      await wakeup.wait(result.atMs, signal);
    }
  } finally {
    wakeup.stop();
  }
}

/** The check found no feed but another address, which is checked next. */
function isToBeAskedElsewhere({ reason, lastCheckAt, nextCheckAt }: SourceState): boolean {
  return reason === 'new' && lastCheckAt !== undefined && nextCheckAt <= lastCheckAt;
}
