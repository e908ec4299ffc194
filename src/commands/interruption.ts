/** How does a signal end a command that runs to its end by itself? */
import { setMaxListeners } from 'node:events';

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Must be called at the end of the command. */
  stop(): void;
}

/**
 * Works also for process 1 of a container, which ignores signals without a listener.
 *
 * @param message  of the error that the signal is aborted with
 */
export function listenForInterruption(message: string): Interruption {
  const interrupted = new AbortController();
  // Every request that waits adds a listener.
  setMaxListeners(0, interrupted.signal);
  const onSignal = () => {
    if (interrupted.signal.aborted) process.exit(1);
    interrupted.abort(new Error(message));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: interrupted.signal,
    stop: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
