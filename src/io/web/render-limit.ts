/** How many documents are rendered on request at the same time? */

/** A document that is not in the cache costs a whole rendering; four of them use a whole processor. */
const AT_ONCE = 4;
/** Pages of tags, sources and posts may wait: after a restart many readers come back at the same time. */
const MOST_WAITING = 64;
const RETRY_AFTER_SECONDS = 5;

/** The server renders enough documents already; the status is used for the response. */
export class TooManyRendersError extends Error {
  override readonly name = 'TooManyRendersError';
  readonly statusCode = 503;
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;

  constructor() {
    super('too many documents are being rendered');
  }
}

export interface RenderLimit {
  /**
   * Renders within the limit. A page that may wait is queued; any other is refused if four are rendered or wait already, so
   * that one reader who asks for page after page is never refused.
   *
   * @throws TooManyRendersError
   */
  run<Result>(mayWait: boolean, render: () => Promise<Result>): Promise<Result>;
}

/**
 * @param rest  a wait; a slot pauses as long as its rendering took, so that rendering on request never takes more than
 * half of a process, and the worker in the same process continues
 */
export function createRenderLimit(rest: (ms: number) => Promise<void>, now: () => number): RenderLimit {
  let rendering = 0;
  let resting = 0;
  const waiting: (() => void)[] = [];

  function next(): void {
    if (rendering + resting < AT_ONCE) waiting.shift()?.();
  }

  return {
    run: async (mayWait, render) => {
      const isRefused = mayWait ? waiting.length >= MOST_WAITING : rendering + waiting.length >= AT_ONCE;
      if (isRefused) throw new TooManyRendersError();
      await new Promise<void>((resolve) => {
        waiting.push(() => {
          rendering += 1;
          resolve();
        });
        next();
      });
      const startedAt = now();
      try {
        return await render();
      } finally {
        rendering -= 1;
        resting += 1;
        void rest(now() - startedAt).then(() => {
          resting -= 1;
          next();
        });
      }
    },
  };
}
