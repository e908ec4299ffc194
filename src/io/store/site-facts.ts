/** Which facts do the front page and the lists show that are not in the config? */
import type { CopyMark, SiteFacts, SourceName } from '../../ports/site-facts.ts';
import { lua } from './lua.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   names      HASH  source id -> JSON list of title and link of its feed
 *   listed     SET   tags that have pages of their own and are linked
 *   copies     HASH  name of a copy -> mark of the directory that was filled last; with ` filled` once files were seen in it
 *   headlines  HASH  category slug -> its newest posts as shown on the front page, JSON
 */

const HAD_FILES = ' filled';

export function createSiteFacts(client: RedisClient, prefix: string): SiteFacts {
  const set = defineScript(client, 'writing facts of the site', prefix, lua('store/site-facts/set.lua'));

  const read = (hash: string): Promise<Record<string, string>> =>
    client.hgetall(prefix + hash).catch((error: unknown) => Promise.reject(failed('reading facts of the site', error)));

  const asking = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('writing facts of the site', error)));

  return {
    sourceNames: async () =>
      new Map(Object.entries(await read('names')).map(([id, name]) => [id, readName(name)] as const)),
    setSourceName: async (sourceId, { title, link }) => {
      const isEmpty = title === undefined && link === undefined;
      await set('names', sourceId, isEmpty ? '' : JSON.stringify([title ?? null, link ?? null]), 'sources');
    },
    headlines: async () => new Map(Object.entries(await read('headlines'))),
    setHeadlines: async (slug, headlines) => {
      await set('headlines', slug, headlines ?? '', 'home');
    },
    areListed: async (tags) => {
      const found = await asking(Promise.all(tags.map((tag) => client.sismember(`${prefix}listed`, tag))));
      return found.map((is) => is === 1);
    },
    copyMark: async (copy) => {
      const text = await asking(client.hget(`${prefix}copies`, copy));
      return text === null ? undefined : readMark(text);
    },
    setCopyMark: async (copy, { mark, hadFiles }) => {
      await asking(client.hset(`${prefix}copies`, copy, hadFiles ? mark + HAD_FILES : mark));
    },
    setListed: async (tag, isListed) => {
      await asking(isListed ? client.sadd(`${prefix}listed`, tag) : client.srem(`${prefix}listed`, tag));
    },
  };
}

function readMark(text: string): CopyMark {
  const hadFiles = text.endsWith(HAD_FILES);
  return { mark: hadFiles ? text.slice(0, -HAD_FILES.length) : text, hadFiles };
}

/** Written by `setSourceName`, so its shape is trusted. */
function readName(text: string): SourceName {
  const [title, link] = JSON.parse(text) as readonly [string | null, string | null];
  return { ...(title !== null && { title }), ...(link !== null && { link }) };
}
