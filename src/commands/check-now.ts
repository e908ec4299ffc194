/** How is one source checked right now, whatever its schedule says? */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app/app.ts';
import type { SourceState } from '../model/source-state.ts';

export type CheckedNow =
  /** It was paused before, and not asked. */
  | { readonly kind: 'paused'; readonly state: SourceState }
  /** The state afterwards; undefined for a source that is not known. */
  | { readonly kind: 'checked'; readonly state: SourceState | undefined };

/** A page that names its feed, and then the feed. */
const MOST_VISITS = 2;
/** A check in the queue is woken when its host has a slot again; nobody wakes us. */
const LOOK_AGAIN_MS = 200;

/**
 * One check, or two where the first one only found out where the feed is. Waits for the host's budget as everybody does.
 * A paused source is left alone: its state is given back as it is.
 *
 * @throws the signal's reason, when aborted
 */
export async function checkNow(app: App, sourceId: string, signal: AbortSignal): Promise<CheckedNow> {
  let [state] = await app.checks.read([sourceId]);
  if (state?.pausedAt !== undefined) return { kind: 'paused', state };
  for (let visit = 1; visit <= MOST_VISITS; visit += 1) {
    await checkOnce(app, sourceId, state, signal);
    [state] = await app.checks.read([sourceId]);
    if (state === undefined || !isToBeAskedElsewhere(state)) break;
  }
  return { kind: 'checked', state };
}

async function checkOnce(
  app: App,
  sourceId: string,
  state: SourceState | undefined,
  signal: AbortSignal,
): Promise<void> {
  const due = {
    sourceId,
    // Asked for now: later than any due time.
    dueAt: Number.MAX_SAFE_INTEGER,
    ...(state?.adoptedUrl !== undefined && { adoptedUrl: state.adoptedUrl }),
    ...(state?.adoptedFrom !== undefined && { adoptedFrom: state.adoptedFrom }),
  };
  const holder = `now-${randomUUID()}`;
  for (;;) {
    const result = await app.checkSource(due, holder, signal);
    if (result.kind === 'done') return;
    await pause(Math.min(Math.max(0, result.atMs - Date.now()), LOOK_AGAIN_MS), undefined, { signal });
  }
}

/** The check gave no feed but another address, which waits to be asked at once. */
function isToBeAskedElsewhere({ reason, lastCheckAt, nextCheckAt }: SourceState): boolean {
  return reason === 'new' && lastCheckAt !== undefined && nextCheckAt <= lastCheckAt;
}
