/** Which config runs, and what did its latest changes change? */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { ConfigChange } from '../../model/recorded-config.ts';
import type { Settings } from '../../model/settings.ts';
import type { RunningConfigs } from '../../ports/running-configs.ts';
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   config          HASH  h hash, at since when it runs, v version of Feedmill, s settings without secrets as deflated JSON
 *   config:changes  LIST  of `ConfigChange` as JSON, latest first
 */

const MOST_CHANGES = 20;

const deflated = promisify(deflateRaw);
const inflated = promisify(inflateRaw);

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createRunningConfigs(client: RedisClient, prefix: string): RunningConfigs {
  const [key, list] = [`${prefix}config`, `${prefix}config:changes`];

  return {
    read: async () => {
      const [hash, at, version, settings] = await client
        .hmgetBuffer(key, 'h', 'at', 'v', 's')
        .catch((error: unknown) => {
          throw failed('reading the running config', error);
        });
      if (!hash || !at || !version || !settings) return undefined;
      // Written by `record`, so its shape is trusted.
      const read = JSON.parse((await inflated(settings)).toString('utf8')) as Settings;
      return { hash: hash.toString(), at: Number(at.toString()), version: version.toString(), settings: read };
    },
    record: async ({ hash, at, version, settings }, change) => {
      const text = await deflated(Buffer.from(JSON.stringify(settings)));
      const writing = client.multi().hset(key, { h: hash, at, v: version, s: text });
      if (change !== undefined) writing.lpush(list, JSON.stringify(change)).ltrim(list, 0, MOST_CHANGES - 1);
      const replies = await writing.exec().catch((error: unknown) => {
        throw failed('recording the running config', error);
      });
      const broken = replies?.find(([error]) => error !== null);
      if (broken !== undefined) throw failed('recording the running config', broken[0]);
    },
    changes: async () => {
      const lines = await client.lrange(list, 0, MOST_CHANGES - 1).catch((error: unknown) => {
        throw failed('reading the changes of the config', error);
      });
      // Written by `record`.
      return lines.map((line) => JSON.parse(line) as ConfigChange);
    },
  };
}
