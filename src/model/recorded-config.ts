/** What is stored of the running config, for other commands and for the admin pages? */
import type { Settings } from './settings.ts';

export interface RecordedConfig {
  /** Hash of everything that affects what is fetched and published. */
  readonly hash: string;
  /** Since when it runs, epoch ms. */
  readonly at: number;
  /** Version of the Feedmill that runs it; another version may know other settings. */
  readonly version: string;
  /** Without passwords, tokens and headers. */
  readonly settings: Settings;
}

/** A change of the running config. */
export interface ConfigChange {
  /** Epoch ms. */
  readonly at: number;
  /** One line. */
  readonly text: string;
}

/** Whether the files on disk are those of the running config. */
export interface ConfigState {
  /** Since when the running config runs, epoch ms. */
  readonly readAt: number;
  /** Problems of the files on disk, with file, line and column; empty if they are valid. */
  readonly problems: readonly string[];
}

export interface ConfigHistory extends ConfigState {
  /** Latest first. */
  readonly changes: readonly ConfigChange[];
}
