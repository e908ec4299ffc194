/** Published documents in memory, for tests of what reads and writes them. */
import type { StoredDocument } from '../../src/model/output.ts';
import type { Copy, Documents } from '../../src/ports/publisher.ts';

export interface MemoryDocuments extends Documents, Copy {
  /** Calls back for each path that is written or removed. */
  watch(onChange: (path: string) => void): void;
}

export function createMemoryDocuments(): MemoryDocuments {
  const documents = new Map<string, StoredDocument>();
  let mark: string | undefined;
  const watchers: ((path: string) => void)[] = [];
  const changed = (path: string): void => {
    for (const tell of watchers) tell(path);
  };
  return {
    publish: (published) => {
      for (const document of published) {
        documents.set(document.path, document);
        changed(document.path);
      }
      return Promise.resolve();
    },
    missing: (wanted) =>
      Promise.resolve(
        new Set(
          wanted.flatMap(({ document: { path, etag }, encodings }) => {
            const found = documents.get(path);
            const forms = [...(found?.gzip ? ['gzip'] : []), ...(found?.brotli ? ['br'] : [])];
            return found?.etag === etag && forms.join() === encodings.join() ? [] : [path];
          }),
        ),
      ),
    list: (folder) =>
      Promise.resolve(
        [...documents.keys()].flatMap((path) =>
          path.startsWith(folder) && !path.slice(folder.length).includes('/') ? [path.slice(folder.length)] : [],
        ),
      ),
    remove: (paths) => {
      for (const path of paths) {
        documents.delete(path);
        changed(path);
      }
      return Promise.resolve();
    },
    get: (path) => Promise.resolve(documents.get(path)),
    mark: () => Promise.resolve(mark),
    setMark: (text) => {
      mark = text;
      return Promise.resolve();
    },
    isEmpty: () => Promise.resolve(documents.size === 0),
    paths: () => Promise.resolve([...documents.keys()]),
    watch: (onChange) => {
      watchers.push(onChange);
    },
  };
}
