/** Which config runs, since when, and what did the latest changes of it change? */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ConfigChange, RecordedConfig } from '../../model/recorded-config.ts';
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   config          HASH  hash, at epoch ms, settings gzipped JSON without secrets
 *   config-changes  LIST  JSON of each change, latest first
 */

/** Changes that are kept. */
const MOST_CHANGES = 20;

export interface ConfigRecords {
  /** Notes the running config. `change` says what it changed; absent if it is the config that ran before. */
  note(config: RecordedConfig, change?: ConfigChange): Promise<void>;
  /** Undefined until the first start. */
  read(): Promise<RecordedConfig | undefined>;
  /** Only its hash, in one small answer. */
  hash(): Promise<string | undefined>;
  /** Latest first, at most 20. */
  changes(): Promise<readonly ConfigChange[]>;
}

export function createConfigRecords(client: RedisClient, prefix: string): ConfigRecords {
  const key = `${prefix}config`;
  const changesKey = `${prefix}config-changes`;

  async function note({ hash, at, settings }: RecordedConfig, change?: ConfigChange): Promise<void> {
    const packed = await promisify(gzip)(JSON.stringify(settings));
    const batch = client.multi().hset(key, { hash, at, settings: packed });
    if (change !== undefined) {
      batch.lpush(changesKey, JSON.stringify(change)).ltrim(changesKey, 0, MOST_CHANGES - 1);
    }
    const replies = await batch.exec().catch((error: unknown) => Promise.reject(failed('noting the config', error)));
    const broken = replies?.find(([error]) => error !== null);
    if (broken !== undefined) throw failed('noting the config', broken[0]);
  }

  async function read(): Promise<RecordedConfig | undefined> {
    const found = await client
      .hgetallBuffer(key)
      .catch((error: unknown) => Promise.reject(failed('reading the config', error)));
    const { hash, at, settings } = found;
    if (hash === undefined || at === undefined || settings === undefined) return undefined;
    const text = (await promisify(gunzip)(settings)).toString('utf8');
    // What we wrote ourselves is trusted.
    return {
      hash: hash.toString(),
      at: Number(at.toString()),
      settings: JSON.parse(text) as RecordedConfig['settings'],
    };
  }

  return {
    note,
    read,
    hash: async () => (await client.hget(key, 'hash')) ?? undefined,
    changes: async () => {
      const texts = await client
        .lrange(changesKey, 0, MOST_CHANGES - 1)
        .catch((error: unknown) => Promise.reject(failed('reading the changes of the config', error)));
      return texts.map((text) => JSON.parse(text) as ConfigChange);
    },
  };
}
