/** Which documents must be published again? */
import { scopeKey } from '../../model/scope.ts';
import type { Outbox, DirtyKey } from '../../ports/outbox.ts';
import { lua } from './lua.ts';
import { portions } from './portions.ts';
import { bytesOf, defineScript, failed, listOf, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   touched  HASH  all, category:SLUG, home, sources, site -> number of the change
 *   rest     HASH  the same for bulk keys: tag:TAG, source:ID, post:ID, gone:ID:PUBLISHED, page:ID, archive:SCOPE
 *   behind   HASH  the same for keys whose documents only the copies lack
 *   touches  counter
 *   inputs   HASH  dirty key -> digest of the settings for which its documents were marked last
 */

/** Posts per call of the script. */
const MARK_BATCH = 100;
const SCAN_BATCH = 1_000;
/**
 * A transactional outbox: `Posts` marks each change in the same atomic step that writes it, so that no crash loses one.
 */
export function createOutbox(client: RedisClient, prefix: string): Outbox {
  const markScript = defineScript(client, 'marking documents as dirty', prefix, lua('store/outbox/mark-dirty.lua'));
  const markPostsScript = defineScript(
    client,
    'marking posts as dirty',
    prefix,
    lua('store/outbox/mark-posts-dirty.lua'),
  );
  const doneScript = defineScript(client, 'clearing the outbox', prefix, lua('store/outbox/done.lua'));

  const reading = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));

  async function dirty(): Promise<readonly DirtyKey[]> {
    const versions = await reading(client.hgetall(`${prefix}touched`));
    return Object.entries(versions).map(([key, version]) => ({ key, version }));
  }

  const countOf = (hash: string): Promise<number> => reading(client.hlen(prefix + hash));

  async function someOf(hash: string, limit: number): Promise<readonly DirtyKey[]> {
    const found: DirtyKey[] = [];
    let cursor = '0';
    do {
      const [next, pairs] = await reading(client.hscan(prefix + hash, cursor, 'COUNT', Math.min(limit, SCAN_BATCH)));
      for (let at = 0; at + 1 < pairs.length; at += 2)
        found.push({ key: pairs[at] ?? '', version: pairs[at + 1] ?? '' });
      cursor = next;
    } while (cursor !== '0' && found.length < limit);
    return found;
  }

  async function dirtyTags(): Promise<readonly string[]> {
    const tags = new Set<string>();
    let cursor = '0';
    do {
      const [next, pairs] = await reading(client.hscan(`${prefix}rest`, cursor, 'MATCH', 'tag:*', 'COUNT', SCAN_BATCH));
      for (let at = 0; at < pairs.length; at += 2) tags.add((pairs[at] ?? '').slice('tag:'.length));
      cursor = next;
    } while (cursor !== '0');
    return [...tags];
  }

  async function done(items: readonly DirtyKey[]): Promise<void> {
    for (const some of portions(items)) await doneScript(...some.flatMap(({ key, version }) => [key, version]));
  }

  async function markDirty(keys: readonly string[]): Promise<void> {
    for (const some of portions(keys)) await markScript('', ...some);
  }

  async function markBehind(keys: readonly string[]): Promise<void> {
    for (const some of portions(keys)) await markScript('behind', ...some);
  }

  async function markPostsDirty(...[scope, what]: Parameters<Outbox['markPostsDirty']>): Promise<number> {
    let count = 0;
    let at = '';
    let id: Uint8Array = new Uint8Array();
    for (;;) {
      const reply = listOf(
        await markPostsScript(
          scopeKey(scope),
          at,
          Buffer.from(id),
          MARK_BATCH,
          what === 'pages' ? 1 : 0,
          what === 'copies' ? 'behind' : '',
        ),
      );
      const marked = numberOf(reply[0]);
      count += marked;
      if (marked < MARK_BATCH) return count;
      at = textOf(reply[1]);
      id = bytesOf(reply[2]);
    }
  }

  async function inputs(): Promise<Readonly<Record<string, string>>> {
    return reading(client.hgetall(`${prefix}inputs`));
  }

  async function setInputs(next: Readonly<Record<string, string>>): Promise<void> {
    const replies = await reading(client.multi().del(`${prefix}inputs`).hset(`${prefix}inputs`, next).exec());
    const broken = replies?.find(([error]) => error !== null);
    if (broken !== undefined) throw failed('recording published keys', broken[0]);
  }

  return {
    dirty,
    bulkCount: () => countOf('rest'),
    bulk: (limit) => someOf('rest', limit),
    behindCount: () => countOf('behind'),
    behind: (limit) => someOf('behind', limit),
    behindOf: async (keys) => {
      if (keys.length === 0) return [];
      const versions = await reading(client.hmget(`${prefix}behind`, ...keys));
      return keys.flatMap((key, index) => {
        const version = versions[index];
        return typeof version === 'string' ? [{ key, version }] : [];
      });
    },
    markBehind,
    dirtyTags,
    done,
    markDirty,
    markPostsDirty,
    inputs,
    setInputs,
  };
}
