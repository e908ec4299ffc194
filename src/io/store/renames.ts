/** How is an entry known from now on that comes under another guid? */
import type { Renames } from '../../ports/posts.ts';
import { LIBRARY } from './entry-records.ts';
import { defineScript, type RedisClient } from './script.ts';

const REASSIGN = `${LIBRARY}
for i = 1, #ARGV, 2 do redis.call('HSET', bucket('k:', ARGV[i]), string.sub(ARGV[i], 3), ARGV[i + 1]) end
return 0`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createRenames(client: RedisClient, prefix: string): Renames {
  const reassignScript = defineScript(client, 'renaming entries', prefix, REASSIGN);

  return {
    reassign: async (keys) => {
      if (keys.length === 0) return;
      await reassignScript(...keys.flatMap(({ hash, id }) => [Buffer.from(hash, 'hex'), Buffer.from(id, 'hex')]));
    },
  };
}
