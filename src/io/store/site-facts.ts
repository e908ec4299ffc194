/** Which facts do the front page and the lists show that are not in the config? */
import type { CopyMark, SiteFacts, SourceName } from '../../ports/site-facts.ts';
import { lua } from './lua.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   names      HASH  source id -> JSON list of title and link of its feed
 *   listed:names  HASH  name of files, in lower case -> the tag that has them
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
    copyMark: async (copy) => {
      const text = await asking(client.hget(`${prefix}copies`, copy));
      return text === null ? undefined : readMark(text);
    },
    setCopyMark: async (copy, { mark, hadFiles }) => {
      await asking(client.hset(`${prefix}copies`, copy, hadFiles ? mark + HAD_FILES : mark));
    },
    setListedTag: async (name, tag) => {
      const key = `${prefix}listed:names`;
      await asking(tag === undefined ? client.hdel(key, name) : client.hset(key, name, tag));
    },
    listedTags: async (names) => {
      if (names.length === 0) return [];
      const found = await asking(client.hmget(`${prefix}listed:names`, ...names));
      return found.map((tag) => tag ?? undefined);
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
