/** When does a check that waits in this process for its host retry? */
import type { Wakeup, Wakeups } from '../../ports/checks.ts';
import { failed, type RedisClient } from './script.ts';

/** Longest time that a timer of Node can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Listener {
  isWoken: boolean;
  /** Ends the present wait. */
  wake: () => void;
}

/**
 * Reads the channel that is described in host-budgets.ts.
 *
 * @param connect  opens a separate connection for the first listener; the caller that provides it closes it
 */
export function createWakeups(connect: () => RedisClient, prefix: string): Wakeups {
  const listeners = new Map<string, Listener>();
  let subscribed: Promise<void> | undefined;

  async function subscribe(): Promise<void> {
    const subscriber = connect();
    subscriber.on('message', (_channel: string, holder: string) => {
      const listener = listeners.get(holder);
      if (listener === undefined) return;
      listener.isWoken = true;
      listener.wake();
    });
    try {
      await subscriber.subscribe(`${prefix}woken`);
    } catch (error) {
      subscribed = undefined;
      subscriber.disconnect();
      throw failed('listening for free slots of hosts', error);
    }
  }

  async function listen(holder: string): Promise<Wakeup> {
    subscribed ??= subscribe();
    await subscribed;
    const listener: Listener = { isWoken: false, wake: () => undefined };
    listeners.set(holder, listener);
    return {
      wait: async (untilMs, signal) => {
        signal.throwIfAborted();
        if (!listener.isWoken) await timeOrWakeup(listener, untilMs - Date.now(), signal);
        listener.isWoken = false;
        signal.throwIfAborted();
      },
      stop: () => listeners.delete(holder),
    };
  }

  return { listen };
}

function timeOrWakeup(listener: Listener, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      listener.wake = () => undefined;
      resolve();
    };
    const timer = setTimeout(end, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    signal.addEventListener('abort', end);
    listener.wake = end;
  });
}
