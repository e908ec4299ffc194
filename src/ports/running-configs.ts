/** Which config runs, and what did its latest changes change? */
import type { ConfigChange, RecordedConfig } from '../model/recorded-config.ts';

/** Written by the processes that run a site, read by the commands and pages beside them. */
export interface RunningConfigs {
  /** The latest config that a process ran; undefined in a new store. */
  read(): Promise<RecordedConfig | undefined>;
  /** Replaces it, and adds the change to the latest ones. May be called twice. */
  record(config: RecordedConfig, change: ConfigChange | undefined): Promise<void>;
  /** Latest first. */
  changes(): Promise<readonly ConfigChange[]>;
}
