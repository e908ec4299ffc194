/** How is one source checked right now, whatever its schedule says? */
import { randomUUID } from 'node:crypto';
import type { App } from '../app/app.ts';
import type { SourceState } from '../model/source-state.ts';

export type CheckedNow =
  /** It was paused before, and not asked. */
  | { readonly kind: 'paused'; readonly state: SourceState }
  /** The state afterwards; undefined for a source that is not known. */
  | { readonly kind: 'checked'; readonly state: SourceState | undefined };

/** A page that names its feed, and then the feed. */
const MOST_VISITS = 2;

/**
 * One check, or two if the first one only found out where the feed is. It waits for the host's budget as every check
 * does. A paused source is not checked: its state is returned as it is.
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
  // The name of no job: the queue wakes nothing for it.
  const holder = `now ${randomUUID()}`;
  const wakeup = await app.wakeups.listen(holder);
  try {
    for (;;) {
      const result = await app.checkSource(due, holder, signal);
      if (result.kind === 'done') return;
      await wakeup.wait(result.atMs, signal);
    }
  } finally {
    wakeup.stop();
  }
}

/** The check gave no feed but another address, which waits to be asked at once. */
function isToBeAskedElsewhere({ reason, lastCheckAt, nextCheckAt }: SourceState): boolean {
  return reason === 'new' && lastCheckAt !== undefined && nextCheckAt <= lastCheckAt;
}
