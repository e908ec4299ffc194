/** Is an import running, or was one not finished? */
import { failed, type RedisClient } from '../store/script.ts';

/*
 * Keys, all behind the prefix:
 *   import        STRING  the file that is imported; exists from before the first change until after the last
 *   import:paths  SET     paths of documents before the import, until they are replaced or removed
 */

export interface ImportMark {
  /** The name of the file; undefined if no import is running. */
  underWay(): Promise<string | undefined>;
  begin(file: string): Promise<void>;
  /** Ends an import that has changed nothing. */
  cancel(): Promise<void>;
  /** Records which documents are served now. May be repeated. */
  keepPaths(): Promise<void>;
  /** Paths of documents that were served before and are not part of the import. */
  obsoletePaths(): Promise<readonly string[]>;
  end(): Promise<void>;
}

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createImportMark(client: RedisClient, prefix: string): ImportMark {
  const [mark, before, paths] = [`${prefix}import`, `${prefix}import:paths`, `${prefix}paths`];
  const doing = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('recording an import', error)));

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

/** Message while an import is running or was not finished. */
export function unfinishedImport(file: string): string {
  return `an import of ${file} into this Redis is under way or was not finished: wait for it, or run feedmill import again`;
}
