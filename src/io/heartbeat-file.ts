/**
 * How can another program check whether this process works, without loading anything?
 *
 * The process writes one line into a file every few seconds: `EPOCH_SECONDS ok|unhealthy MESSAGE`. A reader compares the
 * time with its own. A process that is stopped, or whose event loop is blocked, no longer updates the line.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Log } from '../ports/log.ts';

export interface Heartbeat {
  /** Removes the file. */
  stop(): Promise<void>;
}

export interface HeartbeatOptions {
  readonly file: string;
  readonly assess: () => Promise<{ readonly ok: boolean; readonly message: string }>;
  readonly now: () => number;
  readonly log: Log;
}

const EVERY_MS = 5_000;

/** The first line is written when this resolves. A file that cannot be written is reported, and tried again. */
export async function startHeartbeat({ file, assess, now, log }: HeartbeatOptions): Promise<Heartbeat> {
  const draft = `${file}.${process.pid}`;
  let beating: Promise<void> | undefined;

  async function beat(): Promise<void> {
    const { ok, message } = await assess();
    const line = `${Math.floor(now() / 1_000)} ${ok ? 'ok' : 'unhealthy'} ${message.replaceAll(/\s+/gu, ' ')}\n`;
    await writeFile(draft, line);
    // A reader sees either the old line or the new one.
    await rename(draft, file);
  }

  function beatOnce(): Promise<void> {
    beating ??= beat()
      .catch((error: unknown) => {
        log.warn({ name: file, error: String(error) }, 'the heartbeat file could not be written; trying again');
      })
      .finally(() => {
        beating = undefined;
      });
    return beating;
  }

  const timer = setInterval(() => void beatOnce(), EVERY_MS);
  await beatOnce();
  return {
    stop: async () => {
      clearInterval(timer);
      await beating;
      await rm(file, { force: true });
    },
  };
}
