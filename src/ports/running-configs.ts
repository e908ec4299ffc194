/** Which config runs, and what did the latest changes of it change? */
import type { ConfigChange, RecordedConfig } from '../model/recorded-config.ts';

/** Written by the processes that run a site, read by the commands and pages beside them. */
export interface RunningConfigs {
  /** The latest config that a process ran; undefined in a new store. */
  read(): Promise<RecordedConfig | undefined>;
  /** Replaces it, and keeps the change with the latest ones. May be called twice. */
  record(config: RecordedConfig, change: ConfigChange | undefined): Promise<void>;
  /** Latest first. */
  changes(): Promise<readonly ConfigChange[]>;
}
