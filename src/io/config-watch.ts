/** When were the config files edited? */
import { watch } from 'chokidar';

export interface ConfigWatchOptions {
  /**
   * False uses events of the system instead of polling the files. Polling is the default, because events are lost in
   * container mounts, network disks and the symbolic links of mounted config maps; it costs a few stat calls.
   */
  readonly polling?: boolean;
  readonly pollIntervalMs?: number;
  /** Time without changes that ends an edit of several files. */
  readonly settleMs?: number;
  /** An edit that never settles is reported this long after it began. */
  readonly atMostMs?: number;
}

export interface ConfigWatch {
  /** Calls `onChange` as an edit would, and waits for it. */
  look(): Promise<void>;
  /** No call starts after this; resolves when the last one has ended. May be called twice. */
  close(): Promise<void>;
}

/**
 * Calls `onChange` after each edit below the directory, at most one call at a time; an edit during a call is followed
 * by another one. An edit is reported well within two seconds.
 *
 * @param onError   called for errors of watching and of `onChange`; the watch continues
 * @returns         when every edit from now on will be seen
 */
export async function watchConfig(
  directory: string,
  onChange: () => Promise<void>,
  onError: (error: unknown) => void,
  options: ConfigWatchOptions = {},
): Promise<ConfigWatch> {
  const { polling = true, pollIntervalMs = 500, settleMs = 200, atMostMs = 800 } = options;
  let settle: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const run = (): void => {
    clearTimeout(settle);
    clearTimeout(deadline);
    deadline = undefined;
    if (closed) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    again = false;
    running = onChange()
      .catch(onError)
      .finally(() => {
        running = undefined;
        if (again) run();
      });
  };
  const edited = (): void => {
    if (closed) return;
    clearTimeout(settle);
    settle = setTimeout(run, settleMs);
    deadline ??= setTimeout(run, atMostMs);
  };

  const watcher = watch(directory, {
    ignoreInitial: true,
    usePolling: polling,
    interval: pollIntervalMs,
    binaryInterval: pollIntervalMs,
    atomic: true,
  });
  watcher.on('all', edited).on('error', onError);
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return {
    async look() {
      run();
      await running;
    },
    async close() {
      closed = true;
      clearTimeout(settle);
      clearTimeout(deadline);
      await watcher.close();
      await running;
    },
  };
}
