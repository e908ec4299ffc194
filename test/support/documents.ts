/** Published documents in memory, for tests of what reads and writes them. */
import type { StoredDocument } from '../../src/model/output.ts';
import type { Documents } from '../../src/ports/publisher.ts';

export interface MemoryDocuments extends Documents {
  /** Calls back for each path that is written or removed. */
  watch(onChange: (path: string) => void): void;
}

export function createMemoryDocuments(): MemoryDocuments {
  const documents = new Map<string, StoredDocument>();
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
    remove: (paths) => {
      for (const path of paths) {
        documents.delete(path);
        changed(path);
      }
      return Promise.resolve();
    },
    get: (path) => Promise.resolve(documents.get(path)),
    paths: () => Promise.resolve([...documents.keys()]),
    watch: (onChange) => {
      watchers.push(onChange);
    },
  };
}
