/** Which posts may an entry be that comes under another guid, and how is it known from then on? */
import { scopeKey } from '../../model/scope.ts';
import type { Renames } from '../../ports.ts';
import { LIBRARY } from './marks.ts';
import { defineScript, listOf, type RedisClient, textOf } from './script.ts';

/** So many posts of one moment are looked at. */
const MOST_OF_A_MOMENT = 8;

const SAME_MOMENT = `${LIBRARY}
local found = {}
for i = 3, #ARGV do
  local ids = redis.call('ZRANGEBYSCORE', p .. 'x:' .. ARGV[1], ARGV[i], ARGV[i], 'LIMIT', 0, ARGV[2])
  for j, id in ipairs(ids) do ids[j] = hex(id) end
  found[#found + 1] = ids
end
return found`;

const REASSIGN = `${LIBRARY}
for i = 1, #ARGV, 2 do redis.call('HSET', bucket('k:', ARGV[i]), string.sub(ARGV[i], 3), ARGV[i + 1]) end
return 0`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createRenames(client: RedisClient, prefix: string): Renames {
  const momentScript = defineScript(client, 'looking for posts of one moment', prefix, SAME_MOMENT);
  const reassignScript = defineScript(client, 'renaming entries', prefix, REASSIGN);

  return {
    sameMoment: async (sourceId, times) => {
      if (times.length === 0) return [];
      const found = listOf(await momentScript(scopeKey({ kind: 'source', id: sourceId }), MOST_OF_A_MOMENT, ...times));
      return found.map((ids) => listOf(ids).map(textOf));
    },
    reassign: async (keys) => {
      if (keys.length === 0) return;
      await reassignScript(...keys.flatMap(({ hash, id }) => [Buffer.from(hash, 'hex'), Buffer.from(id, 'hex')]));
    },
  };
}
