/** Which address does Redis have, if the rest of the config is wrong? */
import type { RedisSettings } from '../model/settings.ts';
import type { ConfigFile } from './files.ts';
import { assembleConfig } from './read.ts';
import { configSchema } from './schema.ts';
import { redisUrls } from './settings.ts';
import { nodeAt, plainValue } from './tree.ts';
import type { Environment } from './variables.ts';

/** The `redis` section as far as it can be read; defaults for values that are wrong. */
export function redisSettings(files: readonly ConfigFile[], environment: Environment): RedisSettings {
  const { root } = assembleConfig(files, environment, 'config');
  const node = nodeAt(root, ['redis']);
  const { redis } = configSchema.shape;
  const read = redis.safeParse(node === undefined ? undefined : plainValue(node));
  const { url, prefix, directory, sentinel } = read.success ? read.data : redis.parse(undefined);
  return {
    urls: redisUrls(url, environment),
    prefix,
    directory,
    ...(sentinel !== undefined && { sentinelName: sentinel }),
  };
}
