/** Is an import under way, or was one not finished? */
import { failed, type RedisClient } from '../store/script.ts';

/*
 * Keys, all behind the prefix:
 *   import        STRING  the file that is imported; there from before the first change until after the last
 *   import:paths  SET     paths of documents before the import, until they are replaced or removed
 */

export interface ImportMark {
  /** The name of the file; undefined if none is imported. */
  underWay(): Promise<string | undefined>;
  begin(file: string): Promise<void>;
  /** Nothing was changed. */
  cancel(): Promise<void>;
  /** Notes which documents are served now. May be repeated. */
  keepPaths(): Promise<void>;
  /** Paths of documents that were served before and are not part of the import. */
  obsoletePaths(): Promise<readonly string[]>;
  end(): Promise<void>;
}

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createImportMark(client: RedisClient, prefix: string): ImportMark {
  const [mark, before, paths] = [`${prefix}import`, `${prefix}import:paths`, `${prefix}paths`];
  const doing = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('noting an import', error)));

  return {
    underWay: async () => (await doing(client.get(mark))) ?? undefined,
    begin: async (file) => {
      await doing(client.set(mark, file));
    },
    cancel: async () => {
      await doing(client.del(mark));
    },
    keepPaths: async () => {
      await doing(client.sunionstore(before, before, paths));
      await doing(client.del(paths));
    },
    obsoletePaths: () => doing(client.sdiff(before, paths)),
    end: async () => {
      await doing(client.del(mark, before));
    },
  };
}

/** What is done about an import that was not finished. */
export function unfinishedImport(file: string): string {
  return `an import of ${file} into this Redis is under way or was not finished: wait for it, or run feedmill import again`;
}
